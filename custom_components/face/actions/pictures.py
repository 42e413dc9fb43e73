"""Gets the picture that an action is about: from a camera, an image entity, uploaded media or a file.

Whoever calls needs the right to see the entity; files are for administrators and within Home Assistant's allow list.
"""
# ruff: noqa: TID252

import errno
from pathlib import Path
from stat import S_ISREG
from typing import Any

from homeassistant.components import image, media_source
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import probatio

from ..cameras.snapshot import async_take_picture
from ..error_text import translated
from ..media_source import async_kept_picture
from .permissions import async_require_admin, async_require_view

CONF_CAMERA_ENTITY = "camera"
CONF_IMAGE_ENTITY = "image"
CONF_MEDIA = "media"
CONF_FILE = "file"
# No server takes a larger one.
MOST_BYTES = 64 * 2**20
_SOURCES = (CONF_CAMERA_ENTITY, CONF_IMAGE_ENTITY, CONF_MEDIA, CONF_FILE)

PICTURE_FIELDS: dict[Any, Any] = {
    probatio.Exclusive(CONF_CAMERA_ENTITY, "picture"): cv.entity_domain("camera"),
    probatio.Exclusive(CONF_IMAGE_ENTITY, "picture"): cv.entity_domain("image"),
    probatio.Exclusive(CONF_MEDIA, "picture"): probatio.Schema(
        {probatio.Required("media_content_id"): cv.string}, extra=probatio.ALLOW_EXTRA
    ),
    probatio.Exclusive(CONF_FILE, "picture"): cv.string,
}


async def async_allowed_path(hass: HomeAssistant, path: str) -> Path:
    """Refuse a path outside of Home Assistant's allow list."""
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, path):
        raise ServiceValidationError(**translated("path_not_allowed", path=path))
    return Path(path)


async def async_picture(hass: HomeAssistant, data: dict[str, Any], context: Context) -> bytes:
    """Get the one picture that the fields name."""
    match next(((source, data[source]) for source in _SOURCES if source in data), None):
        case "camera", str(entity_id):
            await async_require_view(hass, context, entity_id)
            return await _of_camera(hass, entity_id)
        case "image", str(entity_id):
            await async_require_view(hass, context, entity_id)
            return await _of_image(hass, entity_id)
        case "media", media:
            return await _of_media(hass, media["media_content_id"], context)
        case "file", str(path):
            await async_require_admin(hass, context)
            return await async_read(hass, await async_allowed_path(hass, path))
        case _:
            raise ServiceValidationError(**translated("no_source"))


async def _of_camera(hass: HomeAssistant, entity_id: str) -> bytes:
    try:
        picture, _ = await async_take_picture(hass, entity_id)
    except HomeAssistantError as error:
        raise _no_picture(entity_id, str(error)) from error
    return picture


async def _of_image(hass: HomeAssistant, entity_id: str) -> bytes:
    try:
        return (await image.async_get_image(hass, entity_id)).content
    except HomeAssistantError as error:
        raise _no_picture(entity_id, str(error)) from error


async def _of_media(hass: HomeAssistant, media_content_id: str, context: Context) -> bytes:
    user = None if context.user_id is None else await hass.auth.async_get_user(context.user_id)
    if (kept := await async_kept_picture(hass, media_content_id, user)) is not None:
        return kept
    try:
        media = await media_source.async_resolve_media(hass, media_content_id, None)
    except HomeAssistantError as error:
        raise _no_picture(media_content_id, str(error)) from error
    if media.path is None:
        raise _no_picture(media_content_id, "it is not a file of this Home Assistant")
    return await async_read(hass, await async_allowed_path(hass, str(media.path)))


async def async_read(hass: HomeAssistant, path: Path) -> bytes:
    """Read a file that can be a picture: a film may be larger than memory, and a pipe is waited for without end."""
    try:
        return await hass.async_add_executor_job(_read, path)
    except OSError as error:
        raise _no_picture(str(path), error.strerror or type(error).__name__) from error


def _read(path: Path) -> bytes:
    if not S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MOST_BYTES} bytes")
    return content


def _no_picture(source: str, reason: str) -> ServiceValidationError:
    return ServiceValidationError(**translated("no_picture", source=source, reason=reason))
