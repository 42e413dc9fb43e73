"""A home to test in: one camera, one server, and the words to look at them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .peer import PATIENCE_SECONDS, SERVER_ID, Peer

CAMERA = "camera.front_door"
MOTION = "binary_sensor.motion"
OWN_ID = "door"

CAMERA_SETTINGS: dict[str, Any] = {
    "camera": CAMERA,
    "triggers": [MOTION, "event.bell"],
    "pictures": 3,
    "spacing": 0.01,
    "cooldown": 0.0,
    "interval": 0.0,
    "counts_as_home": True,
    "enabled": True,
}


class DoorCamera:
    """The file behind the camera."""

    def __init__(self, file: Path) -> None:
        """Take the file."""
        self.file = file

    def shows(self, picture: bytes) -> None:
        """Show another picture from now on."""
        self.file.write_bytes(picture)

    def breaks(self) -> None:
        """Show nothing any more."""
        self.file.unlink()


def camera_subentry(**settings: Any) -> ConfigSubentryData:
    """Write what is stored of the door's camera."""
    return ConfigSubentryData(
        data=CAMERA_SETTINGS | settings, subentry_type="camera", title="Front door", unique_id=OWN_ID
    )


async def add_server(home: HomeAssistant, peer: Peer, *, loaded: bool = True, **settings: Any) -> MockConfigEntry:
    """Connect Home Assistant to the scripted server."""
    home.states.async_set(MOTION, "off")
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Face",
        unique_id=SERVER_ID,
        data={"url": peer.url, "token": peer.token},
        subentries_data=[camera_subentry(**settings)],
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id) is loaded
    await home.async_block_till_done()
    return entry


def entity(home: HomeAssistant, platform: str, key: str) -> str:
    """Find an entity of the server by what its unique id ends with."""
    entity_id = er.async_get(home).async_get_entity_id(platform, DOMAIN, f"{SERVER_ID}_{key}")
    assert entity_id is not None, f"no {platform} of {key}"
    return entity_id


def state(home: HomeAssistant, platform: str, key: str) -> str:
    """Give an entity's state."""
    found = home.states.get(entity(home, platform, key))
    assert found is not None
    return found.state


def attributes(home: HomeAssistant, platform: str, key: str) -> dict[str, Any]:
    """Give an entity's attributes."""
    found = home.states.get(entity(home, platform, key))
    assert found is not None
    return dict(found.attributes)


async def until(home: HomeAssistant, condition: Callable[[], object], timeout_s: float = PATIENCE_SECONDS) -> None:
    """Wait, letting Home Assistant work, until the condition is true."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await home.async_block_till_done()
            await asyncio.sleep(0)
