"""What happens to a person and before a camera, as event entities."""

from typing import Any, override

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .client.wire import ArrivedEvent, DepartedEvent, EventMessage, SightingEvent, UnknownSeenEvent
from .const import (
    ATTR_AREA,
    ATTR_CAMERA,
    ATTR_PERSON,
    ATTR_PERSON_ID,
    ATTR_PROBABILITY,
    ATTR_SIGHTING_ID,
    ATTR_UNKNOWN_ID,
)
from .coordinator import FaceConfigEntry
from .entity import FaceCameraEntity, FacePersonEntity, HearsEvents, async_add_cameras, async_add_people

PARALLEL_UPDATES = 0

# Everything that says who it was: shown, but not kept in the recorder.
WHO = frozenset({ATTR_AREA, ATTR_CAMERA, ATTR_PERSON, ATTR_PERSON_ID, ATTR_SIGHTING_ID, ATTR_UNKNOWN_ID})


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the events of a server's people and cameras."""
    coordinator = entry.runtime_data
    await async_add_people(coordinator, add, lambda person_id: (PersonEvents(coordinator, person_id, "person"),))
    async_add_cameras(coordinator, add, lambda subentry: (CameraEvents(coordinator, subentry, "camera"),))


class PersonEvents(HearsEvents, FacePersonEntity, EventEntity):
    """A person was seen or confirmed, arrived or departed."""

    _attr_event_types = ["seen", "confirmed", "arrived", "departed"]  # noqa: RUF012
    _unrecorded_attributes = WHO

    @override
    def happened(self, message: EventMessage) -> None:
        match message.event:
            case SightingEvent(person=person, camera=camera) as sighting if person.id == self.person_id:
                more = {ATTR_PROBABILITY: sighting.probability, ATTR_SIGHTING_ID: sighting.sighting_id}
                self._fire(str(sighting.grade), camera, more)
            case ArrivedEvent(person=person, camera=camera) if person.id == self.person_id:
                self._fire("arrived", camera, {})
            case DepartedEvent(person=person, camera=camera) if person.id == self.person_id:
                self._fire("departed", camera, {})

    def _fire(self, kind: str, camera: str, more: dict[str, Any]) -> None:
        place = {ATTR_CAMERA: self.coordinator.camera_name(camera), ATTR_AREA: self.coordinator.camera_area(camera)}
        self._trigger_event(kind, place | more)
        self.async_write_ha_state()


class CameraEvents(HearsEvents, FaceCameraEntity, EventEntity):
    """Somebody was seen or confirmed before a camera, or is unknown."""

    _attr_event_types = ["seen", "confirmed", "unknown"]  # noqa: RUF012
    _unrecorded_attributes = WHO

    @override
    def happened(self, message: EventMessage) -> None:
        match message.event:
            case SightingEvent(camera=camera) as sighting if camera == self.full_camera_id:
                self._trigger_event(
                    str(sighting.grade),
                    {
                        ATTR_PERSON: sighting.person.name,
                        ATTR_PERSON_ID: sighting.person.id,
                        ATTR_PROBABILITY: sighting.probability,
                        ATTR_SIGHTING_ID: sighting.sighting_id,
                    },
                )
            case UnknownSeenEvent(camera=camera, unknown=unknown) if camera == self.full_camera_id:
                self._trigger_event("unknown", {ATTR_UNKNOWN_ID: unknown.unknown_id, "times_seen": unknown.times_seen})
            case _:
                return
        self.async_write_ha_state()
