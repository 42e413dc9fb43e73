"""Triggers, conditions, blueprints and the logbook, as automations use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote

from homeassistant.components.automation.config import (
    AUTOMATION_BLUEPRINT_SCHEMA,
    PLATFORM_SCHEMA,
    async_validate_config_item,
)
from homeassistant.components.blueprint.models import Blueprint, BlueprintInputs
from homeassistant.components.recorder import CONFIG_SCHEMA as RECORDER_SCHEMA
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, instance_id
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_mock_service

from custom_components.face import logbook
from custom_components.face.const import DOMAIN

from .home import OWN_ID, DoorCamera, add_server, entity, until
from .peer import AT, Peer, camera, person, unknown
from .test_entities import ALICE, full, sighting

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "face"


def device(home: HomeAssistant, server: MockConfigEntry, name: str) -> str:
    """Give the id of a device by its name."""
    devices = dr.async_entries_for_config_entry(dr.async_get(home), server.entry_id)
    return next(one.id for one in devices if one.name == name)


async def automate(home: HomeAssistant, trigger: dict[str, Any], *conditions: dict[str, Any]) -> list[ServiceCall]:
    """Make an automation that tells what triggered it."""
    calls: list[ServiceCall] = async_mock_service(home, "test", "told")
    automation = {
        "triggers": [trigger],
        "conditions": list(conditions),
        "actions": [{"action": "test.told", "data": {"what": "{{ trigger }}"}}],
    }
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    await home.async_block_till_done()
    return calls


async def test_recognized_trigger_tells_who_where_and_how_sure(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """By default only when confirmed."""
    calls = await automate(home, {"trigger": "face.recognized"})
    await peer.tell(sighting(peer, "seen"))
    await peer.tell(sighting(peer))
    await until(home, lambda: calls)
    await home.async_block_till_done()
    (call,) = calls
    what = call.data["what"]
    assert (what["person"], what["camera"], what["grade"]) == ("Alice", "Front door", "confirmed")
    assert what["person_device_id"] == device(home, server, "Alice")
    assert what["camera_image"] == entity(home, "image", f"{OWN_ID}_annotated")
    assert what["description"] == "a recognized person at Front door"
    assert what["sighting_id"] == "7"


async def test_what_happens_at_a_camera_that_home_assistant_does_not_have_is_left_out(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """There would be nothing to choose it by, and no picture to show; that somebody arrives is told all the same."""
    heard = async_capture_events(home, "face_unknown_seen")
    calls = await automate(home, {"trigger": "face.unknown_seen"})
    elsewhere = {"kind": "unknown_seen", "camera": "default", "unknown": unknown(), "annotated": "/v1/annotated.jpg"}
    await peer.tell(elsewhere)
    arrivals = async_capture_events(home, "face_arrived")
    await peer.tell({"kind": "arrived", "person": ALICE, "camera": "default", "home": True})
    await until(home, lambda: arrivals)
    assert (heard, calls) == ([], [])
    await peer.tell(elsewhere | {"camera": full(peer)})
    await until(home, lambda: calls)
    assert len(heard) == 1


async def test_recognized_trigger_follows_its_options(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Only these people, only these cameras, this grade."""
    options = {"person": device(home, server, "Alice"), "camera": [device(home, server, "Front door")], "grade": "seen"}
    calls = await automate(home, {"trigger": "face.recognized", "options": options})
    bob = {"id": "bob-id", "name": "Bob"}
    await peer.tell(sighting(peer, "seen", person=bob))
    await peer.tell(sighting(peer, "seen", camera="garage"))
    await peer.tell(sighting(peer, "confirmed"))
    await peer.tell(sighting(peer, "seen", sighting_id="8"))
    await until(home, lambda: calls)
    assert [call.data["what"]["sighting_id"] for call in calls] == ["8"]


async def test_unknown_arrived_and_departed_are_triggers(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Each with what its automation needs."""
    calls = async_mock_service(home, "test", "told")
    automations = [
        {"triggers": [{"trigger": f"face.{key}"}], "actions": [{"action": "test.told", "data": {"w": "{{ trigger }}"}}]}
        for key in ("unknown_seen", "arrived", "departed")
    ]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await peer.tell({"kind": "unknown_seen", "camera": full(peer), "unknown": unknown(), "annotated": "/v1/a.jpg"})
    await peer.tell({"kind": "departed", "person": ALICE, "camera": full(peer)})
    await peer.tell({"kind": "arrived", "person": ALICE, "camera": full(peer), "home": True})
    await until(home, lambda: len(calls) == 3)
    whats = [call.data["w"] for call in calls]
    assert {what.get("unknown_id") for what in whats} == {"unknown-1", None}
    (arrived,) = (what for what in whats if "away_since" in what)
    assert arrived["away_since"] is None
    assert arrived["home"] is True


async def test_arrival_tells_how_long_somebody_was_away_though_home_assistant_just_started(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """The server knows when they left; so nobody is greeted for a restart."""
    await add_server(home, peer)
    calls = await automate(home, {"trigger": "face.arrived"})
    left = {"departed_at": "2025-11-24T08:10:00Z"}
    await peer.tell({"kind": "arrived", "person": ALICE, "camera": full(peer), "home": True} | left)
    await until(home, lambda: calls)
    assert calls[0].data["what"]["away_since"] == "2025-11-24T08:10:00+00:00"


async def test_replayed_events_fire_no_trigger(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are old."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)
    calls = await automate(home, {"trigger": "face.recognized"})
    await peer.stop()
    await until(home, lambda: not server.runtime_data.ready)
    await peer.tell(sighting(peer), to_clients=False)
    await peer.start()
    await until(home, lambda: server.runtime_data.seen_at)
    await home.async_block_till_done()
    assert not calls


async def test_trigger_lives_on_while_its_server_reloads(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """It listens to all servers."""
    calls = await automate(home, {"trigger": "face.recognized"})
    await home.config_entries.async_reload(server.entry_id)
    await peer.tell(sighting(peer))
    await until(home, lambda: calls)


async def test_what_happens_while_the_server_is_being_set_up_fires_triggers(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """The automation is there before the server is."""
    calls = await automate(home, {"trigger": "face.recognized"})
    seen = sighting(peer, camera=f"{await instance_id.async_get(home)}/{OWN_ID}")
    peer.at_once = [{"type": "event", "run": peer.run, "seq": 5, "at": AT, "replayed": False, "event": seen}]
    await add_server(home, peer)
    await until(home, lambda: calls)
    assert calls[0].data["what"]["person"] == "Alice"


async def fires(home: HomeAssistant, calls: list[ServiceCall]) -> bool:
    """Set the automation off, and tell whether its conditions let it pass."""
    before = len(calls)
    home.bus.async_fire("set_off")
    await home.async_block_till_done()
    return len(calls) > before


async def test_presence_is_a_condition(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """At any camera, or at a chosen one."""
    options = {"person": device(home, server, "Alice"), "camera": device(home, server, "Front door")}
    condition = {"condition": "face.is_present", "options": options}
    calls = await automate(home, {"trigger": "event", "event_type": "set_off"}, condition)
    assert not await fires(home, calls)
    await peer.tell({"kind": "person_changed", "person": person(present=True, camera="garage", last_seen=AT)})
    await until(home, lambda: server.runtime_data.data.people["alice-id"].presence.present)
    assert not await fires(home, calls)
    await peer.tell({"kind": "person_changed", "person": person(present=True, camera=full(peer), last_seen=AT)})
    await until(home, lambda: server.runtime_data.data.people["alice-id"].presence.camera == full(peer))
    assert await fires(home, calls)


async def test_having_been_seen_is_a_condition(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """At a camera, within a time, also when somewhere else since."""
    options = {
        "person": [device(home, server, "Alice")],
        "camera": [device(home, server, "Front door")],
        "within": {"minutes": 5},
    }
    condition = {"condition": "face.was_seen", "options": options}
    calls = await automate(home, {"trigger": "event", "event_type": "set_off"}, condition)
    await peer.tell({"kind": "person_changed", "person": person(present=True, camera=full(peer), last_seen=AT)})
    await until(home, lambda: server.runtime_data.seen_at)
    assert not await fires(home, calls), "that was long ago"
    now = dt_util.utcnow().isoformat()
    await peer.tell({"kind": "person_changed", "person": person(present=True, camera=full(peer), last_seen=now)})
    await peer.tell({"kind": "person_changed", "person": person(present=True, camera="garage", last_seen=now)})
    await until(home, lambda: len(server.runtime_data.seen_at) == 2)
    assert await fires(home, calls)


@pytest.mark.parametrize(
    "condition",
    [
        {"condition": "face.is_present", "options": {"person": []}},
        {"condition": "face.was_seen", "options": {"person": ["x"]}},
    ],
)
async def test_condition_without_what_it_needs_is_refused(
    home: HomeAssistant, server: MockConfigEntry, condition: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """When the automation is read."""
    await automate(home, {"trigger": "event", "event_type": "set_off"}, condition)
    assert not home.states.async_entity_ids("automation") or "unavailable" in {
        state.state for state in home.states.async_all("automation")
    }


async def test_logbook_reads_well_without_names_in_the_recorder(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """The events carry ids, the lines carry names."""
    describe: dict[str, Any] = {}
    logbook.async_describe_events(home, lambda _domain, kind, how: describe.__setitem__(kind, how))
    lines: list[str] = []

    def listen(kind: str) -> None:
        def hear(event: Any) -> None:
            assert "Alice" not in str(event.data)
            line = describe[kind](event)
            lines.append(f"{line['name']} {line['message']}")

        home.bus.async_listen(kind, hear)

    for kind in describe:
        listen(kind)
    await peer.tell(sighting(peer, "seen"))
    await peer.tell(sighting(peer))
    await peer.tell({"kind": "arrived", "person": ALICE, "camera": full(peer), "home": True})
    await peer.tell({"kind": "departed", "person": ALICE, "camera": "garage"})
    seen_again = unknown(times_seen=3)
    await peer.tell({"kind": "unknown_seen", "camera": full(peer), "unknown": seen_again, "annotated": "/v1/a.jpg"})
    await peer.tell({"kind": "camera_changed", "camera": camera(full(peer), faces=1)})
    await until(home, lambda: lines)
    assert lines == ["An unknown person was seen at Front door, 3 times so far"], "event entities tell of people"


def blueprints() -> Iterator[Path]:
    """Give our blueprints."""
    return iter(sorted(BLUEPRINTS.glob("*.yaml")))


INPUTS: dict[str, Any] = {
    "camera": ["camera-device"],
    "cameras": [],
    "lock": "lock.front",
    "people": [],
    "phone": "phone-device",
    "second_factor": "binary_sensor.key",
    "speaker": "media_player.hall",
    "voice": "tts.home",
}


def filled_in(name: str, **inputs: Any) -> dict[str, Any]:
    """Make an automation of a blueprint."""
    content = load_yaml_dict(str(BLUEPRINTS / f"{name}.yaml"))
    blueprint = Blueprint(content, expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA)
    filled = BlueprintInputs(blueprint, {"use_blueprint": {"path": f"face/{name}.yaml", "input": inputs}})
    filled.validate()
    automation = filled.async_substitute()
    automation.pop("blueprint", None)
    automation.pop("use_blueprint", None)
    return automation


@pytest.mark.parametrize(
    ("changed", "opens"),
    [
        ({}, True),
        ({"second_factor": "device_tracker.phone"}, True),
        ({"second_factor": "binary_sensor.other_key"}, False),
        ({"second_factor": "switch.front_door_follow_triggers"}, False),
        ({"second_factor": "device_tracker.alice"}, False),
        ({"people": []}, False),
        ({"camera": []}, False),
    ],
)
async def test_door_opens_for_chosen_people_at_its_camera_with_another_factor_than_the_face(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, changed: dict[str, Any], *, opens: bool
) -> None:
    """Nothing chosen means nobody here, and nothing of Face itself is a second factor."""
    calls: list[ServiceCall] = async_mock_service(home, "lock", "unlock")
    home.states.async_set("binary_sensor.key", "on")
    home.states.async_set("binary_sensor.other_key", "off")
    home.states.async_set("device_tracker.phone", "home")
    home.states.async_set("device_tracker.alice", "home")
    inputs = {
        "people": [device(home, server, "Alice")],
        "camera": [device(home, server, "Front door")],
        "second_factor": "binary_sensor.key",
        "lock": "lock.front",
    }
    automation = filled_in("open_door", **(inputs | changed))
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    told = async_capture_events(home, "face_recognized")
    await peer.tell(sighting(peer))
    await until(home, lambda: told)
    await home.async_block_till_done()
    assert bool(calls) is opens


@pytest.mark.parametrize("file", blueprints(), ids=lambda file: file.stem)
async def test_blueprint_is_valid_and_makes_a_valid_automation(
    home: HomeAssistant, server: MockConfigEntry, file: Path
) -> None:
    """By core's own schemas, with the link to import it by."""
    blueprint = Blueprint(
        load_yaml_dict(str(file)), path=file.name, expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA
    )
    assert blueprint.validate() is None
    assert str(blueprint.metadata["source_url"]).endswith(f"/blueprints/automation/face/{file.name}")
    wanted = {key: INPUTS[key] for key in blueprint.inputs if key in INPUTS}
    filled = BlueprintInputs(blueprint, {"use_blueprint": {"path": f"face/{file.name}", "input": wanted}})
    filled.validate()
    automation = filled.async_substitute()
    automation.pop("blueprint", None)
    automation.pop("use_blueprint", None)
    if "phone" in wanted:
        # Whether the phone has an app to send to is known only with a real phone.
        PLATFORM_SCHEMA(automation)
        return
    config = await async_validate_config_item(home, "test", automation)
    assert config is not None
    assert config.validation_status == "ok", config.validation_error


def test_there_is_a_blueprint_for_each_wish() -> None:
    """Greeting, unknown people, wrong sightings, the door, and voice."""
    assert [file.stem for file in blueprints()] == [
        "ask_by_voice",
        "greet_by_name",
        "not_them",
        "open_door",
        "unknown_person",
    ]
    assert "A photo is also a face" in (BLUEPRINTS / "open_door.yaml").read_text(encoding="utf-8")
    assert DOMAIN


PAGES = sorted((Path(__file__).parents[2] / "docs").rglob("*.md"))
DOCS = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("example", re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL))
async def test_examples_of_the_docs_are_valid(home: HomeAssistant, server: MockConfigEntry, example: str) -> None:
    """By core's schemas."""
    content = parse_yaml(example)
    if "recorder" in content:
        RECORDER_SCHEMA(content)
        return
    automation = content if isinstance(content, dict) else {"triggers": [], "actions": content}
    config = await async_validate_config_item(home, "test", automation)
    assert config is not None
    assert config.validation_status == "ok", config.validation_error


@pytest.mark.parametrize("file", blueprints(), ids=lambda file: file.stem)
def test_blueprint_can_be_imported_by_a_link_of_the_docs(file: Path) -> None:
    """It leads to the file's own address."""
    source = load_yaml_dict(str(file))["blueprint"]["source_url"]
    assert f"blueprint_import/?blueprint_url={quote(source, safe='')}" in DOCS
