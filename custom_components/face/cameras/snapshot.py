"""One picture of a camera or an image entity, and the entity id that is behind what is stored of one."""

from homeassistant.components import camera, image
from homeassistant.components.camera.const import DATA_COMPONENT as CAMERAS
from homeassistant.components.image.const import DOMAIN as IMAGE
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

SNAPSHOT_TIMEOUT_S = 10


def resolve_entity(hass: HomeAssistant, registry_or_entity_id: str) -> str:
    """Turn what is stored of an entity, its id in the registry, into the entity id of today."""
    return er.async_resolve_entity_id(er.async_get(hass), registry_or_entity_id) or registry_or_entity_id


def is_image(entity_id: str) -> bool:
    """Whether it is an image entity, whose picture changes by itself."""
    return split_entity_id(entity_id)[0] == IMAGE if "." in entity_id else False


async def async_take_picture(hass: HomeAssistant, entity_id: str) -> tuple[bytes, float]:
    """Take the picture of a camera, or an image entity's, at full resolution; how long that took, in seconds."""
    started = hass.loop.time()
    if is_image(entity_id):
        picture = (await image.async_get_image(hass, entity_id)).content
    else:
        picture = (await camera.async_get_image(hass, entity_id, timeout=SNAPSHOT_TIMEOUT_S)).content
    return picture, hass.loop.time() - started


def is_switched_off(hass: HomeAssistant, entity_id: str) -> bool:
    """Whether a camera is switched off, disabled or away: its own integration tells that, and nothing is wrong here."""
    state = hass.states.get(entity_id)
    if state is None:
        registered = er.async_get(hass).async_get(entity_id)
        return registered is not None and registered.disabled
    if state.state == STATE_UNAVAILABLE:
        return True
    entity = hass.data[CAMERAS].get_entity(entity_id) if CAMERAS in hass.data else None
    return entity is not None and not entity.is_on


def area_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """The area of a camera, or of its device."""
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None:
        return None
    if registered.area_id is not None or registered.device_id is None:
        return registered.area_id
    device = dr.async_get(hass).async_get(registered.device_id)
    area_id = None if device is None else device.area_id
    return area_id if ar.async_get(hass).async_get_area(area_id or "") is not None else None
