"""How a camera's pictures get to the server."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.face.cameras.feed import CameraFeed
from custom_components.face.const import DOMAIN

from .home import CAMERA, MOTION, OWN_ID, DoorCamera, add_server, attributes, entity, state, until
from .peer import Peer, Refused, face, known


def feed(server: MockConfigEntry) -> CameraFeed:
    """Give the door's feed."""
    (only,) = server.runtime_data.feeds.values()
    assert isinstance(only, CameraFeed)
    return only


def pushed(peer: Peer) -> list[bytes]:
    """Give the pictures that were observed."""
    return [b64decode(asked["picture"]["data"]) for asked in peer.asked_for("recognize")]


async def finish(home: HomeAssistant) -> None:
    """Let bursts end."""
    await home.async_block_till_done(wait_background_tasks=False)


def new_picture_each_time(door: DoorCamera, peer: Peer) -> None:
    """Let the camera show something else after each observed picture."""
    answer = peer._recognize  # noqa: SLF001

    def answer_and_change(request: dict[str, object]) -> dict[str, object]:
        door.shows(b"picture %d" % len(peer.asked))
        return answer(request)

    peer._recognize = answer_and_change  # type: ignore[method-assign]  # noqa: SLF001


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_motion_leads_to_a_burst_of_pictures(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """As many as was set, each with the camera's lasting id and its time."""
    new_picture_each_time(door, peer)
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 3)
    home.states.async_set(MOTION, "off")
    assert pushed(peer)[0] == b"first"
    asked = peer.asked_for("recognize")[0]
    assert (asked["purpose"], asked["camera"]) == ("observe", OWN_ID)
    assert asked["captured_at"].endswith("+00:00")
    assert float(state(home, "sensor", f"{OWN_ID}_snapshot_latency")) > 0


async def test_burst_stops_when_everybody_is_confirmed(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """The server says so."""
    new_picture_each_time(door, peer)
    peer.settled = True
    peer.faces.extend([[], [face(known())], [face(known())]])
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 2)
    home.states.async_set(MOTION, "off")
    burst = feed(server)._looking  # noqa: SLF001
    await until(home, lambda: burst is not None and burst.done())
    assert len(pushed(peer)) == 2


async def test_burst_goes_on_while_the_server_is_unsure(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """As many pictures again, at most; and not where another picture would not help."""
    new_picture_each_time(door, peer)
    unsure = {
        "kind": "unsure",
        "label": "unsure, perhaps Bob",
        "person": {"id": "bob-id", "name": "Bob"},
        "probability": 0.4,
        "settle_by": ["another_picture"],
        "reason": "it may be somebody else",
    }
    peer.faces.extend([[face(unsure)] for _ in range(20)])
    home.states.async_set(MOTION, "on")
    await until(home, lambda: pushed(peer))
    home.states.async_set(MOTION, "off")
    await finish_burst(home, server)
    assert len(pushed(peer)) == 6
    peer.asked.clear()
    peer.faces.clear()
    peer.faces.extend([[], [face(unsure)], [face(unsure)], [face(unsure)], [face({"kind": "unknown"})]])
    home.states.async_set(MOTION, "on")
    await until(home, lambda: pushed(peer))
    home.states.async_set(MOTION, "off")
    await finish_burst(home, server)
    assert len(pushed(peer)) == 5


async def finish_burst(home: HomeAssistant, server: MockConfigEntry) -> None:
    """Wait until the burst that runs has ended."""
    burst = feed(server)._looking  # noqa: SLF001
    await until(home, lambda: burst is not None and burst.done())


async def test_trigger_that_stays_on_leads_to_another_burst(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """After the pause."""
    new_picture_each_time(door, peer)
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) > 6)
    home.states.async_set(MOTION, "off")


async def test_camera_that_repeats_itself_is_not_pushed_again(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Identical bytes are one picture."""
    assert await feed(server).async_observe() is not None
    assert await feed(server).async_observe() is None
    assert pushed(peer) == [b"first"]


async def test_doorbell_event_is_a_trigger_but_its_restoring_is_not(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """An event entity's state is the moment of the last event."""
    home.states.async_set("event.bell", "unavailable")
    await home.async_block_till_done()
    home.states.async_set("event.bell", "2025-11-24T08:00:00.000+00:00")
    await home.async_block_till_done()
    assert not pushed(peer)
    home.states.async_set("event.bell", "2025-11-24T08:05:00.000+00:00")
    await until(home, lambda: pushed(peer))


async def test_first_event_of_a_new_doorbell_is_a_trigger(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Its state was unknown until then."""
    home.states.async_set("event.bell", "unknown")
    await home.async_block_till_done()
    home.states.async_set("event.bell", "2025-11-24T08:00:00.000+00:00")
    await until(home, lambda: pushed(peer))


async def test_sensor_that_comes_back_on_is_no_trigger(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Nobody moved because a radio was away."""
    for value in ("unavailable", "on", "unknown"):
        home.states.async_set(MOTION, value)
        await home.async_block_till_done()
    home.states.async_remove(MOTION)
    await home.async_block_till_done()
    assert not pushed(peer)


async def test_switched_off_camera_follows_no_trigger_but_the_button(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And the switch is kept with the camera's settings, without a reload."""
    switch = entity(home, "switch", f"{OWN_ID}_enabled")
    await home.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    assert home.states.get(switch).state == "off"  # type: ignore[union-attr]
    home.states.async_set(MOTION, "on")
    await home.async_block_till_done()
    assert not pushed(peer)
    button = entity(home, "button", f"{OWN_ID}_recognise")
    await home.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert len(pushed(peer)) == 1
    await home.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    await home.async_block_till_done()
    assert peer.log_ins == 1
    assert feed(server).subentry.data["enabled"] is True


async def test_regular_pictures_are_taken_without_a_trigger(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """Unless the camera is switched off."""
    # Far apart, so that none of them passes by itself on a slow machine.
    server = await add_server(home, peer, interval=3600.0)
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(hours=1.5))
    await until(home, lambda: len(pushed(peer)) == 1)
    await until(home, lambda: (burst := feed(server)._looking) and burst.done())  # noqa: SLF001
    door.breaks()
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(hours=3))
    await until(home, lambda: feed(server)._failures == 1)  # noqa: SLF001
    switch = entity(home, "switch", f"{OWN_ID}_enabled")
    await home.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    door.shows(b"back")
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(hours=4.5))
    await home.async_block_till_done()
    assert len(pushed(peer)) == 1


async def test_face_in_a_regular_picture_sets_off_a_burst(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """Unless more pictures would say nothing more: whoever passes would be gone before the next regular one."""
    server = await add_server(home, peer, interval=3600.0)
    new_picture_each_time(door, peer)
    peer.faces.append([face(known(grade="seen"))])
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(hours=1.5))
    await until(home, lambda: len(pushed(peer)) == 4)
    await until(home, lambda: (burst := feed(server)._looking) and burst.done())  # noqa: SLF001
    peer.settled = True
    peer.faces.append([face(known())])
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(hours=3))
    await until(home, lambda: len(pushed(peer)) == 5)
    await until(home, lambda: (burst := feed(server)._looking) and burst.done())  # noqa: SLF001
    assert len(pushed(peer)) == 5


async def test_second_trigger_during_a_burst_starts_no_second_burst(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """One picture of a camera is in flight at a time."""
    peer.held.add("recognize")
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 1)
    home.states.async_set("event.bell", "unknown")
    home.states.async_set("event.bell", "2025-11-24T08:00:00.000+00:00")
    await home.async_block_till_done()
    assert len(pushed(peer)) == 1


async def test_trigger_that_fires_while_a_regular_picture_is_taken_is_not_lost(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """The burst follows, though the trigger is off again by then."""
    await add_server(home, peer, interval=3600.0)
    new_picture_each_time(door, peer)
    peer.held.add("recognize")
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(seconds=3601))
    await until(home, lambda: len(pushed(peer)) == 1)
    home.states.async_set(MOTION, "on")
    home.states.async_set(MOTION, "off")
    await home.async_block_till_done()
    await peer.release("recognize")
    await until(home, lambda: len(pushed(peer)) == 4)


async def test_doorbell_does_not_wait_for_the_pause_after_a_burst(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """Whoever rings stands there now."""
    await add_server(home, peer, cooldown=3600.0)
    new_picture_each_time(door, peer)
    home.states.async_set("event.bell", "unknown")
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 3)
    home.states.async_set("event.bell", "2025-11-24T08:00:00.000+00:00")
    await until(home, lambda: len(pushed(peer)) == 6)
    home.states.async_set(MOTION, "off")
    home.states.async_set(MOTION, "on")
    await home.async_block_till_done()
    assert len(pushed(peer)) == 6


async def test_busy_server_is_given_its_time_and_superseded_pictures_are_no_error(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """The burst goes on."""
    peer.refuse_next("recognize", Refused("busy", retry_after_ms=20))
    peer.refuse_next("recognize", Refused("superseded"))
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 3)
    home.states.async_set(MOTION, "off")
    # What was not recognised is not the last picture, so the same bytes were sent again.
    assert pushed(peer) == [b"first"] * 3


async def test_burst_ends_with_the_connection(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """There is nobody to show pictures to."""
    peer.held.add("recognize")
    home.states.async_set(MOTION, "on")
    await until(home, lambda: len(pushed(peer)) == 1)
    home.states.async_set(MOTION, "off")
    await peer.stop()
    burst = feed(server)._looking  # noqa: SLF001
    await until(home, lambda: burst is not None and burst.done())


async def test_camera_that_fails_several_times_is_an_issue_until_the_next_picture(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """Once may be chance."""
    issues = ir.async_get(home)
    issue_id = f"camera_unreachable_{feed(server).subentry.subentry_id}"
    door.breaks()
    for _ in range(2):
        with pytest.raises(HomeAssistantError):
            await feed(server).async_observe()
    assert issues.async_get_issue(DOMAIN, issue_id) is None
    home.states.async_set(MOTION, "on")
    await until(home, lambda: issues.async_get_issue(DOMAIN, issue_id))
    home.states.async_set(MOTION, "off")
    door.shows(b"back")
    await feed(server).async_observe()
    assert issues.async_get_issue(DOMAIN, issue_id) is None


async def test_picture_larger_than_the_server_takes_is_refused_before_it_is_sent(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """In words."""
    door.shows(bytes(16 * 1024 * 1024 + 1))
    button = entity(home, "button", f"{OWN_ID}_recognise")
    with pytest.raises(HomeAssistantError, match="too large"):
        await home.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert not pushed(peer)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_answers_reach_cores_face_entity_and_event(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """So automations on image_processing.detect_face work."""
    heard = async_capture_events(home, "image_processing.detect_face")
    peer.faces.append([face(known()), face({"kind": "unknown"})])
    scan = {"entity_id": entity(home, "image_processing", f"{OWN_ID}_camera_faces")}
    await home.services.async_call("image_processing", "scan", scan, blocking=True)
    await home.async_block_till_done()
    assert [(event.data["name"], event.data["confidence"]) for event in heard] == [("Alice", 97.0)]
    assert state(home, "image_processing", f"{OWN_ID}_camera_faces") == "2"
    assert attributes(home, "image_processing", f"{OWN_ID}_camera_faces")["total_faces"] == 2
    peer.refuse_next("recognize", Refused("unreadable_image"))
    door.shows(b"broken")
    await home.services.async_call("image_processing", "scan", scan, blocking=True)
    assert state(home, "image_processing", f"{OWN_ID}_camera_faces") == "2"


async def test_renamed_camera_entity_is_still_the_same_camera(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """It is stored by its id in the registry."""
    registry = er.async_get(home)
    registered = registry.async_get(CAMERA)
    assert registered is not None
    server = await add_server(home, peer, camera=registered.id)
    log_ins = peer.log_ins
    registry.async_update_entity(CAMERA, icon="mdi:door")
    registry.async_update_entity(CAMERA, new_entity_id="camera.porch")
    await until(home, lambda: peer.log_ins == log_ins + 1 and server.state is ConfigEntryState.LOADED)
    assert feed(server).entity_id == "camera.porch"
    assert await feed(server).async_observe() is not None
    assert peer.log_ins == log_ins + 1
