"""Whether somebody whom nobody knows is before a camera."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass

from .entity import FaceCameraEntity, adds

PARALLEL_UPDATES = 0


class UnknownPresent(FaceCameraEntity, BinarySensorEntity):
    """An unknown person, not an ignored one, is in the last picture."""

    _attr_device_class = BinarySensorDeviceClass.OCCUPANCY

    @property
    @override
    def is_on(self) -> bool | None:
        return None if self.camera_state is None else self.camera_state.unknown_present


async_setup_entry = adds(cameras=lambda server, camera: [UnknownPresent(server, camera, "unknown_present")])
