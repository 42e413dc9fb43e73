"""The cameras of a home, offered in the flow that adds a server: all of them in one form, each set up by itself.

What sets a camera off is found on its own device; where nothing is, pictures are taken regularly.
"""
# ruff: noqa: TID252

import asyncio
from math import ceil

from homeassistant.components.binary_sensor.const import DOMAIN as BINARY_SENSOR, BinarySensorDeviceClass
from homeassistant.components.camera.const import DOMAIN as CAMERA
from homeassistant.components.event.const import DOMAIN as EVENT, EventDeviceClass
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode
import probatio

from ..cameras.snapshot import is_switched_off
from ..const import (
    CONF_CAMERA,
    CONF_COOLDOWN,
    CONF_COUNTS_AS_HOME,
    CONF_INTERVAL,
    CONF_PICTURES,
    CONF_SPACING,
    CONF_TRIGGERS,
    DEFAULT_COOLDOWN_S,
    DEFAULT_PICTURES,
    DEFAULT_SPACING_S,
    DOMAIN,
    SUBENTRY_CAMERA,
)
from .camera import is_taken, lasting_id, latency_of, stored, title_of

CONF_CAMERAS = "cameras"
# How often a camera is looked at that nothing sets off.
INTERVAL_S = 10
# What on a camera's own device says that somebody may be there.
SIGNS: dict[str, set[str]] = {
    BINARY_SENSOR: {
        BinarySensorDeviceClass.MOTION,
        BinarySensorDeviceClass.OCCUPANCY,
        BinarySensorDeviceClass.PRESENCE,
    },
    EVENT: {EventDeviceClass.DOORBELL, EventDeviceClass.MOTION},
}


def cameras_of(hass: HomeAssistant) -> list[str]:
    """The cameras that Home Assistant has, by name."""
    return sorted(hass.states.async_entity_ids(CAMERA), key=lambda one: (title_of(hass, one).casefold(), one))


def suggested(hass: HomeAssistant) -> list[str]:
    """Those that are on and that no other server looks at; of several streams of one device the first."""
    registry = er.async_get(hass)
    servers = hass.config_entries.async_entries(DOMAIN)
    by_device: dict[str, str] = {}
    for entity_id in cameras_of(hass):
        taken = any(is_taken(server, lasting_id(hass, entity_id)) for server in servers)
        if not taken and not is_switched_off(hass, entity_id):
            registered = registry.async_get(entity_id)
            by_device.setdefault((registered and registered.device_id) or entity_id, entity_id)
    return list(by_device.values())


def schema(hass: HomeAssistant) -> probatio.Schema:
    """Which of them, and at which somebody is home; none counts as home by itself."""
    options = [SelectOptionDict(value=one, label=title_of(hass, one)) for one in cameras_of(hass)]
    chooser = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))
    return probatio.Schema(
        {
            probatio.Optional(CONF_CAMERAS, default=list): chooser,
            probatio.Optional(CONF_COUNTS_AS_HOME, default=list): chooser,
        }
    )


async def async_try(hass: HomeAssistant, chosen: list[str]) -> tuple[dict[str, float], dict[str, str]]:
    """Take pictures: how long each camera needs for one, in seconds; and why those give none that don't."""
    pace: dict[str, float] = {}
    refused: dict[str, str] = {}

    async def one(entity_id: str) -> None:
        try:
            pace[entity_id] = await latency_of(hass, entity_id)
        except HomeAssistantError as error:
            refused[entity_id] = str(error)

    await asyncio.gather(*map(one, chosen))
    return pace, refused


def subentry(hass: HomeAssistant, entity_id: str, latency_s: float, *, counts_as_home: bool) -> ConfigSubentryData:
    """What is stored of one of them."""
    triggers = _triggers(hass, entity_id)
    settings = {
        CONF_CAMERA: entity_id,
        CONF_TRIGGERS: triggers,
        CONF_COUNTS_AS_HOME: counts_as_home,
        CONF_PICTURES: DEFAULT_PICTURES,
        CONF_SPACING: max(DEFAULT_SPACING_S, ceil(10 * latency_s) / 10),
        CONF_COOLDOWN: DEFAULT_COOLDOWN_S,
        CONF_INTERVAL: 0 if triggers else max(INTERVAL_S, ceil(latency_s)),
    }
    return ConfigSubentryData(
        data=stored(hass, settings),
        subentry_type=SUBENTRY_CAMERA,
        title=title_of(hass, entity_id),
        unique_id=lasting_id(hass, entity_id),
    )


def _triggers(hass: HomeAssistant, entity_id: str) -> list[str]:
    registry = er.async_get(hass)
    camera = registry.async_get(entity_id)
    if camera is None or camera.device_id is None:
        return []
    return [
        one.entity_id
        for one in er.async_entries_for_device(registry, camera.device_id)
        if (one.device_class or one.original_device_class) in SIGNS.get(one.domain, ())
    ]
