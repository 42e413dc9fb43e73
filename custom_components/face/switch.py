"""A camera's two switches: whether its triggers are followed, and whether being seen there is being home."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory

from .client.errors import FaceError
from .const import CONF_COUNTS_AS_HOME, CONF_ENABLED
from .entity import FaceCameraEntity, adds
from .error_text import server_error

PARALLEL_UPDATES = 0


class CameraSwitch(FaceCameraEntity, SwitchEntity):
    """A setting of a camera that may change while it runs; kept with the camera's other settings."""

    _attr_entity_category = EntityCategory.CONFIG

    @property
    def _setting(self) -> str:
        return str(self.translation_key)

    @property
    @override
    def is_on(self) -> bool:
        return bool(self.subentry.data[self._setting])

    @override
    async def async_turn_on(self, **_kwargs: Any) -> None:
        await self._set({self._setting: True})

    @override
    async def async_turn_off(self, **_kwargs: Any) -> None:
        await self._set({self._setting: False})

    async def _set(self, change: dict[str, bool]) -> None:
        try:
            await self.coordinator.async_change_camera(self.subentry, change)
        except FaceError as error:
            raise server_error(error) from error


async_setup_entry = adds(
    cameras=lambda server, camera: [CameraSwitch(server, camera, key) for key in (CONF_ENABLED, CONF_COUNTS_AS_HOME)]
)
