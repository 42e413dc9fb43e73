"""Diagnostics and system health."""

from __future__ import annotations

import json

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.diagnostics import async_get_config_entry_diagnostics
from custom_components.face.system_health import async_register, system_health_info

from .home import CAMERA, MOTION, DoorCamera, add_server
from .peer import TOKEN, Peer


async def test_diagnostics_have_numbers_and_no_names(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """No names, tokens, addresses or entities."""
    told = await async_get_config_entry_diagnostics(home, server)
    text = json.dumps(told)
    for secret in ("Alice", "alice-id", TOKEN, "127.0.0.1", str(peer.port), CAMERA, MOTION, "Front door"):
        assert secret not in text, secret
    assert told["connected"] is True
    assert told["people"] == {"known": 2, "present": 0, "without_photos": 0, "linked": 0}
    assert told["cameras"][0]["triggers"] == 2
    assert told["cameras"][0]["known_to_server"] is True
    assert told["stats"]["latency_median_ms"] == 80.0


async def test_system_health_counts_servers(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Those that are connected, with their versions."""
    assert await system_health_info(home) == {
        "servers": 1,
        "connected": 1,
        "versions": "1.2.3",
        "people": 2,
        "cameras": 1,
        "slowest_ms": 120,
    }
    await home.config_entries.async_unload(server.entry_id)
    assert (await system_health_info(home))["versions"] == "-"


def test_system_health_is_registered(hass: HomeAssistant) -> None:
    """With what Home Assistant gives."""
    registered: list[object] = []

    class Registration:
        def async_register_info(self, info: object) -> None:
            registered.append(info)

    async_register(hass, Registration())  # type: ignore[arg-type]
    assert registered == [system_health_info]


async def test_diagnostics_of_a_server_that_is_away_say_so(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """They are wanted just then; without the address."""
    await peer.stop()
    server = await add_server(home, peer, loaded=False)
    told = await async_get_config_entry_diagnostics(home, server)
    assert told == {"connected": False, "state": "ConfigEntryState.SETUP_RETRY", "reason": "cannot_connect"}
