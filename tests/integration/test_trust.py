"""To whom the token is given: the server that was meant, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.client import Address, FaceClient
from custom_components.face.client.errors import AnotherServerError, PlainTextError, UnverifiedServerError
from custom_components.face.const import DOMAIN

from .home import until
from .keys import self_made
from .peer import SERVER_ID, TOKEN, Peer
from .test_config_flow import announced, fill_in, move, start


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)


@pytest.fixture
async def secure(socket_enabled: None, tmp_path: Path) -> AsyncIterator[tuple[Peer, str]]:
    """Give a server that speaks TLS by a key of its own, and the key's fingerprint."""
    peer = Peer()
    peer.tls, fingerprint = self_made(tmp_path)
    async with peer:
        yield peer, fingerprint


def pairing_line(peer: Peer, fingerprint: str) -> str:
    """What the server prints."""
    return f"face://127.0.0.1:{peer.port}/?token={TOKEN}&fingerprint={fingerprint}"


async def test_pairing_line_pins_the_key(home: HomeAssistant, secure: tuple[Peer, str]) -> None:
    """Pictures come over the pinned connection, too."""
    peer, fingerprint = secure
    done = await fill_in(home, await start(home, SOURCE_USER), address=pairing_line(peer, fingerprint))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == {"url": peer.url, "token": TOKEN, "fingerprint": fingerprint}
    await home.async_block_till_done()
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert await entry.runtime_data.client.picture("/v1/alice.jpg") == b"\xff\xd8alice"


async def test_server_with_another_key_hears_no_token(
    home: HomeAssistant, secure: tuple[Peer, str], tmp_path: Path
) -> None:
    """Though it has the id, the address and a certificate: people are told, and a new pairing line mends it."""
    peer, fingerprint = secure
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Face",
        unique_id=SERVER_ID,
        data={"url": peer.url, "token": TOKEN, "fingerprint": fingerprint},
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    await peer.stop()
    peer.tokens.clear()
    peer.tls, other = self_made(tmp_path, "impostor")
    await peer.start()
    issues = ir.async_get(home)
    await until(home, lambda: issues.async_get_issue(DOMAIN, f"another_server_{entry.entry_id}"))
    assert peer.tokens == []
    flow = await move(home, entry)
    done = await fill_in(home, flow, address=pairing_line(peer, other))
    assert done["reason"] == "reconfigure_successful"
    await home.async_block_till_done()
    assert entry.runtime_data.ready
    assert issues.async_get_issue(DOMAIN, f"another_server_{entry.entry_id}") is None


async def test_picture_is_not_asked_for_where_the_key_is_another(
    secure: tuple[Peer, str], peer: Peer, tmp_path: Path
) -> None:
    """Its request would carry the token; nor does a redirect take it elsewhere."""
    server, _ = secure
    async with aiohttp.ClientSession() as session:
        client = FaceClient(session, server.url, TOKEN, "client", fingerprint="0" * 64)
        with pytest.raises(AnotherServerError):
            await client.connect()
        with pytest.raises(UnverifiedServerError):
            await FaceClient(session, server.url, TOKEN, "client").connect()
        with pytest.raises(PlainTextError):
            await FaceClient(session, peer.url.replace("http:", "https:"), TOKEN, "client").connect()
    assert server.tokens == []
    assert peer.tokens == []


async def test_typed_address_shows_the_fingerprint_before_anything_is_said(
    home: HomeAssistant, secure: tuple[Peer, str]
) -> None:
    """Trusted once, pinned from then on."""
    peer, fingerprint = secure
    flow = await start(home, SOURCE_USER)
    shown = await fill_in(home, flow, address=peer.url, token=TOKEN)
    assert shown["step_id"] == "trust"
    assert shown["description_placeholders"]["fingerprint"].replace(" ", "") == fingerprint
    assert peer.tokens == []
    done = await fill_in(home, shown)
    assert done["data"] == {"url": peer.url, "token": TOKEN, "fingerprint": fingerprint}
    await home.async_block_till_done()


async def test_wrong_token_of_a_trusted_server_can_be_typed_again(
    home: HomeAssistant, secure: tuple[Peer, str]
) -> None:
    """Without trusting it once more, where it was found by itself."""
    peer, fingerprint = secure
    shown = await fill_in(home, await start(home, SOURCE_ZEROCONF, announced(peer, tls="1")), token="wrong")
    again = await fill_in(home, shown)
    assert (again["step_id"], again["errors"]) == ("discovery_confirm", {"base": "invalid_token"})
    done = await fill_in(home, again, token=TOKEN)
    assert done["data"]["fingerprint"] == fingerprint
    await home.async_block_till_done()
    await home.config_entries.async_remove(done["result"].entry_id)
    shown = await fill_in(home, await start(home, SOURCE_USER), address=peer.url, token="wrong")
    again = await fill_in(home, shown)
    assert (again["step_id"], again["errors"]) == ("connect", {"base": "invalid_token"})


async def test_server_that_speaks_plain_text_is_told_so_where_nobody_chose_it(home: HomeAssistant, peer: Peer) -> None:
    """It hears nothing then."""
    again = await fill_in(
        home, await start(home, SOURCE_USER), address=peer.url.replace("http:", "https:"), token=TOKEN
    )
    assert again["errors"] == {"base": "plain_text"}
    assert peer.tokens == []


async def test_announced_server_without_encryption_needs_a_tick(home: HomeAssistant, peer: Peer) -> None:
    """On this machine it does not."""
    info = announced(peer)
    info.ip_address = ip_address("192.0.2.2")
    info.ip_addresses = [info.ip_address]
    flow = await start(home, SOURCE_ZEROCONF, info)
    assert "plain_text" in flow["data_schema"].schema
    again = await fill_in(home, flow, token=TOKEN, plain_text=False)
    assert again["errors"] == {"plain_text": "plain_text"}
    assert peer.tokens == []


async def test_whoever_announces_the_id_of_a_known_server_gets_nothing(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, secure: tuple[Peer, str]
) -> None:
    """Neither while it is connected, nor while it is away; by plain text or by TLS."""
    impostor, _ = secure
    before = dict(server.data)
    for tls in ("0", "1"):
        flow = await start(home, SOURCE_ZEROCONF, announced(impostor, tls=tls))
        assert flow["reason"] == "already_configured"
    await peer.stop()
    await until(home, lambda: not server.runtime_data.ready)
    for tls in ("0", "1"):
        await start(home, SOURCE_ZEROCONF, announced(impostor, tls=tls))
        await home.async_block_till_done()
    assert dict(server.data) == before
    assert impostor.tokens == []
    await peer.start()
    await until(home, lambda: server.runtime_data.ready)


async def discovered(home: HomeAssistant, peer: Peer, fingerprint: str) -> Any:
    """Connect a server that announced itself."""
    flow = await start(home, SOURCE_ZEROCONF, announced(peer, tls="1"))
    shown = await fill_in(home, flow, token=TOKEN)
    assert shown["step_id"] == "trust"
    done = await fill_in(home, shown)
    assert done["data"]["fingerprint"] == fingerprint
    await home.async_block_till_done()
    return done["result"]


async def test_announced_server_that_moved_is_followed_by_its_key(
    home: HomeAssistant, secure: tuple[Peer, str]
) -> None:
    """While it is away, and never to plain text."""
    peer, fingerprint = secure
    entry = await discovered(home, peer, fingerprint)
    before = peer.url
    await start(home, SOURCE_ZEROCONF, announced(peer, tls="1"))
    await peer.move()
    await until(home, lambda: not entry.runtime_data.ready)
    await start(home, SOURCE_ZEROCONF, announced(peer, tls="0"))
    assert entry.data["url"] == before
    flow = await start(home, SOURCE_ZEROCONF, announced(peer, tls="1"))
    assert flow["reason"] == "already_configured"
    assert entry.data["url"] == peer.url
    await home.async_block_till_done()
    await until(home, lambda: entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready)


async def test_announcement_leads_an_impostor_with_another_key_to_no_token(
    home: HomeAssistant, secure: tuple[Peer, str], tmp_path: Path
) -> None:
    """Followed or not."""
    peer, fingerprint = secure
    entry = await discovered(home, peer, fingerprint)
    await peer.stop()
    await until(home, lambda: not entry.runtime_data.ready)
    impostor = Peer()
    impostor.tls, _ = self_made(tmp_path, "impostor")
    async with impostor:
        await start(home, SOURCE_ZEROCONF, announced(impostor, tls="1"))
        await home.async_block_till_done()
        await until(home, lambda: entry.runtime_data.trouble is not None)
        assert impostor.tokens == []
        await home.config_entries.async_remove(entry.entry_id)


async def test_other_server_at_the_known_address_hears_no_token(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Its id is compared first; and the right one back mends everything."""
    peer.tokens.clear()
    peer.server_id = "another"
    await peer.hang_up()
    issues = ir.async_get(home)
    await until(home, lambda: issues.async_get_issue(DOMAIN, f"another_server_{server.entry_id}"))
    assert peer.tokens == []
    peer.server_id = SERVER_ID
    await until(home, lambda: server.runtime_data.ready)
    await until(home, lambda: issues.async_get_issue(DOMAIN, f"another_server_{server.entry_id}") is None)


async def test_pairing_line_pasted_where_the_token_is_asked_for_is_read(
    home: HomeAssistant, secure: tuple[Peer, str]
) -> None:
    """With its fingerprint."""
    peer, fingerprint = secure
    flow = await start(home, SOURCE_ZEROCONF, announced(peer, tls="1"))
    done = await fill_in(home, flow, token=pairing_line(peer, fingerprint))
    assert done["data"] == {"url": peer.url, "token": TOKEN, "fingerprint": fingerprint}
    await home.async_block_till_done()


async def test_two_servers_have_two_names(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """By their hosts, where they have no others."""
    async with Peer() as second:
        second.server_id = "server-2"
        form = await fill_in(home, await start(home, SOURCE_USER), address=second.url, token=TOKEN)
        done = await fill_in(home, form)
        assert done["title"] == "Face (127.0.0.1)"
        await home.async_block_till_done()
        await home.config_entries.async_remove(done["result"].entry_id)


async def test_ignored_and_disabled_servers_are_not_counted(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """An action asks for no choice where there is none."""
    MockConfigEntry(domain=DOMAIN, unique_id="ignored", source=SOURCE_IGNORE).add_to_hass(home)
    other = MockConfigEntry(domain=DOMAIN, unique_id="off", data={"url": peer.url, "token": TOKEN})
    other.add_to_hass(home)
    await home.config_entries.async_set_disabled_by(other.entry_id, ConfigEntryDisabler.USER)
    answer = await home.services.async_call(DOMAIN, "list_people", {}, blocking=True, return_response=True)
    assert answer


def test_address_says_how_the_server_is_known() -> None:
    """As PROTOCOL.md has it."""
    fingerprint = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    pinned = Address.parse(f"face://[2001:db8::7]:8765/?token=t&fingerprint={fingerprint}")
    assert pinned == Address(url="https://[2001:db8::7]:8765", token="t", fingerprint=fingerprint)
