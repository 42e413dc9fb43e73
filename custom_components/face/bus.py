"""An event of the server in the words of automations: who, at which camera, how sure, and the entities to show.

One place for what triggers pass on and what goes on Home Assistant's bus; the latter carries no names, since the
recorder keeps it, but the ids that the logbook finds the names by.
"""

from typing import Any

from homeassistant.core import callback

from . import ids, media_source
from .client.wire import ArrivedEvent, DepartedEvent, EventMessage, Grade, SightingEvent, UnknownSeenEvent
from .const import (
    ATTR_AREA,
    ATTR_CAMERA,
    ATTR_GRADE,
    ATTR_PERSON,
    ATTR_PERSON_ID,
    ATTR_PROBABILITY,
    ATTR_SIGHTING_ID,
    ATTR_UNKNOWN_ID,
    DOMAIN,
)
from .coordinator import FaceCoordinator

ATTR_PERSON_DEVICE = "person_device_id"
ATTR_CAMERA_DEVICE = "camera_device_id"
# Where Home Assistant serves the picture of that very event, to whoever is signed in; its app loads it by itself.
ATTR_PICTURE = "picture"

EVENT_RECOGNIZED = f"{DOMAIN}_recognized"
EVENT_UNKNOWN_SEEN = f"{DOMAIN}_unknown_seen"
EVENT_ARRIVED = f"{DOMAIN}_arrived"
EVENT_DEPARTED = f"{DOMAIN}_departed"
# What the bus may carry.
ON_THE_BUS = frozenset(
    {
        "device_id",
        "config_entry_id",
        ATTR_GRADE,
        ATTR_PERSON_ID,
        ATTR_PERSON_DEVICE,
        ATTR_CAMERA_DEVICE,
        ATTR_PICTURE,
        "times_seen",
    }
)


def person_device_id(coordinator: FaceCoordinator, person_id: str) -> str | None:
    """The device of a person."""
    return ids.device_id(coordinator.hass, coordinator.config_entry, person_id)


def camera_device_id(coordinator: FaceCoordinator, full_id: str) -> str | None:
    """The device of a camera, if it is one of ours."""
    subentry = coordinator.camera_subentry(full_id)
    return (
        None if subentry is None else ids.device_id(coordinator.hass, coordinator.config_entry, str(subentry.unique_id))
    )


def _image(coordinator: FaceCoordinator, own_id: str, key: str) -> str | None:
    return ids.entity_id(coordinator.hass, "image", coordinator.config_entry, own_id, key)


def told(coordinator: FaceCoordinator, message: EventMessage) -> tuple[str, dict[str, Any]] | None:
    """Name what happened, and tell it; `None` for what is a state and not a happening."""
    if isinstance(message.event, SightingEvent | UnknownSeenEvent) and not coordinator.camera_subentry(
        message.event.camera
    ):
        # A camera that the server fetches itself, or another client's: Home Assistant has nothing to show of it.
        return None
    entry_id = coordinator.config_entry.entry_id
    details: dict[str, Any] = {"config_entry_id": entry_id, "at": message.at.isoformat()}
    match message.event:
        case SightingEvent() as sighting:
            kind = EVENT_RECOGNIZED
            details |= {
                ATTR_GRADE: str(sighting.grade),
                ATTR_PROBABILITY: sighting.probability,
                ATTR_SIGHTING_ID: sighting.sighting_id,
                ATTR_PICTURE: media_source.url_of(entry_id, media_source.SIGHTINGS, sighting.picture),
            }
        case UnknownSeenEvent(unknown=unknown):
            kind = EVENT_UNKNOWN_SEEN
            details |= {
                ATTR_UNKNOWN_ID: unknown.unknown_id,
                "times_seen": unknown.times_seen,
                ATTR_PICTURE: media_source.url_of(entry_id, media_source.UNKNOWNS, unknown.picture),
            }
        case ArrivedEvent(home=home, departed_at=away_since):
            kind = EVENT_ARRIVED
            details |= {"home": home, "away_since": None if away_since is None else away_since.isoformat()}
        case DepartedEvent():
            kind = EVENT_DEPARTED
        case _:
            return None
    return kind, details | _who(coordinator, message) | _where(coordinator, message.event.camera)


def _who(coordinator: FaceCoordinator, message: EventMessage) -> dict[str, Any]:
    match message.event:
        case SightingEvent(person=person) | ArrivedEvent(person=person) | DepartedEvent(person=person):
            return {
                ATTR_PERSON: person.name,
                ATTR_PERSON_ID: person.id,
                ATTR_PERSON_DEVICE: person_device_id(coordinator, person.id),
                "face_image": _image(coordinator, person.id, ids.FACE),
            }
        case _:
            return {}


def _where(coordinator: FaceCoordinator, full_id: str) -> dict[str, Any]:
    subentry = coordinator.camera_subentry(full_id)
    return {
        ATTR_CAMERA: coordinator.camera_name(full_id),
        ATTR_AREA: coordinator.camera_area(full_id),
        ATTR_CAMERA_DEVICE: camera_device_id(coordinator, full_id),
        "camera_image": None if subentry is None else _image(coordinator, str(subentry.unique_id), ids.ANNOTATED),
    }


@callback
def async_fire_on_bus(coordinator: FaceCoordinator, message: EventMessage) -> None:
    """Tell Home Assistant's bus what happened; one picture that looks like somebody is not worth a line."""
    if isinstance(message.event, SightingEvent) and message.event.grade is not Grade.CONFIRMED:
        return
    if (happening := told(coordinator, message)) is None:
        return
    kind, details = happening
    details["device_id"] = details.get(ATTR_PERSON_DEVICE) or details[ATTR_CAMERA_DEVICE]
    coordinator.hass.bus.async_fire(kind, {key: value for key, value in details.items() if key in ON_THE_BUS})
