"""A button that takes one picture of a camera and has it recognised."""

from typing import override

from homeassistant.components.button import ButtonEntity

from .client.errors import FaceError
from .entity import FaceCameraEntity, adds
from .error_text import server_error

PARALLEL_UPDATES = 1


class RecogniseButton(FaceCameraEntity, ButtonEntity):
    """Observe once, whether the camera is enabled or not, and whether its picture is another or not."""

    @override
    async def async_press(self) -> None:
        try:
            await self.feed.async_observe_picture(await self.feed.async_picture(), again=True)
        except FaceError as error:
            raise server_error(error) from error


async_setup_entry = adds(cameras=lambda server, camera: [RecogniseButton(server, camera, "recognise")])
