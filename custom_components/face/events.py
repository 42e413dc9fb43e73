"""What a server tells by itself: JSON objects in, one frozen dataclass a kind of event out.

Used by `client` and `coordinator`; must not know Home Assistant. An event of a kind that a later server may have is
`None`, so that it moves the position and does nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .models import Box, CameraState, Grade, Person, PersonRef, Position, UnknownPerson, instant
from .server_state import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    type Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingMade:
    """A person reached a grade on a camera: at most once a grade and visit."""

    sighting_id: str
    camera: str
    person: PersonRef
    grade: Grade
    probability: float
    box: Box
    picture: str
    annotated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSeen:
    """An unknown person (not an ignored one) is there: once a visit."""

    camera: str
    unknown: UnknownPerson
    annotated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A person came who was not present before."""

    person: PersonRef
    camera: str
    home: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """A person's presence ended."""

    person: PersonRef
    camera: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    """State: a person is new, was renamed, learned, moved, came or went."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved:
    """A person was deleted or merged away."""

    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraChanged:
    """State: a camera's faces, people or settings changed."""

    camera: CameraState


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingCorrected:
    """A sighting was taken back."""

    sighting_id: str
    person: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """State: settings changed."""

    settings: Settings


type Event = (
    SightingMade
    | UnknownSeen
    | Arrived
    | Departed
    | PersonChanged
    | PersonRemoved
    | CameraChanged
    | SightingCorrected
    | SettingsChanged
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMessage:
    """One event with its place in the stream; a replayed one updates states and fires no trigger."""

    position: Position
    at: datetime
    replayed: bool
    event: Event | None

    @classmethod
    def from_wire(cls, data: Wire) -> EventMessage:
        """Read an event."""
        read = _READERS.get(data["event"]["kind"])
        return cls(
            position=Position(run=str(data["run"]), seq=int(data["seq"])),
            at=instant(data["at"]),
            replayed=bool(data.get("replayed", False)),
            event=None if read is None else read(data["event"]),
        )


def _sighting(data: Wire) -> SightingMade:
    return SightingMade(
        sighting_id=str(data["sighting_id"]),
        camera=str(data["camera"]),
        person=PersonRef.from_wire(data["person"]),
        grade=Grade(data["grade"]),
        probability=float(data["probability"]),
        box=Box.from_wire(data["box"]),
        picture=str(data["picture"]),
        annotated=str(data["annotated"]),
    )


def _unknown_seen(data: Wire) -> UnknownSeen:
    return UnknownSeen(
        camera=str(data["camera"]),
        unknown=UnknownPerson.from_wire(data["unknown"]),
        annotated=str(data["annotated"]),
    )


def _arrived(data: Wire) -> Arrived:
    return Arrived(person=PersonRef.from_wire(data["person"]), camera=str(data["camera"]), home=bool(data["home"]))


def _departed(data: Wire) -> Departed:
    return Departed(person=PersonRef.from_wire(data["person"]), camera=str(data["camera"]))


def _person_changed(data: Wire) -> PersonChanged:
    return PersonChanged(person=Person.from_wire(data["person"]))


def _person_removed(data: Wire) -> PersonRemoved:
    return PersonRemoved(person_id=str(data["person_id"]))


def _camera_changed(data: Wire) -> CameraChanged:
    return CameraChanged(camera=CameraState.from_wire(data["camera"]))


def _sighting_corrected(data: Wire) -> SightingCorrected:
    return SightingCorrected(sighting_id=str(data["sighting_id"]), person=PersonRef.from_wire(data["person"]))


def _settings_changed(data: Wire) -> SettingsChanged:
    return SettingsChanged(settings=Settings.from_wire(data["settings"]))


_READERS: dict[str, Callable[[Wire], Event]] = {
    "sighting": _sighting,
    "unknown_seen": _unknown_seen,
    "arrived": _arrived,
    "departed": _departed,
    "person_changed": _person_changed,
    "person_removed": _person_removed,
    "camera_changed": _camera_changed,
    "sighting_corrected": _sighting_corrected,
    "settings_changed": _settings_changed,
}
