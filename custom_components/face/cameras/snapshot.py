"""One picture of a camera, and the entity id that is behind what is stored of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.camera import async_get_image
from homeassistant.helpers import entity_registry as er

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

SNAPSHOT_TIMEOUT_S = 10


def resolve_entity(hass: HomeAssistant, registry_or_entity_id: str) -> str:
    """Turn what is stored of an entity, its id in the registry, into the entity id of today."""
    return er.async_resolve_entity_id(er.async_get(hass), registry_or_entity_id) or registry_or_entity_id


async def async_take_picture(hass: HomeAssistant, entity_id: str) -> tuple[bytes, float]:
    """Take a camera's picture at full resolution; how long that took, in seconds."""
    started = hass.loop.time()
    image = await async_get_image(hass, entity_id, timeout=SNAPSHOT_TIMEOUT_S)
    return image.content, hass.loop.time() - started
