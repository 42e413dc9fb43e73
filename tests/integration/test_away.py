"""What becomes of people while the server is away, and while Home Assistant starts again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    mock_restore_cache,
)

from custom_components.face.client import connection
from custom_components.face.const import DOMAIN, RECONNECT_LONGEST_S

from .home import OWN_ID, DoorCamera, add_server, entity, state, until
from .peer import AT, SERVER_ID, Peer, Refused, person
from .test_people import enabled_trackers_appear, here, link

SEEN = "2025-11-24T08:00:00+00:00"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)


@pytest.fixture
async def alice_at_home(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> MockConfigEntry:
    """Give a server whose Alice is linked, and home."""
    await link(home, server, "new")
    await enabled_trackers_appear(home)
    peer.people["alice-id"] = person(present=True, home=True, last_seen=AT, area="Hall", probability=0.9)
    await peer.tell({"kind": "person_changed", "person": peer.people["alice-id"]})
    await until(home, lambda: here(home, "person.alice") == "home")
    return server


def changes(home: HomeAssistant, *entity_ids: str) -> list[str]:
    """Keep every state that these entities have from now on."""
    seen: list[str] = []

    def note(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is not None and (old is None or old.state != new.state):
            seen.append(f"{new.entity_id} {new.state}")

    async_track_state_change_event(home, entity_ids, note)
    return seen


PEOPLE = ("person.alice", "zone.home", "device_tracker.alice")


async def test_server_that_restarts_makes_nobody_leave(
    home: HomeAssistant, peer: Peer, alice_at_home: MockConfigEntry
) -> None:
    """Neither the person, nor the tracker, nor what was seen last."""
    told = changes(home, *PEOPLE, entity(home, "sensor", "alice-id_last_seen"))
    for run in ("run-2", "run-3"):
        await peer.stop()
        await until(home, lambda: not alice_at_home.runtime_data.ready)
        await home.async_block_till_done()
        peer.run = run
        await peer.start()
        await until(home, lambda: alice_at_home.runtime_data.ready)
    await home.async_block_till_done()
    assert told == []


async def test_refused_question_for_the_load_makes_nobody_leave(
    home: HomeAssistant, peer: Peer, alice_at_home: MockConfigEntry
) -> None:
    """And what happens meanwhile is shown."""
    told = changes(home, *PEOPLE)
    peer.refuse_next("stats", Refused("internal"))
    await alice_at_home.runtime_data.async_refresh()
    await peer.tell({"kind": "person_changed", "person": person("bob-id", "Bob", last_seen=AT)})
    await until(home, lambda: state(home, "sensor", "bob-id_last_seen") == SEEN)
    assert told == []


async def test_after_two_minutes_people_become_unknown_once_and_never_away(
    home: HomeAssistant, peer: Peer, alice_at_home: MockConfigEntry
) -> None:
    """And are told of again with the next connection."""
    told = changes(home, "person.alice", "device_tracker.alice")
    await peer.stop()
    await until(home, lambda: not alice_at_home.runtime_data.ready)
    lost_at = dt_util.utcnow()
    for seconds, expected in ((115, "home"), (121, "unknown"), (900, "unknown")):
        async_fire_time_changed(home, lost_at + timedelta(seconds=seconds))
        await home.async_block_till_done()
        assert here(home, "person.alice") == expected
    assert state(home, "sensor", "alice-id_last_seen") == "unknown"
    assert sorted(told) == ["device_tracker.alice unknown", "person.alice unknown"]
    await peer.start()
    await until(home, lambda: here(home, "person.alice") == "home")
    await home.async_block_till_done()
    assert sorted(told[2:]) == ["device_tracker.alice home", "person.alice home"]


def registered_before(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """Leave what an earlier run of Home Assistant leaves of Alice: her device and her entities."""
    device = dr.async_get(home).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, f"{SERVER_ID}_alice-id")},
        model="Person",
        name="Alice",
    )
    for platform, key in (
        ("device_tracker", "tracker"),
        ("sensor", "last_seen"),
        ("sensor", "last_place"),
        ("sensor", "confidence"),
    ):
        er.async_get(home).async_get_or_create(
            platform,
            DOMAIN,
            f"{SERVER_ID}_alice-id_{key}",
            config_entry=entry,
            device_id=device.id,
            suggested_object_id=f"alice_{key}",
        )


@pytest.fixture
async def started_without_the_server(home: HomeAssistant, peer: Peer) -> Callable[[], MockConfigEntry]:
    """Give a Home Assistant that started again before its server did."""
    entry = MockConfigEntry(
        domain=DOMAIN, title="Face", unique_id=SERVER_ID, data={"url": peer.url, "token": peer.token}
    )
    entry.add_to_hass(home)
    registered_before(home, entry)
    mock_restore_cache(
        home,
        [
            State("device_tracker.alice_tracker", "home"),
            State("sensor.alice_last_seen", SEEN),
            State("sensor.alice_last_place", "Hall", {"area": "Hall"}),
            State("sensor.alice_confidence", "90.0"),
        ],
    )
    await peer.stop()
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    return lambda: entry


def shown(home: HomeAssistant) -> dict[str, str]:
    """Give what is told of Alice."""
    return {
        key: here(home, f"{platform}.alice_{key}")
        for platform, key in (
            ("device_tracker", "tracker"),
            ("sensor", "last_seen"),
            ("sensor", "last_place"),
            ("sensor", "confidence"),
        )
    }


async def test_people_are_what_they_were_until_the_first_connection_says_otherwise(
    home: HomeAssistant, peer: Peer, started_without_the_server: Callable[[], MockConfigEntry]
) -> None:
    """As after a power cut, when Home Assistant is up before the server is."""
    entry = started_without_the_server()
    assert entry.state is ConfigEntryState.LOADED
    assert shown(home) == {"tracker": "home", "last_seen": SEEN, "last_place": "Hall", "confidence": "90.0"}
    peer.people = {"alice-id": person(present=False, home=False, last_seen="2025-11-24T09:00:00Z", area="Porch")}
    await peer.start()
    await until(home, lambda: entry.runtime_data.ready)
    await home.async_block_till_done()
    assert shown(home) == {
        "tracker": "unknown",
        "last_seen": "2025-11-24T09:00:00+00:00",
        "last_place": "Porch",
        "confidence": "unknown",
    }


async def test_server_that_never_comes_leaves_nobody_home_for_good(
    home: HomeAssistant, started_without_the_server: Callable[[], MockConfigEntry]
) -> None:
    """Two minutes after the start they are unknown, like after any lost connection."""
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(seconds=121))
    await home.async_block_till_done()
    assert set(shown(home).values()) == {"unknown"}


async def test_whoever_the_server_forgot_meanwhile_goes_with_the_first_connection(
    home: HomeAssistant, peer: Peer, started_without_the_server: Callable[[], MockConfigEntry]
) -> None:
    """And somebody new comes."""
    peer.people = {"zoe-id": person("zoe-id", "Zoe")}
    await peer.start()
    await until(home, lambda: home.states.get("device_tracker.alice_tracker") is None)
    assert state(home, "sensor", "zoe-id_last_seen") == "unknown"


def test_server_is_found_within_a_quarter_of_a_minute_whatever_came_before() -> None:
    """A connection that hangs, and the longest pause; or a dead connection that nothing has closed."""
    assert connection.CONNECT_TIMEOUT_S + RECONNECT_LONGEST_S < 15
    assert connection.PING_INTERVAL_S + connection.PING_TIMEOUT_S < 15


async def test_server_that_knows_nobody_is_found_again_as_quickly(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """Home Assistant's own tries come more and more seldom; ours do not, once the server was there."""
    peer.people.clear()
    server = await add_server(home, peer)
    await home.config_entries.async_unload(server.entry_id)
    await peer.stop()
    assert await home.config_entries.async_setup(server.entry_id)
    assert server.state is ConfigEntryState.LOADED
    assert state(home, "sensor", f"{OWN_ID}_faces") == "unavailable"
    await peer.start()
    await until(home, lambda: server.runtime_data.ready)
    assert state(home, "sensor", f"{OWN_ID}_faces") == "0"
