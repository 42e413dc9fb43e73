"""Answers for voice and language models: who is at a camera, whether somebody is home, when they were last seen.

One place for `intent`, `llm` and the action `face.answer`, which only differ in how they are asked. An assistant hears
of those people and cameras that are exposed to it, a signed-in user who runs the action of those that they may see, and
an automation of all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.auth.models import User
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import STATE_HOME, STATE_NOT_HOME, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from . import ids
from .actions.permissions import may_see_camera, may_see_person
from .client.wire import CameraInfo, PersonInfo
from .const import DOMAIN
from .coordinator import FaceCoordinator
from .people.home_people import home_person_of
from .people.links import tracker_entity_id

# Who hears an answer: an assistant by its name, a signed-in user, or, where it is `None`, whoever wrote the automation.
type Listener = str | User | None

# Somebody who was seen longer ago than this was there; whether they still are, no camera knows.
STILL_THERE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCamera:
    """Who is at a camera now, and who was there before and has been seen nowhere else since."""

    camera: str
    people: tuple[str, ...] = ()
    unknown: bool = False
    unnamed: bool = False
    """Somebody is there whom the listener may not know about."""
    earlier: tuple[tuple[str, datetime], ...] = ()

    @property
    def sentence(self) -> str:
        """In words."""
        others = [*(["somebody else"] if self.unnamed else []), *(["somebody unknown"] if self.unknown else [])]
        if who := [*self.people, *others]:
            now = f"{_together(who)} {'is' if len(who) == 1 else 'are'} at {self.camera}."
        else:
            now = "" if self.earlier else f"Nobody is at {self.camera}."
        before = [f"{name} was at {self.camera} {_ago(at)}." for name, at in self.earlier]
        return " ".join([*([now] if now else []), *before])


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where somebody is, or was."""

    person: str
    home: bool | None
    """By the person of Home Assistant, phone and all, or by the cameras alone; `None` where nobody knows."""
    zone: str | None
    present: bool
    place: str | None
    last_seen: datetime | None

    @property
    def is_home(self) -> str:
        """Whether they are home, in words; a camera that sees nobody proves nothing."""
        if self.home:
            return f"Yes, {self.person} is home."
        if self.home is False:
            return f"No, {self.person} is {'away' if self.zone is None else f'at {self.zone}'}."
        return f"I can't tell whether {self.person} is home. {self.was_last_seen}"

    @property
    def was_last_seen(self) -> str:
        """When and where, in words."""
        if self.last_seen is None:
            return f"{self.person} has not been seen yet."
        place = "" if self.place is None else f" at {self.place}"
        return f"{self.person} was last seen {_when(self.last_seen)}{place}."


def _together(who: list[str]) -> str:
    words = who[0] if len(who) == 1 else f"{', '.join(who[:-1])} and {who[-1]}"
    return f"{words[0].upper()}{words[1:]}"


def _when(at: datetime) -> str:
    local = dt_util.as_local(at)
    if local.date() == dt_util.now().date():
        return f"today at {local:%H:%M}"
    return f"on {local:%d %B} at {local:%H:%M}"


def _ago(at: datetime) -> str:
    minutes = round((dt_util.utcnow() - at).total_seconds() / 60)
    if minutes < 60:  # noqa: PLR2004 (an hour)
        return "a minute ago" if minutes <= 1 else f"{minutes} minutes ago"
    return _when(at)


def _connected(hass: HomeAssistant) -> list[FaceCoordinator]:
    return [one.runtime_data for one in hass.config_entries.async_loaded_entries(DOMAIN) if one.runtime_data.ready]


def _exposed(hass: HomeAssistant, assistant: str | None, entities: Iterable[str | None]) -> bool:
    return assistant is None or any(
        async_should_expose(hass, assistant, entity_id) for entity_id in entities if entity_id is not None
    )


def _entities_of(coordinator: FaceCoordinator, own_id: str) -> Iterator[str]:
    device_id = ids.device_id(coordinator.hass, coordinator.config_entry, own_id)
    if device_id is not None:
        for entry in er.async_entries_for_device(er.async_get(coordinator.hass), device_id):
            yield entry.entity_id


def _home_person(coordinator: FaceCoordinator, person_id: str) -> State | None:
    tracker = tracker_entity_id(coordinator.hass, coordinator.config_entry, person_id)
    return None if tracker is None else home_person_of(coordinator.hass, tracker)


def _may_name(coordinator: FaceCoordinator, person_id: str, listener: Listener) -> bool:
    """Whether somebody may hear of a person; an assistant, if an entity of theirs is exposed, or the person at home."""
    if isinstance(listener, User):
        return may_see_person(coordinator.hass, coordinator, listener, person_id)
    home_person = _home_person(coordinator, person_id)
    entities = [*_entities_of(coordinator, person_id), None if home_person is None else home_person.entity_id]
    return _exposed(coordinator.hass, listener, entities)


def _may_see(coordinator: FaceCoordinator, camera: CameraInfo, listener: Listener) -> bool:
    """Whether somebody may hear of a camera; an assistant, if it, or an entity of ours at it, is exposed."""
    if isinstance(listener, User):
        return may_see_camera(coordinator, listener, camera.camera)
    subentry = coordinator.camera_subentry(camera.camera)
    if subentry is None:
        return listener is None
    feed = coordinator.feeds.get(subentry.subentry_id)
    entities = [*_entities_of(coordinator, str(subentry.unique_id)), None if feed is None else feed.entity_id]
    return _exposed(coordinator.hass, listener, entities)


def anything_exposed(hass: HomeAssistant, assistant: str) -> bool:
    """Whether there is anybody, or any camera, that an assistant may hear of."""
    return any(
        any(_may_name(coordinator, person_id, assistant) for person_id in coordinator.data.people)
        or any(_may_see(coordinator, camera, assistant) for camera in coordinator.data.cameras.values())
        for coordinator in _connected(hass)
    )


def at_cameras(hass: HomeAssistant, place: str | None = None, listener: Listener = None) -> list[AtCamera]:
    """Tell who is at each camera, or at those of this name or area."""
    wanted = None if place is None else place.casefold()

    def fits(coordinator: FaceCoordinator, camera: CameraInfo) -> bool:
        names = (coordinator.camera_name(camera.camera), camera.area)
        return wanted is None or any(name is not None and wanted in name.casefold() for name in names)

    return [
        _at_camera(coordinator, camera, listener)
        for coordinator in _connected(hass)
        for camera in coordinator.data.cameras.values()
        if fits(coordinator, camera) and _may_see(coordinator, camera, listener)
    ]


def _at_camera(coordinator: FaceCoordinator, camera: CameraInfo, listener: Listener) -> AtCamera:
    now = dt_util.utcnow()
    there: list[str] = []
    earlier: list[tuple[str, datetime]] = []
    unnamed = False
    for person in sorted(camera.present, key=lambda one: one.name):
        seen = coordinator.seen_at.get((person.id, camera.camera))
        still = seen is None or now - seen <= STILL_THERE
        if not _may_name(coordinator, person.id, listener):
            unnamed = unnamed or still
        elif still or seen is None:
            there.append(person.name)
        else:
            earlier.append((person.name, seen))
    return AtCamera(
        camera=coordinator.camera_name(camera.camera) or camera.name,
        people=tuple(there),
        unknown=camera.unknown_present,
        unnamed=unnamed,
        earlier=tuple(earlier),
    )


def whereabouts(hass: HomeAssistant, name: str, listener: Listener = None) -> Whereabouts | None:
    """Tell where somebody is; with several servers, what the newest sighting says."""
    found = [
        _whereabouts(coordinator, person)
        for coordinator in _connected(hass)
        if (person := coordinator.person_by_name(name)) is not None and _may_name(coordinator, person.id, listener)
    ]
    return max(found, key=lambda one: 0 if one.last_seen is None else one.last_seen.timestamp(), default=None)


def _whereabouts(coordinator: FaceCoordinator, person: PersonInfo) -> Whereabouts:
    presence = person.presence
    home_person = _home_person(coordinator, person.id)
    state = STATE_UNKNOWN if home_person is None else home_person.state
    if presence.home or state == STATE_HOME:
        home: bool | None = True
    else:
        home = None if state in (STATE_UNKNOWN, STATE_UNAVAILABLE) else False
    return Whereabouts(
        person=person.name,
        home=home,
        zone=state if home is False and state != STATE_NOT_HOME else None,
        present=presence.present,
        place=presence.area or coordinator.camera_name(presence.camera),
        last_seen=presence.last_seen,
    )


NO_SERVER = "The face server can't be reached right now."


def who_is_there(hass: HomeAssistant, place: str | None, listener: Listener = None) -> str:
    """Say who is at a camera, or at all of them."""
    if not _connected(hass):
        return NO_SERVER
    if not (found := at_cameras(hass, place, listener)):
        return f"I don't know a camera at {place}." if place else "I don't know any camera."
    return " ".join(one.sentence for one in found)


def is_home(hass: HomeAssistant, name: str | None, listener: Listener = None) -> str:
    """Say whether somebody is home."""
    return _of_person(hass, name, listener, lambda found: found.is_home)


def last_seen(hass: HomeAssistant, name: str | None, listener: Listener = None) -> str:
    """Say when somebody was last seen."""
    return _of_person(hass, name, listener, lambda found: found.was_last_seen)


def _of_person(hass: HomeAssistant, name: str | None, listener: Listener, say: Callable[[Whereabouts], str]) -> str:
    if not _connected(hass):
        return NO_SERVER
    found = whereabouts(hass, name or "", listener)
    return f"I don't know {name}." if found is None else say(found)


QUESTIONS: dict[str, Callable[[HomeAssistant, str | None, Listener], str]] = {
    "who_is_there": who_is_there,
    "is_home": is_home,
    "last_seen": last_seen,
}
