"""What happens to a person and before a camera, as event entities."""

from typing import Any, override

from homeassistant.components.event import EventEntity

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
from .entity import FaceCameraEntity, FacePersonEntity, HearsEvents, adds

PARALLEL_UPDATES = 0

# Everything that says who it was: shown, but not kept in the recorder.
WHO = frozenset({ATTR_AREA, ATTR_CAMERA, ATTR_PERSON, ATTR_PERSON_ID, ATTR_SIGHTING_ID, ATTR_UNKNOWN_ID})


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


async_setup_entry = adds(
    people=lambda server, person_id: [PersonEvents(server, person_id, "person")],
    cameras=lambda server, camera: [CameraEvents(server, camera, "camera")],
)
