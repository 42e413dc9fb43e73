"""Connecting a server: every way in, and every way it may fail, in words."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from homeassistant.config_entries import SOURCE_HASSIO, SOURCE_USER, SOURCE_ZEROCONF, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .home import CAMERA, DoorCamera, add_server
from .peer import SERVER_ID, TOKEN, Peer


async def start(home: HomeAssistant, source: str, data: Any = None) -> Any:
    """Start a flow; a person chooses to connect to a server."""
    flow = await home.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=data)
    if source == SOURCE_USER:
        assert (flow["type"], flow["menu_options"]) == (FlowResultType.MENU, ["here", "connect"])
        flow = await choose(home, flow, "connect")
    return flow


async def choose(home: HomeAssistant, flow: Any, option: str) -> Any:
    """Choose from a menu."""
    return await home.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": option})


async def move(home: HomeAssistant, server: MockConfigEntry) -> Any:
    """Start to reconfigure a server, to one at another address."""
    return await choose(home, await server.start_reconfigure_flow(home), "address")


async def fill_in(home: HomeAssistant, flow: Any, **fields: Any) -> Any:
    """Answer a form."""
    return await home.config_entries.flow.async_configure(flow["flow_id"], fields)


def announced(peer: Peer, **properties: str) -> ZeroconfServiceInfo:
    """What mDNS says of the peer."""
    return ZeroconfServiceInfo(
        ip_address=ip_address("127.0.0.1"),
        ip_addresses=[ip_address("127.0.0.1")],
        port=peer.port,
        hostname="house.local.",
        type="_face-server._tcp.local.",
        name="Hall._face-server._tcp.local.",
        properties={"id": SERVER_ID, "version": "1.2.3", "tls": "0"} | properties,
    )


async def test_pairing_string_alone_connects(home: HomeAssistant, peer: Peer) -> None:
    """It has address and token."""
    flow = await start(home, SOURCE_USER)
    assert flow["type"] is FlowResultType.FORM
    assert flow["errors"] == {}
    done = await fill_in(home, flow, address=f"face://127.0.0.1:{peer.port}/?token={TOKEN}")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == {"url": peer.url, "token": TOKEN}
    assert done["result"].unique_id == SERVER_ID
    await home.async_block_till_done()
    assert done["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("change", "fields", "errors"),
    [
        ({}, {"address": "ftp://house"}, {"address": "invalid_address"}),
        ({}, {"address": "127.0.0.1"}, {"token": "token_missing"}),
        ({}, {"address": "my house"}, {"address": "invalid_address"}),
        ({}, {"token": "wrong"}, {"base": "invalid_token"}),
        ({"role": "push"}, {"token": TOKEN}, {"base": "admin_token_needed"}),
        ({"protocol": {"min": 2, "max": 2}}, {"token": TOKEN}, {"base": "incompatible_server"}),
        ({"first_message": "good day"}, {"token": TOKEN}, {"base": "not_a_face_server"}),
        ({}, {"address": "127.0.0.1:1", "token": TOKEN}, {"base": "cannot_connect"}),
    ],
)
async def test_every_failure_has_its_words_and_can_be_put_right(
    home: HomeAssistant, peer: Peer, change: dict[str, Any], fields: dict[str, str], errors: dict[str, str]
) -> None:
    """The form comes back, and a better answer connects."""
    before = {key: getattr(peer, key) for key in change}
    for key, value in change.items():
        setattr(peer, key, value)
    flow = await start(home, SOURCE_USER)
    again = await fill_in(home, flow, **({"address": peer.url} | fields))
    assert again["errors"] == errors
    for key, value in before.items():
        setattr(peer, key, value)
    done = await fill_in(home, again, address=peer.url, token=TOKEN)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.async_block_till_done()


async def test_server_is_connected_once(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Whoever types it again gets the new address and token stored."""
    await peer.move()
    flow = await start(home, SOURCE_USER)
    done = await fill_in(home, flow, address=peer.url, token=TOKEN)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert server.data["url"] == peer.url
    await home.async_block_till_done()


async def test_announced_server_asks_only_for_the_token(home: HomeAssistant, peer: Peer) -> None:
    """Its name and address are known."""
    flow = await start(home, SOURCE_ZEROCONF, announced(peer))
    assert flow["step_id"] == "discovery_confirm"
    assert flow["description_placeholders"] == {"name": "Hall", "url": peer.url}
    again = await fill_in(home, flow, token="wrong")
    assert again["errors"] == {"base": "invalid_token"}
    peer.server_id = "another"
    again = await fill_in(home, again, token=TOKEN)
    assert again["errors"] == {"base": "another_server"}
    peer.server_id = SERVER_ID
    done = await fill_in(home, again, token=TOKEN)
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Hall")
    await home.async_block_till_done()


async def test_cameras_of_the_home_are_offered_with_every_server(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """Without one, nobody would be seen. One that has a server already is suggested for no other."""
    flow = await start(home, SOURCE_HASSIO, app(peer))
    form = await fill_in(home, flow)
    assert form["step_id"] == "cameras"
    done = await fill_in(home, form, cameras=[CAMERA])
    await home.async_block_till_done()
    assert [one.title for one in done["result"].subentries.values()] == ["Front door"]
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["name"] == "Front door"
    async with Peer() as second:
        second.server_id = "server-2"
        form = await fill_in(home, await start(home, SOURCE_USER), address=second.url, token=TOKEN)
        suggested = {str(key): key.description for key in form["data_schema"].schema}
        assert suggested == {"cameras": {"suggested_value": []}, "counts_as_home": None}
        done = await fill_in(home, form)
        await home.async_block_till_done()
        await home.config_entries.async_remove(done["result"].entry_id)


async def test_announcement_without_an_id_is_ignored(home: HomeAssistant, peer: Peer) -> None:
    """Something else uses the name."""
    flow = await start(home, SOURCE_ZEROCONF, announced(peer, id=""))
    assert flow["reason"] == "not_a_face_server"


async def test_secure_server_with_an_ipv6_address_is_written_as_a_url(home: HomeAssistant, peer: Peer) -> None:
    """In brackets, by https."""
    info = announced(peer, tls="1")
    info.ip_address = ip_address("2001:db8::1")
    info.ip_addresses = [info.ip_address]
    flow = await start(home, SOURCE_ZEROCONF, info)
    assert flow["description_placeholders"]["url"] == f"https://[2001:db8::1]:{peer.port}"


def app(peer: Peer) -> HassioServiceInfo:
    """What the Supervisor says of the app."""
    return HassioServiceInfo(
        config={"host": "127.0.0.1", "port": peer.port, "token": TOKEN}, name="Face app", slug="face", uuid="1"
    )


async def test_app_is_offered_without_typing(home: HomeAssistant, peer: Peer) -> None:
    """The Supervisor brings everything."""
    flow = await start(home, SOURCE_HASSIO, app(peer))
    assert flow["step_id"] == "hassio_confirm"
    done = await fill_in(home, flow)
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Face app")
    await home.async_block_till_done()


async def test_app_that_does_not_answer_is_not_offered(home: HomeAssistant, peer: Peer) -> None:
    """And the reason is told."""
    await peer.stop()
    flow = await start(home, SOURCE_HASSIO, app(peer))
    assert flow["reason"] == "cannot_connect"


async def test_wrong_token_at_start_asks_to_sign_in_again(home: HomeAssistant, peer: Peer) -> None:
    """And the new token is used at once."""
    peer.token = "another"
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERVER_ID, data={"url": peer.url, "token": TOKEN})
    entry.add_to_hass(home)
    assert not await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    assert not hasattr(entry, "runtime_data")
    (flow,) = home.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    again = await fill_in(home, flow, token="wrong")
    assert again["errors"] == {"base": "invalid_token"}
    done = await fill_in(home, again, token="another")
    assert done["reason"] == "reauth_successful"
    await home.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


async def test_token_that_is_revoked_while_running_asks_to_sign_in_again(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loaded entry reloads itself."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)
    peer.token = "another"
    await peer.hang_up()
    while not (flows := home.config_entries.flow.async_progress()):
        await home.async_block_till_done(wait_background_tasks=True)
    done = await fill_in(home, flows[0], token="another")
    assert done["reason"] == "reauth_successful"
    await home.async_block_till_done()
    assert server.state is ConfigEntryState.LOADED
    assert server.data["token"] == "another"


async def test_reconfiguring_keeps_the_token_unless_another_is_typed(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And refuses another server."""
    flow = await move(home, server)
    assert flow["step_id"] == "address"
    again = await fill_in(home, flow, address="ftp://house")
    assert again["errors"] == {"address": "invalid_address"}
    await peer.move()
    done = await fill_in(home, again, address=peer.url)
    assert done["reason"] == "reconfigure_successful"
    assert dict(server.data) == {"url": peer.url, "token": TOKEN}
    await home.async_block_till_done()
    peer.server_id = "another"
    flow = await move(home, server)
    again = await fill_in(home, flow, address=peer.url)
    assert again["errors"] == {"base": "another_server"}


async def test_server_that_is_away_is_tried_again(home: HomeAssistant, peer: Peer) -> None:
    """Home Assistant itself does so."""
    await peer.stop()
    entry = await add_server(home, peer, loaded=False)
    assert entry.state is ConfigEntryState.SETUP_RETRY
