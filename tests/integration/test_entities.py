"""What the entities say when the server tells something."""

from __future__ import annotations

from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, EventStateChangedData, EventStateReportedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .home import OWN_ID, attributes, entity, state, until
from .peer import AT, BOX, Peer, Refused, camera, person, unknown

ALICE = {"id": "alice-id", "name": "Alice"}
MOMENT = "2025-11-24T08:00:00+00:00"
EXACT_MOMENT = "2025-11-24T08:00:00.123456+00:00"


def full(peer: Peer) -> str:
    """Give the server's name of the door's camera."""
    return f"{peer.client_id}/{OWN_ID}"


def sighting(peer: Peer, grade: str = "confirmed", **fields: object) -> dict[str, object]:
    """Write the event that Alice is seen."""
    return {
        "kind": "sighting",
        "sighting_id": "7",
        "camera": full(peer),
        "person": ALICE,
        "grade": grade,
        "probability": 0.97,
        "box": BOX,
        "picture": "/v1/alice.jpg",
        "annotated": "/v1/annotated.jpg",
    } | fields


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_person_who_is_seen_has_time_place_and_confidence(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """The area is the place; without one the camera is."""
    assert state(home, "sensor", "alice-id_last_seen") == "unknown"
    seen = person(present=True, home=True, last_seen=AT, probability=0.973, camera=full(peer))
    await peer.tell({"kind": "person_changed", "person": seen})
    await until(home, lambda: state(home, "sensor", "alice-id_last_seen") == MOMENT)
    assert state(home, "sensor", "alice-id_last_place") == "Front door"
    assert state(home, "sensor", "alice-id_confidence") == "97.3"
    seen["presence"]["area"] = "Porch"
    await peer.tell({"kind": "person_changed", "person": seen})
    await until(home, lambda: state(home, "sensor", "alice-id_last_place") == "Porch")
    assert attributes(home, "sensor", "alice-id_last_place")["camera"] == "Front door"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_what_happens_to_one_person_writes_no_state_of_another(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Every event comes to all entities, and a house may know hundreds of people."""
    written: set[str] = set()

    @callback
    def write(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
        written.add(event.data["entity_id"])

    home.bus.async_listen(EVENT_STATE_CHANGED, write)
    home.bus.async_listen(EVENT_STATE_REPORTED, write, event_filter=callback(lambda _: True))
    await peer.tell({"kind": "person_changed", "person": person(present=True, last_seen=AT)})
    await until(home, lambda: state(home, "sensor", "alice-id_last_seen") == MOMENT)
    await peer.tell({"kind": "person_changed", "person": person(present=True, last_seen=AT, probability=0.5)})
    written.clear()
    await until(home, lambda: state(home, "sensor", "alice-id_confidence") == "50.0")
    assert entity(home, "sensor", "alice-id_confidence") in written
    assert not [one for one in written if "bob" in one or "front_door" in one]


async def test_last_seen_is_told_to_the_minute_while_somebody_is_there(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And to the second when they have left."""

    async def seen(at: str, *, present: bool, area: str) -> str:
        fields: dict[str, Any] = {"present": present, "last_seen": at, "camera": full(peer), "area": area}
        await peer.tell({"kind": "person_changed", "person": person(**fields)})
        await until(home, lambda: state(home, "sensor", "alice-id_last_place") == area)
        return state(home, "sensor", "alice-id_last_seen")

    assert await seen("2025-11-24T08:00:00Z", present=True, area="A") == "2025-11-24T08:00:00+00:00"
    assert await seen("2025-11-24T08:00:50Z", present=True, area="B") == "2025-11-24T08:00:00+00:00"
    assert await seen("2025-11-24T08:01:10Z", present=True, area="C") == "2025-11-24T08:01:10+00:00"
    assert await seen("2025-11-24T08:01:40Z", present=True, area="D") == "2025-11-24T08:01:10+00:00"
    assert await seen("2025-11-24T08:01:40Z", present=False, area="E") == "2025-11-24T08:01:40+00:00"


async def test_one_visit_is_few_states(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Alice comes to the door: eight pictures of her, seen by the second, confirmed and arrived by the third."""
    ours = {one.entity_id for one in er.async_entries_for_config_entry(er.async_get(home), server.entry_id)}
    written: list[str] = []

    @callback
    def write(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] in ours:
            written.append(event.data["entity_id"])

    home.bus.async_listen(EVENT_STATE_CHANGED, write)
    for number in range(8):
        at = f"2025-11-24T08:00:{number + 10}Z"
        here: dict[str, Any] = {"last_seen": at, "probability": 0.9 + number / 100, "camera": full(peer)}
        if number == 1:
            await peer.tell(sighting(peer, "seen"))
        if number == 2:
            await peer.tell(sighting(peer))
            await peer.tell({"kind": "arrived", "person": ALICE, "camera": full(peer), "home": True})
        if number >= 1:
            there = number >= 2
            alice = person(present=there, home=there, **here) | {"picture": "/v1/sightings/7.jpg"}
            await peer.tell({"kind": "person_changed", "person": alice})
        present = [ALICE] if number >= 2 else []
        annotated = {"annotated": "/v1/annotated.jpg", "last_picture_at": at}
        await peer.tell({"kind": "camera_changed", "camera": camera(full(peer), faces=1, present=present, **annotated)})
    left = camera(full(peer), present=[ALICE], annotated="/v1/annotated.jpg", last_picture_at="2025-11-24T08:00:50Z")
    await peer.tell({"kind": "camera_changed", "camera": left})
    await until(home, lambda: written.count(entity(home, "sensor", f"{OWN_ID}_faces")) == 2)
    assert len(written) <= 14, sorted(written)


async def test_what_changes_with_every_picture_is_off_at_first(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Nobody's database shall fill up with what nobody looks at."""
    for platform, key in (
        ("sensor", "alice-id_confidence"),
        ("sensor", f"{OWN_ID}_snapshot_latency"),
        ("image_processing", f"{OWN_ID}_camera_faces"),
        ("sensor", "load"),
        ("sensor", "latency"),
    ):
        registered = er.async_get(home).async_get(entity(home, platform, key))
        assert registered is not None
        assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION, key


async def test_camera_tells_faces_people_and_unknowns(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """As the server last said."""
    assert state(home, "binary_sensor", f"{OWN_ID}_unknown_present") == "off"
    changed = camera(full(peer), faces=3, present=[ALICE], unknown_present=True, last_picture_at=AT)
    await peer.tell({"kind": "camera_changed", "camera": changed})
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") == "3")
    assert state(home, "binary_sensor", f"{OWN_ID}_unknown_present") == "on"
    assert state(home, "sensor", f"{OWN_ID}_people_present") == "1"
    assert attributes(home, "sensor", f"{OWN_ID}_people_present")["people"] == ["Alice"]


async def test_sighting_fires_the_events_of_person_and_camera(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """With the ids that corrections need."""
    await peer.tell(sighting(peer))
    await until(home, lambda: state(home, "event", f"{OWN_ID}_camera") != "unknown")
    told = attributes(home, "event", f"{OWN_ID}_camera")
    assert (told["event_type"], told["person"], told["sighting_id"]) == ("confirmed", "Alice", "7")
    told = attributes(home, "event", "alice-id_person")
    assert (told["event_type"], told["camera"]) == ("confirmed", "Front door")
    assert state(home, "event", "bob-id_person") == "unknown"


async def test_unknown_person_fires_the_cameras_event(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """With the id to name or ignore them by."""
    event = {"kind": "unknown_seen", "camera": full(peer), "unknown": unknown(), "annotated": "/v1/annotated.jpg"}
    await peer.tell(event)
    await until(home, lambda: state(home, "event", f"{OWN_ID}_camera") != "unknown")
    told = attributes(home, "event", f"{OWN_ID}_camera")
    assert (told["event_type"], told["unknown_id"], told["times_seen"]) == ("unknown", "unknown-1", 1)


async def test_coming_and_going_fire_the_persons_event(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Arrived, departed; at a camera that is not ours by its id."""
    await peer.tell({"kind": "arrived", "person": ALICE, "camera": "garage", "home": True})
    await until(home, lambda: state(home, "event", "alice-id_person") != "unknown")
    told = attributes(home, "event", "alice-id_person")
    assert (told["event_type"], told["camera"]) == ("arrived", "garage")
    await peer.tell({"kind": "departed", "person": ALICE, "camera": "garage"})
    await until(home, lambda: attributes(home, "event", "alice-id_person")["event_type"] == "departed")


async def test_camera_of_the_servers_own_configuration_is_called_by_its_name(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """The server told it."""
    await peer.tell({"kind": "camera_changed", "camera": camera("garage", name="Garage")})
    seen = person(present=True, last_seen=AT, camera="garage")
    await peer.tell({"kind": "person_changed", "person": seen})
    await until(home, lambda: state(home, "sensor", "alice-id_last_place") == "Garage")
    await peer.tell({"kind": "camera_changed", "camera": camera("garage", name="Carport")})
    await until(home, lambda: state(home, "sensor", "alice-id_last_place") == "Carport")


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_state_is_right_each_time_the_server_is_away_and_back(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nothing of the person or the camera is another than before; what is told of people is not touched."""
    monkeypatch.setattr("custom_components.face.coordinator.RECONNECT_FIRST_S", 0.01)
    telling = [
        ("binary_sensor", f"{OWN_ID}_unknown_present"),
        ("button", f"{OWN_ID}_recognise"),
        ("image", "alice-id_face"),
        ("image_processing", f"{OWN_ID}_camera_faces"),
        ("sensor", "people"),
        ("switch", f"{OWN_ID}_enabled"),
    ]
    people = [("event", "alice-id_person"), ("sensor", "alice-id_last_seen"), ("sensor", "alice-id_last_place")]
    before = {of: state(home, *of) for of in telling}
    assert "unavailable" not in before.values()
    kept = {of: state(home, *of) for of in people}
    for _ in range(2):
        await peer.stop()
        await until(home, lambda: {state(home, *of) for of in telling} == {"unavailable"})
        assert {of: state(home, *of) for of in people} == kept
        await peer.start()
        await until(home, lambda: {of: state(home, *of) for of in telling} == before)


async def test_newest_face_of_a_person_is_an_image(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Fetched from the server when somebody looks."""
    image = entity(home, "image", "alice-id_face")
    assert (await async_get_image(home, image)).content == b"\xff\xd8alice"
    await peer.tell({"kind": "person_changed", "person": person(last_seen=AT) | {"picture": "/v1/gone.jpg"}})
    await until(home, lambda: state(home, "image", "alice-id_face") == EXACT_MOMENT)
    with pytest.raises(HomeAssistantError):
        await async_get_image(home, image)


async def test_annotated_picture_changes_with_faces_only(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """A later picture of nobody does not hide who was there."""
    image = entity(home, "image", f"{OWN_ID}_annotated")
    assert state(home, "image", f"{OWN_ID}_annotated") == "unknown"
    with pytest.raises(HomeAssistantError):
        await async_get_image(home, image)
    with_face = camera(full(peer), faces=1, annotated="/v1/annotated.jpg", last_picture_at=AT)
    await peer.tell({"kind": "camera_changed", "camera": with_face})
    await until(home, lambda: state(home, "image", f"{OWN_ID}_annotated") == EXACT_MOMENT)
    assert (await async_get_image(home, image)).content == b"\xff\xd8annotated"
    nobody = with_face | {"faces": 0, "last_picture_at": "2025-11-24T09:00:00Z"}
    await peer.tell({"kind": "camera_changed", "camera": nobody})
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_faces") == "0")
    assert state(home, "image", f"{OWN_ID}_annotated") == EXACT_MOMENT


async def test_counts_as_home_is_told_to_the_server(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """At once, since it decides by it; a server that is away is told when it is back."""
    switch = {"entity_id": entity(home, "switch", f"{OWN_ID}_counts_as_home")}
    await home.services.async_call("switch", "turn_off", switch, blocking=True)
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["counts_as_home"] is False
    assert state(home, "switch", f"{OWN_ID}_counts_as_home") == "off"
    peer.refuse_next("cameras/configure", Refused("storage_failed", "the disk is full"))
    with pytest.raises(HomeAssistantError, match="the disk is full"):
        await home.services.async_call("switch", "turn_on", switch, blocking=True)


async def test_tracker_is_disabled_until_the_person_is_linked(home: HomeAssistant, server: MockConfigEntry) -> None:
    """Nobody wants five trackers of strangers."""
    registered = er.async_get(home).async_get(entity(home, "device_tracker", "alice-id_tracker"))
    assert registered is not None
    assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_devices_hang_on_the_server_and_cameras_on_their_subentry(
    home: HomeAssistant, server: MockConfigEntry
) -> None:
    """As Home Assistant shows them."""
    devices = {device.name: device for device in dr.async_entries_for_config_entry(dr.async_get(home), server.entry_id)}
    assert set(devices) == {"Face", "Alice", "Bob", "Front door"}
    assert {devices[name].via_device_id for name in ("Alice", "Bob", "Front door")} == {devices["Face"].id}


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_names_stay_out_of_the_recorder(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Every attribute that holds a name, a box or a face is unrecorded."""
    await peer.tell(sighting(peer))
    await peer.tell({"kind": "camera_changed", "camera": camera(full(peer), faces=1, present=[ALICE])})
    await until(home, lambda: state(home, "sensor", f"{OWN_ID}_people_present") == "1")
    telling = [
        ("event", f"{OWN_ID}_camera"),
        ("event", "alice-id_person"),
        ("sensor", f"{OWN_ID}_people_present"),
        ("image_processing", f"{OWN_ID}_camera_faces"),
    ]
    for platform, key in telling:
        found = home.states.get(entity(home, platform, key))
        assert found is not None
        assert found.state_info is not None
        recorded = {
            name: value
            for name, value in found.attributes.items()
            if name not in found.state_info["unrecorded_attributes"] and name != "friendly_name"
        }
        assert "Alice" not in str(recorded), (platform, key)
        assert "alice-id" not in str(recorded), (platform, key)
