"""Whether the server that runs here is the one this version of the integration brings."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.update import UpdateDeviceClass, UpdateEntity, UpdateEntityFeature
from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError

from .const import CONF_LOCAL
from .entity import FaceServerEntity
from .error_text import translated
from .local.server import LocalServerError, async_get

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import FaceConfigEntry

PARALLEL_UPDATES = 1


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the update of a server that runs here; of others Home Assistant knows no newest version."""
    if entry.data.get(CONF_LOCAL):
        add([ServerUpdate(entry.runtime_data, "server")])


class ServerUpdate(FaceServerEntity, UpdateEntity):
    """Differs only where the newest could not be fetched, as without the internet: the one before runs on."""

    _attr_device_class = UpdateDeviceClass.FIRMWARE
    _attr_entity_category = EntityCategory.CONFIG
    _attr_supported_features = UpdateEntityFeature.INSTALL

    @property
    @override
    def installed_version(self) -> str | None:
        return None if (hello := self.coordinator.hello) is None else hello.server.version

    @property
    @override
    def latest_version(self) -> str | None:
        return None if (wheel := async_get(self.hass).wheel) is None else wheel.version

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        try:
            await async_get(self.hass).async_update()
        except LocalServerError as error:
            raise HomeAssistantError(**translated("local_server", reason=str(error))) from error
