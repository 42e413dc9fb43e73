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
from homeassistant.util import dt as dt_util

from .client.wire import CameraInfo, Hello, PersonRef, PresenceInfo, Stats
from .const import ATTR_AREA, ATTR_CAMERA, ATTR_PEOPLE
from .coordinator import FaceCoordinator
from .entity import FaceCameraEntity, FaceEntity, FacePersonEntity, FaceServerEntity, adds

PARALLEL_UPDATES = 0
LAST_SEEN_STEP = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class FaceSensorDescription(SensorEntityDescription):
    """A sensor, and how its value is found in the server's or the camera's entity."""

    value: Callable[[Any], str | float | None]


# What changes with every picture would fill the database, so it is off at first.
_MEASURED: dict[str, Any] = {
    "state_class": SensorStateClass.MEASUREMENT,
    "entity_registry_enabled_default": False,
    "suggested_display_precision": 0,
}
_MILLISECONDS: dict[str, Any] = _MEASURED | {
    "device_class": SensorDeviceClass.DURATION,
    "native_unit_of_measurement": UnitOfTime.MILLISECONDS,
}


def _of_hello(value: Callable[[Hello], str]) -> Callable[[FaceEntity], str | None]:
    return lambda entity: None if (hello := entity.coordinator.hello) is None else value(hello)


def _of_stats(value: Callable[[Stats], float]) -> Callable[[FaceEntity], float | None]:
    return lambda entity: None if (stats := entity.coordinator.data.stats) is None else value(stats)


def _of_camera(value: Callable[[CameraInfo], int]) -> Callable[[FaceCameraEntity], int | None]:
    return lambda entity: None if (camera := entity.camera_state) is None else value(camera)


def _snapshot_ms(entity: FaceCameraEntity) -> float | None:
    return None if (latency := entity.feed.snapshot_latency_s) is None else 1000 * latency


SERVER_SENSORS = (
    FaceSensorDescription(key="version", value=_of_hello(lambda hello: hello.server.version)),
    FaceSensorDescription(key="model", value=_of_hello(lambda hello: hello.model.name)),
    FaceSensorDescription(
        key="load",
        native_unit_of_measurement=PERCENTAGE,
        value=_of_stats(lambda stats: 100 * stats.load),
        **_MEASURED,
    ),
    FaceSensorDescription(key="latency", value=_of_stats(lambda stats: stats.latency_median_ms), **_MILLISECONDS),
    FaceSensorDescription(
        key="people",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda entity: len(entity.coordinator.data.people),
    ),
)
CAMERA_SENSORS = (
    FaceSensorDescription(
        key="faces", state_class=SensorStateClass.MEASUREMENT, value=_of_camera(lambda camera: camera.faces)
    ),
    FaceSensorDescription(
        key="snapshot_latency", entity_category=EntityCategory.DIAGNOSTIC, value=_snapshot_ms, **_MILLISECONDS
    ),
)


class ServerSensor(FaceServerEntity, SensorEntity):
    """A number or word of the server."""

    entity_description: FaceSensorDescription
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: FaceCoordinator, description: FaceSensorDescription) -> None:
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> str | float | None:
        return self.entity_description.value(self)


class CameraSensor(FaceCameraEntity, SensorEntity):
    """A number of a camera."""

    entity_description: FaceSensorDescription

    def __init__(
        self, coordinator: FaceCoordinator, subentry: ConfigSubentry, description: FaceSensorDescription
    ) -> None:
        super().__init__(coordinator, subentry, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> str | float | None:
        return self.entity_description.value(self)


class PeoplePresent(FaceCameraEntity, SensorEntity):
    """How many known people are before the camera, and who."""

    _attr_state_class = SensorStateClass.MEASUREMENT
    _unrecorded_attributes = frozenset({ATTR_PEOPLE})

    @property
    def _present(self) -> tuple[PersonRef, ...]:
        return () if self.camera_state is None else self.camera_state.present

    @property
    @override
    def native_value(self) -> int | None:
        return None if self.camera_state is None else len(self._present)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        return {ATTR_PEOPLE: sorted(who.name for who in self._present)}


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


async_setup_entry = adds(
    server=lambda server: [ServerSensor(server, one) for one in SERVER_SENSORS],
    people=lambda server, person_id: [
        LastSeen(server, person_id, "last_seen"),
        LastPlace(server, person_id, "last_place"),
        Confidence(server, person_id, "confidence"),
    ],
    cameras=lambda server, camera: [
        *(CameraSensor(server, camera, one) for one in CAMERA_SENSORS),
        PeoplePresent(server, camera, "people_present"),
    ],
)
