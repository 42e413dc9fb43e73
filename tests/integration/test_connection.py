"""The connection while it lives: lost, found again, resumed, unloaded."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .home import OWN_ID, DoorCamera, add_server, entity, state, until
from .peer import AT, SERVER_ID, Peer, Refused, camera, person


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)


async def test_lost_connection_makes_entities_unavailable_and_comes_back(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """With one line in the log each way, both for whoever looks, none as a warning."""
    caplog.set_level(logging.INFO, "custom_components.face")
    caplog.clear()
    await peer.stop()
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") == "unavailable")
    peer.people["alice-id"] = person(present=True, last_seen=AT)
    peer.run = "run-2"
    await peer.start()
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") != "unavailable")
    assert state(home, "sensor", "alice-id_last_seen") == "2025-11-24T08:00:00+00:00"
    lines = [record.message for record in caplog.records if record.name.startswith("custom_components.face")]
    lines = [line for line in lines if record_level(caplog, line) >= logging.INFO]
    assert lines == ["The connection to Face is lost; trying again", "Connected to Face again"]
    assert {record_level(caplog, line) for line in lines} == {logging.INFO}
    assert server.state is ConfigEntryState.LOADED


def record_level(caplog: pytest.LogCaptureFixture, line: str) -> int:
    """Give the level of a line of the log."""
    return next(record.levelno for record in caplog.records if record.message == line)


async def test_missed_events_update_entities_and_fire_nothing(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """They happened a while ago."""
    await peer.stop()
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") == "unavailable")
    full_id = f"{peer.client_id}/{OWN_ID}"
    await peer.tell({"kind": "camera_changed", "camera": camera(full_id, faces=2)}, to_clients=False)
    alice = {"id": "alice-id", "name": "Alice"}
    await peer.tell({"kind": "arrived", "person": alice, "camera": full_id, "home": True}, to_clients=False)
    await peer.start()
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") == "2")
    assert peer.asked_for("subscribe")[-1]["since"] == {"run": "run-1", "seq": 0}
    assert state(home, "event", "alice-id_person") == "unknown"
    await peer.tell({"kind": "arrived", "person": alice, "camera": full_id, "home": True})
    await until(home, lambda: state(home, "event", "alice-id_person") != "unknown")


async def test_server_that_became_too_old_is_an_issue_until_it_is_updated(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And the connection comes back by itself."""
    issues = ir.async_get(home)
    issue_id = f"incompatible_server_{server.entry_id}"
    peer.protocol = {"min": 0, "max": 0}
    await peer.hang_up()
    await until(home, lambda: issues.async_get_issue(DOMAIN, issue_id))
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_key == "server_too_old"
    peer.protocol = {"min": 1, "max": 1}
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") != "unavailable")
    assert issues.async_get_issue(DOMAIN, issue_id) is None


async def test_server_that_is_newer_than_the_integration_is_an_issue(home: HomeAssistant, peer: Peer) -> None:
    """It goes away with the entry."""
    peer.protocol = {"min": 2, "max": 2}
    entry = await add_server(home, peer, loaded=False)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    issues = ir.async_get(home)
    issue = issues.async_get_issue(DOMAIN, f"incompatible_server_{entry.entry_id}")
    assert issue is not None
    assert issue.translation_key == "integration_too_old"
    await home.config_entries.async_remove(entry.entry_id)
    assert issues.async_get_issue(DOMAIN, f"incompatible_server_{entry.entry_id}") is None


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_load_is_asked_for_now_and_then(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """Diagnostics rest on it, and nothing else does."""
    assert state(home, "sensor", "load") == "25.0"
    assert state(home, "sensor", "latency") == "80.0"
    assert state(home, "sensor", "model") == "yunet-sface"
    assert state(home, "sensor", "version") == "1.2.3"
    before = len(peer.asked_for("stats"))
    await server.runtime_data.async_refresh()
    assert len(peer.asked_for("stats")) == before + 1
    others = {
        one.entity_id: one.state
        for one in home.states.async_all()
        if one.entity_id not in (entity(home, "sensor", "load"), entity(home, "sensor", "latency"))
    }
    caplog.clear()
    peer.refuse_next("stats", Refused("internal"))
    await server.runtime_data.async_refresh()
    assert state(home, "sensor", "load") == state(home, "sensor", "latency") == "unknown"
    assert {entity_id: here.state for entity_id in others if (here := home.states.get(entity_id))} == others
    assert not [one for one in caplog.records if one.levelno > logging.INFO]
    await server.runtime_data.async_refresh()
    assert state(home, "sensor", "load") == "25.0"
    await peer.stop()
    await until(home, lambda: state(home, "sensor", "load") == "unavailable")


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_unloading_hangs_up_and_reloading_connects_again(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Nothing stays behind."""
    assert await home.config_entries.async_unload(server.entry_id)
    await home.async_block_till_done()
    assert server.state is ConfigEntryState.NOT_LOADED
    assert await home.config_entries.async_setup(server.entry_id)
    await home.async_block_till_done()
    assert peer.log_ins == 2
    assert state(home, "image_processing", f"{OWN_ID}_camera_faces") == "0"


async def test_taking_a_server_down_and_up_again_is_no_lost_connection(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """So nothing is said of one."""
    caplog.clear()
    assert await home.config_entries.async_reload(server.entry_id)
    assert await home.config_entries.async_unload(server.entry_id)
    await home.async_block_till_done()
    told = [one.message for one in caplog.records if one.name.startswith("custom_components.face")]
    assert not [line for line in told if "onnect" in line], told


async def test_request_that_finds_the_connection_gone_adds_no_line_to_the_log(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, by whoever watches the connection."""
    caplog.set_level(logging.INFO, "custom_components.face")
    caplog.clear()
    peer.held.add("stats")
    asking = asyncio.create_task(server.runtime_data.async_refresh())
    await peer.until(lambda: len(peer.asked_for("stats")) == 2)
    await peer.stop()
    await asking
    await until(home, lambda: not server.runtime_data.ready)
    assert state(home, "sensor", f"{OWN_ID}_faces") == "unavailable"
    lines = [one.message for one in caplog.records if one.levelno >= logging.INFO and "face" in one.name]
    assert lines == ["The connection to Face is lost; trying again"]


async def test_platform_that_refuses_to_go_keeps_no_other(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant then asks for a restart, and nothing else of the server is left to act until then."""
    unload = home.config_entries.async_forward_entry_unload

    async def refuse(entry: ConfigEntry[Any], platform: str) -> bool:
        return platform != "device_tracker" and await unload(entry, platform)

    monkeypatch.setattr(home.config_entries, "async_forward_entry_unload", refuse)
    assert not await home.config_entries.async_unload(server.entry_id)
    assert server.state is ConfigEntryState.FAILED_UNLOAD
    for platform, key in (("binary_sensor", "unknown_present"), ("sensor", "faces"), ("switch", "enabled")):
        assert state(home, platform, f"{OWN_ID}_{key}") == "unavailable"


async def test_renamed_area_is_told_to_the_server(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """Of the cameras that look there, and of no other."""
    areas = ar.async_get(home)
    porch, attic = areas.async_create("Porch"), areas.async_create("Attic")
    server = await add_server(home, peer, area=porch.id)
    assert len(peer.asked_for("cameras/configure")) == 1
    areas.async_update(attic.id, name="Loft")
    areas.async_update(porch.id, name="Veranda")
    await until(home, lambda: len(peer.asked_for("cameras/configure")) == 2)
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["area"] == "Veranda"
    peer.refuse_next("cameras/configure", Refused("internal"))
    areas.async_delete(porch.id)
    await until(home, lambda: len(peer.asked_for("cameras/configure")) == 3)
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["area"] == ""
    assert server.runtime_data.ready


async def test_removing_leaves_no_device_and_no_issue(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Not even the questions who is who."""
    assert [issue for issue in ir.async_get(home).issues if issue[0] == DOMAIN]
    await home.config_entries.async_remove(server.entry_id)
    await home.async_block_till_done()
    assert not [issue for issue in ir.async_get(home).issues if issue[0] == DOMAIN]
    assert not dr.async_entries_for_config_entry(dr.async_get(home), server.entry_id)


async def test_two_servers_live_side_by_side(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Each with its own people."""
    async with Peer() as second:
        second.server_id = "server-2"
        second.people = {"zoe-id": person("zoe-id", "Zoe")}
        entry = MockConfigEntry(
            domain=DOMAIN, unique_id="server-2", data={"url": second.url, "token": second.token}, title="Cabin"
        )
        entry.add_to_hass(home)
        assert await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
        assert set(entry.runtime_data.data.people) == {"zoe-id"}
        assert set(server.runtime_data.data.people) == {"alice-id", "bob-id"}
        await home.config_entries.async_remove(entry.entry_id)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_people_come_are_renamed_and_go_with_the_server(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Their devices follow."""
    devices = dr.async_get(home)

    def device(person_id: str) -> dr.DeviceEntry | None:
        return devices.async_get_device_by_identifier((DOMAIN, f"{SERVER_ID}_{person_id}"), server.entry_id)

    await peer.tell({"kind": "person_changed", "person": person("carol-id", "Carol")})
    await until(home, lambda: device("carol-id"))
    assert state(home, "sensor", "carol-id_confidence") == "unknown"
    await peer.tell({"kind": "person_changed", "person": person("carol-id", "Caroline")})
    await until(home, lambda: (found := device("carol-id")) and found.name == "Caroline")
    await peer.tell({"kind": "person_removed", "person_id": "carol-id"})
    await until(home, lambda: device("carol-id") is None)
    assert device("alice-id") is not None


async def test_only_devices_that_stand_for_nothing_may_be_deleted_by_hand(
    home: HomeAssistant, server: MockConfigEntry
) -> None:
    """A person who is known stays."""
    from custom_components.face import async_remove_config_entry_device  # noqa: PLC0415

    devices = dr.async_get(home)
    for device in dr.async_entries_for_config_entry(devices, server.entry_id):
        assert not await async_remove_config_entry_device(home, server, device)
    stray = devices.async_get_or_create(config_entry_id=server.entry_id, identifiers={(DOMAIN, "stray")})
    assert await async_remove_config_entry_device(home, server, stray)
    assert entity(home, "sensor", "people")


async def test_event_on_the_heels_of_the_state_is_not_lost(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """It counts from the state that the answer brought, and the position follows it."""
    changed = {"kind": "person_changed", "person": person(present=True, last_seen=AT)}
    peer.at_once = [{"type": "event", "run": peer.run, "seq": 5, "at": AT, "replayed": False, "event": changed}]
    server = await add_server(home, peer)
    await until(home, lambda: server.runtime_data.data.people["alice-id"].presence.present)
    peer.at_once = []
    await peer.hang_up()
    await until(home, lambda: peer.log_ins == 2 and len(peer.asked_for("subscribe")) == 2)
    assert peer.asked_for("subscribe")[-1]["since"] == {"run": "run-1", "seq": 5}


async def test_more_people_than_fit_in_one_message_are_all_known(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """The rest is listed page by page."""
    peer.page_length = 1
    server = await add_server(home, peer)
    assert set(server.runtime_data.data.people) == {"alice-id", "bob-id"}
