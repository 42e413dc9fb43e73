"""Sensors: when and where a person was last seen, how many are before a camera, how the server is doing."""
# ruff: noqa: D107

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .client.wire import PresenceInfo
from .const import ATTR_AREA, ATTR_CAMERA, ATTR_PEOPLE
from .coordinator import FaceConfigEntry, FaceCoordinator
from .entity import FaceCameraEntity, FacePersonEntity, FaceServerEntity, async_add_cameras, async_add_people

PARALLEL_UPDATES = 0
LAST_SEEN_STEP = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ServerSensorDescription(SensorEntityDescription):
    """A sensor of the server."""

    value: Callable[[FaceCoordinator], str | float | None]


SERVER_SENSORS = (
    ServerSensorDescription(
        key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda coordinator: None if (hello := coordinator.hello) is None else hello.server.version,
    ),
    ServerSensorDescription(
        key="model",
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda coordinator: None if (hello := coordinator.hello) is None else hello.model.name,
    ),
    ServerSensorDescription(
        key="load",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda coordinator: None if (stats := coordinator.data.stats) is None else 100 * stats.load,
    ),
    ServerSensorDescription(
        key="latency",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda coordinator: None if (stats := coordinator.data.stats) is None else stats.latency_median_ms,
    ),
    ServerSensorDescription(
        key="people",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda coordinator: len(coordinator.data.people),
    ),
)


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the sensors of a server."""
    coordinator = entry.runtime_data
    add(ServerSensor(coordinator, description) for description in SERVER_SENSORS)
    await async_add_people(
        coordinator,
        add,
        lambda person_id: (
            LastSeen(coordinator, person_id, "last_seen"),
            LastPlace(coordinator, person_id, "last_place"),
            Confidence(coordinator, person_id, "confidence"),
        ),
    )

    def of_camera(subentry: ConfigSubentry) -> tuple[SensorEntity, ...]:
        return (
            Faces(coordinator, subentry, "faces"),
            PeoplePresent(coordinator, subentry, "people_present"),
            SnapshotLatency(coordinator, subentry, "snapshot_latency"),
        )

    async_add_cameras(coordinator, add, of_camera)


class ServerSensor(FaceServerEntity, SensorEntity):
    """A number or word of the server."""

    entity_description: ServerSensorDescription

    def __init__(self, coordinator: FaceCoordinator, description: ServerSensorDescription) -> None:
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> str | float | None:
        return self.entity_description.value(self.coordinator)


class PersonSensor(FacePersonEntity, SensorEntity):
    """Something that a person's presence says."""

    @property
    @override
    def native_value(self) -> datetime | str | float | None:
        """What the server says, or said before Home Assistant's restart."""
        if not self.coordinator.people_are_known:
            return None
        if self.remembered is None:
            return self.told(self.person.presence)
        return None if self.remembered.state in (STATE_UNAVAILABLE, STATE_UNKNOWN) else self.read(self.remembered.state)

    def told(self, presence: PresenceInfo) -> datetime | str | float | None:
        """Give the value."""
        raise NotImplementedError

    def read(self, state: str) -> datetime | str | float | None:
        """Give the value back from the state that it made."""
        return state


class LastSeen(PersonSensor):
    """When a person was last seen."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _told: datetime | None = None

    @override
    def told(self, presence: PresenceInfo) -> datetime | None:
        """The moment, to the minute while they are present: every picture of them is not worth a line."""
        at = presence.last_seen
        if at is None or self._told is None or not presence.present or abs(at - self._told) >= LAST_SEEN_STEP:
            self._told = at
        return self._told

    @override
    def read(self, state: str) -> datetime | None:
        return dt_util.parse_datetime(state)


class LastPlace(PersonSensor):
    """Where a person was last seen: the area, or the camera where it has none."""

    _unrecorded_attributes = frozenset({ATTR_AREA, ATTR_CAMERA})

    @override
    def told(self, presence: PresenceInfo) -> str | None:
        return presence.area or self.coordinator.camera_name(presence.camera)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        if self.remembered is not None:
            return {key: self.remembered.attributes.get(key) for key in (ATTR_AREA, ATTR_CAMERA)}
        presence = self.person.presence
        return {ATTR_AREA: presence.area, ATTR_CAMERA: self.coordinator.camera_name(presence.camera)}


class Confidence(PersonSensor):
    """How sure the last sighting was; it changes with every picture, and says nothing that the grades do not."""

    _attr_entity_registry_enabled_default = False
    _attr_native_unit_of_measurement = PERCENTAGE
    _attr_suggested_display_precision = 0

    @override
    def told(self, presence: PresenceInfo) -> float | None:
        return None if presence.probability is None else round(100 * presence.probability, 1)

    @override
    def read(self, state: str) -> float | None:
        return float(state)


class Faces(FaceCameraEntity, SensorEntity):
    """How many faces the last picture shows."""

    _attr_state_class = SensorStateClass.MEASUREMENT

    @property
    @override
    def native_value(self) -> int | None:
        return None if self.camera_state is None else self.camera_state.faces


class PeoplePresent(FaceCameraEntity, SensorEntity):
    """How many known people are before the camera, and who."""

    _attr_state_class = SensorStateClass.MEASUREMENT
    _unrecorded_attributes = frozenset({ATTR_PEOPLE})

    @property
    @override
    def native_value(self) -> int | None:
        return None if self.camera_state is None else len(self.camera_state.present)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        present = () if self.camera_state is None else self.camera_state.present
        return {ATTR_PEOPLE: sorted(who.name for who in present)}


class SnapshotLatency(FaceCameraEntity, SensorEntity):
    """How long the camera takes for a picture."""

    _attr_device_class = SensorDeviceClass.DURATION
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_native_unit_of_measurement = UnitOfTime.MILLISECONDS
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 0

    @property
    @override
    def native_value(self) -> float | None:
        latency = self.feed.snapshot_latency_s
        return None if latency is None else 1000 * latency
