"""Fixtures of the integration's tests: a scripted face server, a real camera, and Home Assistant with both set up."""

# First of all, or the harness's own custom_components folder wins.
import custom_components  # noqa: F401  # isort: skip

from collections.abc import AsyncIterator
from pathlib import Path
import sys

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from .home import CAMERA, DoorCamera, add_server
from .peer import Peer


@pytest.fixture
async def peer(socket_enabled: None) -> AsyncIterator[Peer]:
    """Give a scripted server that listens on this machine."""
    async with Peer() as running:
        yield running


@pytest.fixture
async def home(hass: HomeAssistant, enable_custom_integrations: None) -> HomeAssistant:
    """Give a Home Assistant that may load the integration and has people."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "person", {})
    return hass


@pytest.fixture
def entity_registry_enabled_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be switched on that is off at first, as if somebody had done so."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
async def door(home: HomeAssistant, tmp_path: Path) -> DoorCamera:
    """Give a camera whose picture is a file."""
    file = tmp_path / "door.jpg"
    home.config.allowlist_external_dirs = {str(tmp_path)}
    camera = DoorCamera(file)
    camera.shows(b"first")
    entry = MockConfigEntry(
        domain="local_file", title="Door", options={"name": "Front door", "file_path": str(file)}, unique_id="door"
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    assert home.states.get(CAMERA) is not None
    return camera


@pytest.fixture
async def server(home: HomeAssistant, peer: Peer, door: DoorCamera) -> MockConfigEntry:
    """Give a connected server with the door's camera."""
    return await add_server(home, peer)
