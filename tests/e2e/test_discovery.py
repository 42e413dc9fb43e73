"""A server on the network is found by Home Assistant itself, by real mDNS over this machine's own network interface."""

from __future__ import annotations

from typing import Any

from home_assistant import HomeAssistant, free_port
import pytest

from .face_server import FaceServer
from .home_log import nothing_was_blocked
from .observer import Observer

pytestmark = pytest.mark.asyncio(loop_scope="session")


def offered(seen: Observer, server_id: str) -> list[dict[str, Any]]:
    """List what Home Assistant offers of this server; there may be others in the network."""
    return [flow for flow in seen.flows.values() if flow["context"].get("unique_id") == server_id]


async def test_announced_server_is_offered_and_needs_only_its_token(looking: Observer, announced: FaceServer) -> None:
    """Home Assistant shows it as discovered, under the name that it announces."""
    seen, server = looking, announced
    server_id = await server.id()
    await seen.until(lambda: offered(seen, server_id), "the server is offered; this needs a real network interface")
    (flow,) = offered(seen, server_id)
    assert (flow["handler"], flow["context"]["source"]) == ("face", "zeroconf")
    assert flow["context"]["title_placeholders"] == {"name": f"Face {server_id[:8]}"}
    assert flow["step_id"] == "discovery_confirm"
    step = await seen.answer("flow", flow, {"token": "wrong"})
    assert step["step_id"] == "trust", step
    step = await seen.answer("flow", step, {})
    assert step["errors"] == {"base": "invalid_token"}
    done = await seen.answer("flow", step, {"token": server.token})
    assert done["type"] == "create_entry", done
    await seen.until(lambda: seen.state("sensor.barack_obama_last_seen") == "unknown", "its people")
    await seen.until(lambda: not offered(seen, server_id), "it is not offered any more")


async def test_server_that_moves_is_followed(looking: Observer, announced: FaceServer) -> None:
    """To another port, as to another address, without anybody typing it."""
    seen, server = looking, announced
    server_id = await server.id()
    await server.stop()
    await seen.reaches("image.barack_obama_face", "unavailable")
    server.port = free_port()
    await server.start()
    await seen.until(lambda: seen.state("image.barack_obama_face") != "unavailable", "the server is found again")
    assert not offered(seen, server_id)


async def test_discovery_blocked_nothing(looking: Observer, looking_home: HomeAssistant) -> None:
    """As in the first story."""
    await nothing_was_blocked(looking_home)
