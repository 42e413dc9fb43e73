"""Answers for voice and language models: who is at a camera, whether somebody is home, when they were last seen.

One place for `intent` and `llm`, which only differ in how they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant

    from .client.wire import CameraInfo
    from .coordinator import FaceCoordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCamera:
    """Who is at a camera."""

    camera: str
    people: tuple[str, ...]
    unknown: bool

    @property
    def sentence(self) -> str:
        """In words."""
        who = [*self.people, *(["somebody unknown"] if self.unknown else [])]
        if not who:
            return f"Nobody is at {self.camera}."
        together = who[0] if len(who) == 1 else f"{', '.join(who[:-1])} and {who[-1]}"
        return f"{together[0].upper()}{together[1:]} {'is' if len(who) == 1 else 'are'} at {self.camera}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where somebody is, or was."""

    person: str
    home: bool
    present: bool
    place: str | None
    last_seen: datetime | None

    @property
    def is_home(self) -> str:
        """Whether they are home, in words; a camera that sees nobody proves nothing."""
        if self.home:
            return f"Yes, {self.person} is home."
        return f"The cameras do not know. {self.was_last_seen}"

    @property
    def was_last_seen(self) -> str:
        """When and where, in words."""
        if self.last_seen is None:
            return f"{self.person} has not been seen yet."
        local = dt_util.as_local(self.last_seen)
        today = local.date() == dt_util.now().date()
        when = f"today at {local:%H:%M}" if today else f"on {local:%d %B} at {local:%H:%M}"
        place = "" if self.place is None else f" at {self.place}"
        return f"{self.person} was last seen {when}{place}."


def _connected(hass: HomeAssistant) -> list[FaceCoordinator]:
    entries = hass.config_entries.async_entries(DOMAIN)
    return [
        entry.runtime_data for entry in entries if entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready
    ]


def at_cameras(hass: HomeAssistant, place: str | None = None) -> list[AtCamera]:
    """Tell who is at each camera, or at those of this name or area."""
    wanted = None if place is None else place.casefold()

    def fits(coordinator: FaceCoordinator, camera: CameraInfo) -> bool:
        names = (coordinator.camera_name(camera.camera), camera.area)
        return wanted is None or any(name is not None and wanted in name.casefold() for name in names)

    return [
        AtCamera(
            camera=coordinator.camera_name(camera.camera) or camera.name,
            people=tuple(sorted(person.name for person in camera.present)),
            unknown=camera.unknown_present,
        )
        for coordinator in _connected(hass)
        for camera in coordinator.data.cameras.values()
        if fits(coordinator, camera)
    ]


def whereabouts(hass: HomeAssistant, name: str) -> Whereabouts | None:
    """Tell where somebody is; with several servers, what the newest sighting says."""
    found = [
        Whereabouts(
            person=person.name,
            home=person.presence.home,
            present=person.presence.present,
            place=person.presence.area or coordinator.camera_name(person.presence.camera),
            last_seen=person.presence.last_seen,
        )
        for coordinator in _connected(hass)
        if (person := coordinator.person_by_name(name)) is not None
    ]
    return max(found, key=lambda one: 0 if one.last_seen is None else one.last_seen.timestamp(), default=None)


def who_is_there(hass: HomeAssistant, place: str | None) -> str:
    """Say who is at a camera, or at all of them."""
    if not (found := at_cameras(hass, place)):
        return f"There is no camera at {place}." if place else "There is no camera."
    return " ".join(one.sentence for one in found)


def is_home(hass: HomeAssistant, name: str | None) -> str:
    """Say whether somebody is home."""
    found = whereabouts(hass, name or "")
    return f"I do not know {name}." if found is None else found.is_home


def last_seen(hass: HomeAssistant, name: str | None) -> str:
    """Say when somebody was last seen."""
    found = whereabouts(hass, name or "")
    return f"I do not know {name}." if found is None else found.was_last_seen


QUESTIONS: dict[str, Callable[[HomeAssistant, str | None], str]] = {
    "who_is_there": who_is_there,
    "is_home": is_home,
    "last_seen": last_seen,
}
