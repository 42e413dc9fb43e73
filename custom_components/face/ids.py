"""The ids of our devices and entities: each is made up here, and looked up here."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN

# Entities that others than their own platform look for.
ANNOTATED = "annotated"
FACE = "face"
TRACKER = "tracker"


def unique_id(entry: ConfigEntry[Any], *parts: str) -> str:
    """Name something of a server: a person or camera by its id, an entity by that and its key."""
    return "_".join((str(entry.unique_id), *parts))


def identifier(entry: ConfigEntry[Any], *parts: str) -> tuple[str, str]:
    """Name a device: the server's, or that of the person or camera of this id."""
    return DOMAIN, unique_id(entry, *parts)


def device_id(hass: HomeAssistant, entry: ConfigEntry[Any], *parts: str) -> str | None:
    """Find a device."""
    device = dr.async_get(hass).async_get_device_by_identifier(identifier(entry, *parts), entry.entry_id)
    return None if device is None else device.id


def entity_id(hass: HomeAssistant, platform: str, entry: ConfigEntry[Any], *parts: str) -> str | None:
    """Find an entity."""
    return er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id(entry, *parts))
