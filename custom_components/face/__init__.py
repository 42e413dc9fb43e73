"""Set up and take down: a config entry is a face server, its subentries are the cameras pushed to it."""

import asyncio
from typing import TYPE_CHECKING, Any

from homeassistant.components.image_processing.const import DATA_COMPONENT as IMAGE_PROCESSING
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    instance_id,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from . import ids, panel, phone_answers, repairs
from .bus import async_fire_on_bus
from .cameras.feed import CameraFeed
from .client.errors import FaceError, IncompatibleServerError, InvalidTokenError
from .const import CONF_LINKS_ASIDE, CONF_LOCAL, DOMAIN, LIVE_CAMERA_SETTINGS
from .coordinator import SIGNAL_EVENT, FaceCoordinator
from .entity import async_follow_people, known_people, server_device
from .error_text import translated
from .local.server import LocalServerError, async_get
from .media_source import PictureView
from .people.links import async_set_links_aside, async_take_links_up
from .services import async_register_actions

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .coordinator import FaceConfigEntry

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.DEVICE_TRACKER,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Register actions, views, the panel, the events on the bus and the answers to them, once for all servers."""
    async_register_actions(hass)
    await panel.async_setup(hass)
    hass.http.register_view(PictureView)
    async_dispatcher_connect(hass, SIGNAL_EVENT, async_fire_on_bus)
    phone_answers.async_listen(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: FaceConfigEntry) -> bool:
    """Connect to a server, and show its people and cameras."""
    await panel.async_show(hass)
    coordinator = await _start(hass, entry)
    entry.async_on_unload(coordinator.async_stop)
    entry.runtime_data = coordinator
    # The cameras' and people's devices hang on the server's, so it comes first.
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **server_device(coordinator))
    coordinator.device_id = device.id
    for subentry in coordinator.cameras():
        feed = CameraFeed(hass, entry, subentry, coordinator.async_observe, coordinator.async_update_listeners)
        coordinator.feeds[subentry.subentry_id] = feed
        feed.async_start()
        entry.async_on_unload(feed.async_stop)
    # One after another, with a breath between: all at once would be a single long step of the event loop.
    for platform in PLATFORMS:
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)
    # The image_processing platform is not among those that config entries can be forwarded to.
    await hass.data[IMAGE_PROCESSING].async_setup_entry(entry)

    followed: dict[str, str] | None = None

    @callback
    def follow_people() -> None:
        nonlocal followed
        names = {person.id: person.name for person in coordinator.data.people.values()}
        if coordinator.ready and names != followed:
            followed = names
            async_set_links_aside(hass, entry, coordinator.data.people)
            async_follow_people(hass, coordinator)
        if coordinator.ready and entry.options.get(CONF_LINKS_ASIDE, {}).keys() & names:
            entry.async_create_task(hass, async_take_links_up(hass, entry, names))
        repairs.async_review(hass, coordinator)

    follow_people()
    entry.async_on_unload(coordinator.async_add_listener(follow_people))

    for event in (ar.EVENT_AREA_REGISTRY_UPDATED, er.EVENT_ENTITY_REGISTRY_UPDATED, dr.EVENT_DEVICE_REGISTRY_UPDATED):
        entry.async_on_unload(hass.bus.async_listen(event, coordinator.async_follow_cameras))

    settings = _settings(entry)

    async def reload_on_change(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        if _settings(entry) != settings:
            hass.config_entries.async_schedule_reload(entry.entry_id)
        else:
            await coordinator.async_follow_cameras()
        repairs.async_review(hass, coordinator)

    entry.async_on_unload(entry.add_update_listener(reload_on_change))
    return True


async def _start_local(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    server = async_get(hass)
    entry.async_on_unload(server.async_release)
    try:
        await server.async_start()
    except LocalServerError as error:
        repairs.async_local_server(hass, entry)
        raise ConfigEntryNotReady(**translated("local_server", reason=str(error))) from error


async def _start(hass: HomeAssistant, entry: FaceConfigEntry) -> FaceCoordinator:
    local = bool(entry.data.get(CONF_LOCAL))
    if local:
        await _start_local(hass, entry)
    coordinator = FaceCoordinator(hass, entry, await instance_id.async_get(hass))
    if local:
        entry.async_on_unload(async_get(hass).async_listen(coordinator.async_update_listeners))
    try:
        await coordinator.async_start(known_people(hass, entry))
    except InvalidTokenError as error:
        if local:
            # Somebody removed it; here we can make another, and try again with it.
            await async_get(hass).async_new_token()
            raise ConfigEntryNotReady(**translated("invalid_token")) from error
        raise ConfigEntryAuthFailed(**translated("invalid_token")) from error
    except IncompatibleServerError as error:
        repairs.async_incompatible_server(hass, entry, error)
        raise ConfigEntryError(**translated("incompatible_server", reason=str(error))) from error
    except FaceError as error:
        raise ConfigEntryNotReady(**translated("cannot_connect", reason=str(error))) from error
    return coordinator


def _settings(entry: ConfigEntry[Any]) -> tuple[object, ...]:
    """What needs a reload when it changes."""
    cameras = {
        subentry.subentry_id: {key: value for key, value in subentry.data.items() if key not in LIVE_CAMERA_SETTINGS}
        for subentry in entry.subentries.values()
    }
    return entry.title, dict(entry.data), cameras


async def async_unload_entry(hass: HomeAssistant, entry: FaceConfigEntry) -> bool:
    """Take everything down; where one platform refuses, the others go nevertheless, as in core."""
    gone = [await hass.data[IMAGE_PROCESSING].async_unload_entry(entry)]
    for platform in PLATFORMS:
        gone.append(await hass.config_entries.async_unload_platforms(entry, [platform]))
        await asyncio.sleep(0)
    return all(gone)


async def async_remove_entry(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    """Forget the issues of a server that is no longer ours; core takes its trackers off the people."""
    repairs.async_forget(hass, entry)
    if not hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        panel.async_hide(hass)
    if entry.data.get(CONF_LOCAL):
        await async_get(hass).async_stop()


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: FaceConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let a person delete a device by hand, unless the server still has what it stands for."""
    if not hasattr(entry, "runtime_data"):
        return True
    coordinator = entry.runtime_data
    alive = {ids.identifier(entry), *(ids.identifier(entry, person_id) for person_id in coordinator.data.people)}
    alive |= {ids.identifier(entry, str(subentry.unique_id)) for subentry in coordinator.cameras()}
    return alive.isdisjoint(device.identifiers)
