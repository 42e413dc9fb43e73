"""What happens on a day, read from a TOML file, and whether it can be judged at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import tomllib
from typing import Any

FRONT, GARDEN = "front_door", "garden"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """People before a camera, in one picture, side by side from left to right."""

    at: float
    until: float
    camera: str
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """Something that goes wrong: `what` is one of `DISTURBANCES`."""

    at: float
    until: float
    what: str
    camera: str | None = None


SERVER_RESTARTS = "server restarts"
HOME_ASSISTANT_RESTARTS = "Home Assistant restarts"
CONNECTION_LOST = "connection lost"
CAMERA_FALTERS = "camera falters"
CAMERA_OFF = "camera off"
DISTURBANCES = (SERVER_RESTARTS, HOME_ASSISTANT_RESTARTS, CONNECTION_LOST, CAMERA_FALTERS, CAMERA_OFF)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Somebody answers the newest alert about a stranger on the phone."""

    at: float
    about: str
    button: str
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class PhoneMoves:
    """The phone's own position."""

    at: float
    home: bool


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How Home Assistant and the server are set, and what a person would call prompt."""

    presence_s: int
    burst: dict[str, Any]
    phone_of: str
    recognised_within_s: float
    """So long after somebody comes into view everything must be said."""
    clears_within_s: float
    """So long after they left a camera says that nobody is there."""
    presence_slack_s: float
    """Presence lasts from the last picture, which is not the last moment."""
    reconnects_within_s: float
    grace_s: float
    """So long people keep their state without a connection."""


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """A day."""

    settings: Settings
    ends: float
    family: tuple[str, ...]
    hanging: dict[str, str]
    """Whose photo hangs on the wall that a camera sees."""
    visits: tuple[Visit, ...]
    disturbances: tuple[Disturbance, ...]
    answers: tuple[Answer, ...]
    phone: tuple[PhoneMoves, ...]


def read(file: Path) -> Timetable:
    """Read a day; moments are seconds from its start."""
    day = tomllib.loads(file.read_text(encoding="utf-8"))
    table = Timetable(
        settings=Settings(**day["settings"]),
        ends=day["ends"],
        family=tuple(day["family"]),
        hanging=day.get("hanging", {}),
        visits=tuple(
            Visit(
                at=one["at"], until=one["at"] + one["for"], camera=one.get("camera", FRONT), people=tuple(one["people"])
            )
            for one in day["visit"]
        ),
        disturbances=tuple(
            Disturbance(at=one["at"], until=one["at"] + one["for"], what=one["what"], camera=one.get("camera"))
            for one in day.get("disturbance", ())
        ),
        answers=tuple(Answer(**one) for one in day.get("answer", ())),
        phone=tuple(PhoneMoves(**one) for one in day.get("phone", ())),
    )
    check(table)
    return table


def check(table: Timetable) -> None:
    """Refuse a day of which not even the author knows what should be said about it."""
    for one in table.disturbances:
        assert one.what in DISTURBANCES, one
    clears = table.settings.clears_within_s
    for visit in table.visits:
        for other in table.visits:
            if other is not visit and other.camera == visit.camera and visit.at <= other.at:
                assert other.at >= visit.until + clears, ("no pause between two visits", visit, other)
        for one in table.disturbances:
            if one.what == HOME_ASSISTANT_RESTARTS:
                assert visit.until < one.at or visit.at > one.until, ("nobody moves without Home Assistant", visit, one)
    quiet = table.settings.presence_s + table.settings.presence_slack_s
    for visit in table.visits:
        assert visit.until + quiet < table.ends, ("the day ends before everything has ended", visit)
