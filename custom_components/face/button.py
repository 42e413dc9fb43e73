"""A button that takes one picture of a camera and has it recognised."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .client.errors import FaceError
from .coordinator import FaceConfigEntry
from .entity import FaceCameraEntity, async_add_cameras
from .error_text import server_error

PARALLEL_UPDATES = 1


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the buttons of a server's cameras."""
    coordinator = entry.runtime_data
    async_add_cameras(coordinator, add, lambda subentry: (RecogniseButton(coordinator, subentry, "recognise"),))


class RecogniseButton(FaceCameraEntity, ButtonEntity):
    """Observe once, whether the camera is enabled or not, and whether its picture is another or not."""

    @override
    async def async_press(self) -> None:
        try:
            await self.feed.async_observe_picture(await self.feed.async_picture(), again=True)
        except FaceError as error:
            raise server_error(error) from error
