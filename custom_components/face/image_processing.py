"""Core's face entity for a camera, so that automations on `image_processing.detect_face` go on working."""
# ruff: noqa: D107

from typing import override

from homeassistant.components.image_processing import FaceInformation, ImageProcessingFaceEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from .client.errors import FaceError
from .client.wire import KnownIdentity, Recognition
from .const import LOGGER
from .coordinator import FaceCoordinator
from .entity import FaceCameraEntity, adds

PARALLEL_UPDATES = 1


class CameraFaces(FaceCameraEntity, ImageProcessingFaceEntity):
    """The faces of a camera's last picture."""

    # The server has decided who is who; a second threshold here would only hide faces.
    _attr_confidence = 0.0
    # It says what the sensor of faces says, once more for every picture.
    _attr_entity_registry_enabled_default = False
    _unrecorded_attributes = frozenset({"faces", "total_faces"})

    def __init__(self, coordinator: FaceCoordinator, subentry: ConfigSubentry) -> None:
        FaceCameraEntity.__init__(self, coordinator, subentry, "camera_faces")
        ImageProcessingFaceEntity.__init__(self)

    @property
    @override
    def camera_entity(self) -> str:
        return self.feed.entity_id

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.feed.async_add_listener(self._recognized))

    @override
    async def async_update(self) -> None:
        """Take a picture, as `image_processing.scan` asks; a coordinator's entity would only refresh."""
        await ImageProcessingFaceEntity.async_update(self)

    @override
    async def async_process_image(self, image: bytes) -> None:
        try:
            await self.feed.async_observe_picture(image)
        except FaceError as error:
            LOGGER.warning("%s: %s", self.entity_id, error)

    @callback
    def _recognized(self, recognition: Recognition) -> None:
        # Only known faces carry a name, and automations on the event expect one.
        faces = [
            FaceInformation(name=face.identity.person.name, confidence=round(100 * face.identity.probability, 1))
            for face in recognition.faces
            if isinstance(face.identity, KnownIdentity)
        ]
        self.async_process_faces(faces, len(recognition.faces))
        self.async_write_ha_state()


async_setup_entry = adds(cameras=lambda server, camera: [CameraFaces(server, camera)])
