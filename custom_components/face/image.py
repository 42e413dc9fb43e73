"""A person's newest face, and a camera's last picture with boxes and names; both are kept by the server."""
# ruff: noqa: D107

from datetime import datetime, timedelta
from typing import override

from homeassistant.components.image import ImageEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from . import ids
from .client.errors import FaceError
from .const import LOGGER
from .coordinator import FaceCoordinator
from .entity import FaceCameraEntity, FaceEntity, FacePersonEntity, adds

PARALLEL_UPDATES = 0
# Another picture of the same people is news after this long.
SAME_SCENE = timedelta(seconds=10)


class ServerPicture(FaceEntity, ImageEntity):
    """A picture that the server keeps under a path; a new moment or path is a new picture."""

    _attr_content_type = "image/jpeg"
    _shown: tuple[str | None, datetime | None] = (None, None)

    @property
    def newest(self) -> tuple[str | None, datetime | None]:
        """Its path on the server, and from when it is."""
        raise NotImplementedError

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._look()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._look()
        super()._handle_coordinator_update()

    def _look(self) -> None:
        if self.available and (newest := self.newest) != self._shown:
            self._shown = newest
            path, at = newest
            self._attr_image_last_updated = None if path is None else at or dt_util.utcnow()

    @override
    async def async_image(self) -> bytes | None:
        if (path := self._shown[0]) is None:
            return None
        try:
            return await self.coordinator.client.picture(path)
        except FaceError as error:
            LOGGER.debug("%s: %s", self.entity_id, error)
            return None


class PersonFace(ServerPicture, FacePersonEntity):
    """The newest picture of a person's face."""

    def __init__(self, coordinator: FaceCoordinator, person_id: str) -> None:
        FacePersonEntity.__init__(self, coordinator, person_id, ids.FACE)
        ImageEntity.__init__(self, coordinator.hass)

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.ready and super().available

    @property
    @override
    def newest(self) -> tuple[str | None, datetime | None]:
        """The face of the last sighting, or of a photo; another picture has another path."""
        path, at = self._shown
        if path is not None and path == self.person.picture:
            return path, at
        return self.person.picture, self.person.presence.last_seen


class Annotated(ServerPicture, FaceCameraEntity):
    """A camera's last picture with a face, with boxes and names."""

    _in_view: tuple[object, ...] = ()

    def __init__(self, coordinator: FaceCoordinator, subentry: ConfigSubentry) -> None:
        FaceCameraEntity.__init__(self, coordinator, subentry, ids.ANNOTATED)
        ImageEntity.__init__(self, coordinator.hass)

    @property
    @override
    def newest(self) -> tuple[str | None, datetime | None]:
        """The last one with a face.

        A later picture without one leaves it as it is, and one of the same people is told of now and then only: whoever
        looks gets the newest anyway.
        """
        state = self.camera_state
        if state is None or state.annotated is None:
            return None, None
        path, shown_at = self._shown
        in_view = state.faces, state.present, state.unknown_present
        if (
            path == state.annotated
            and shown_at is not None
            and not self._is_news(in_view, state.last_picture_at, shown_at)
        ):
            return path, shown_at
        self._in_view = in_view
        return state.annotated, state.last_picture_at

    def _is_news(self, in_view: tuple[object, ...], at: datetime | None, shown_at: datetime) -> bool:
        """Whether somebody came or was recognised, or the picture that is shown is an old one."""
        if in_view[0] == 0 or at is None:
            return False
        return in_view != self._in_view or at - shown_at >= SAME_SCENE


async_setup_entry = adds(
    people=lambda server, person_id: [PersonFace(server, person_id)],
    cameras=lambda server, camera: [Annotated(server, camera)],
)
