"""Whether somebody whom nobody knows is before a camera."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import FaceConfigEntry
from .entity import FaceCameraEntity, async_add_cameras

PARALLEL_UPDATES = 0


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the binary sensors of a server's cameras."""
    coordinator = entry.runtime_data
    async_add_cameras(coordinator, add, lambda subentry: (UnknownPresent(coordinator, subentry, "unknown_present"),))


class UnknownPresent(FaceCameraEntity, BinarySensorEntity):
    """An unknown person, not an ignored one, is in the last picture."""

    _attr_device_class = BinarySensorDeviceClass.OCCUPANCY

    @property
    @override
    def is_on(self) -> bool | None:
        return None if self.camera_state is None else self.camera_state.unknown_present
