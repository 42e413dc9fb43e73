"""A house from the first start on: the tests are one story and run in this order."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
import json
import re
import sqlite3
from typing import Any

import pytest

from .cameras import ROOT, in_view, scene, show
from .conftest import House
from .home_log import burst_ends, lines, nothing_was_blocked
from .observer import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="session")

OBAMA = ROOT / "tests" / "pictures" / "barack_obama_2010.jpg"
BIDEN = ROOT / "tests" / "pictures" / "joe_biden_2010.jpg"
COLLINS = ROOT / "faces" / "Eileen Collins" / "portrait.png"

FRONT_EVENT = "event.front_door_face"
OBAMA_EVENT = "event.barack_obama_sighting"
OBAMA_TRACKER = "device_tracker.barack_obama"
OBAMA_PERSON = "person.barack_obama"
MOTION = "input_boolean.front_motion"

CAMERA: dict[str, Any] = {
    "pictures": 8,
    "spacing": 0.5,
    "cooldown": 0,
    "interval": 0,
    "counts_as_home": True,
}


async def motion(house: House, *, on: bool, where: str = "front") -> None:
    """Let a camera's trigger say that somebody moves, or no more."""
    action = "turn_on" if on else "turn_off"
    await house.seen.act("input_boolean", action, entity_id=f"input_boolean.{where}_motion")


async def entry_id(house: House) -> str:
    """Give the id of the server's config entry."""
    (entry,) = await house.seen.command("config_entries/get", domain="face")
    return str(entry["entry_id"])


async def test_server_is_connected_through_the_flow(house: House) -> None:
    """A wrong token is told in the form; the pairing string connects. The cameras are not added yet."""
    step = await house.seen.flow(
        "flow", "face", {"next_step_id": "connect"}, {"address": house.server.url, "token": "wrong"}
    )
    assert step["errors"] == {"base": "invalid_token"}
    pairing = f"face://127.0.0.1:{house.server.port}/?token={house.server.token}"
    done = await house.seen.answer("flow", step, {"address": pairing}, {"cameras": []})
    assert done["type"] == "create_entry", done.get("errors")
    people = ["barack_obama", "eileen_collins", "grace_hopper"]
    await house.seen.until(
        lambda: all(house.seen.state(f"sensor.{who}_last_seen") == "unknown" for who in people), "the sample people"
    )


async def test_cameras_are_added_as_subentries(house: House) -> None:
    """Each with its trigger; the garden looks at the street and does not count as home."""
    entry = await entry_id(house)
    for camera, where, home in (("front_door", "front", True), ("garden", "garden", False)):
        name = camera.replace("_", " ").capitalize()
        await house.seen.command("config/entity_registry/update", entity_id=f"camera.{camera}", name=name)
        fields = CAMERA | {
            "camera": f"camera.{camera}",
            "triggers": [f"input_boolean.{where}_motion"],
            "counts_as_home": home,
        }
        done = await house.seen.flow("subentries/flow", [entry, "camera"], fields)
        assert done["type"] == "create_entry", done.get("errors")
        await house.seen.reaches(f"sensor.{camera}_faces", "0")
    await house.seen.reaches("switch.garden_counts_as_home", "off")


async def test_person_is_linked_to_somebody_at_home(house: House) -> None:
    """A new person of Home Assistant with the tracker, which core switches on after half a minute."""
    seen = house.seen
    registry = await seen.command("config/entity_registry/get", entity_id=OBAMA_TRACKER)
    assert registry["disabled_by"] == "integration"
    person_id = registry["unique_id"].split("_")[1]
    step = await seen.flow("options/flow", await entry_id(house), {"next_step_id": "link"})
    done = await seen.answer("options/flow", step, {"person": person_id, "home_person": "new"})
    assert done["type"] == "create_entry", done.get("errors")
    await seen.until(lambda: seen.state(OBAMA_TRACKER) == "unknown", "the tracker is enabled")
    await seen.until(lambda: seen.state(OBAMA_PERSON) == "unknown", "the person is there")


async def test_somebody_at_the_door_is_recognised_and_comes_home(house: House) -> None:
    """Motion, pictures, the server's verdict, and everything that follows in Home Assistant."""
    seen = house.seen
    automation = {
        "alias": "Somebody is recognised",
        "triggers": [{"trigger": "face.recognized"}],
        "actions": [{"event": "e2e_recognized", "event_data": {"who": "{{ trigger.person }} at {{ trigger.camera }}"}}],
    }
    await seen.post("/api/config/automation/config/e2e", automation)
    await seen.until(lambda: "automation.somebody_is_recognised" in seen.states, "the automation")
    async with in_view(house.front, OBAMA):
        await motion(house, on=True)
        await seen.until(lambda: "confirmed" in seen.event_types(FRONT_EVENT), "the camera's event")
        await seen.until(lambda: "confirmed" in seen.event_types(OBAMA_EVENT), "the person's event")
        await seen.until(lambda: seen.state(OBAMA_PERSON) == "home", "the person is home")
        await motion(house, on=False)
    await seen.reaches(OBAMA_TRACKER, "home")
    assert seen.attribute(FRONT_EVENT, "person") == "Barack Obama"
    await seen.until(lambda: "arrived" in seen.event_types(OBAMA_EVENT), "the arrival")
    await seen.until(lambda: seen.data_of("e2e_recognized"), "the automation ran")
    assert [data["who"] for data in seen.data_of("e2e_recognized")] == ["Barack Obama at Front door"]
    await seen.reaches("sensor.barack_obama_last_place", "Front door")


# What is written down of a visit: somebody comes to the door for the first time in a while, and is confirmed.
STATES_OF_A_VISIT, EVENTS_OF_A_VISIT, LINES_OF_A_VISIT = 16, 2, 5


async def test_one_visit_is_few_states_events_and_lines(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """The visit above, all of it: what the recorder writes, and what the person's page shows under Activity."""
    seen = house.seen
    await burst_ends(house.home, "front_door")
    registry = await seen.command("config/entity_registry/list")
    ours = {one["entity_id"]: one["device_id"] for one in registry if one["platform"] == "face"}
    begun = next(n for n, (who, state) in enumerate(seen.history) if (who, state["state"]) == (MOTION, "on"))
    states = [who for who, _ in seen.history[begun:] if who in ours]
    events = [one["event_type"] for one in seen.events if one["event_type"].startswith(("face_", "image_processing."))]
    lines = await seen.command(
        "logbook/get_events",
        start_time=seen.history[begun][1]["last_changed"],
        device_ids=[ours[OBAMA_EVENT]],
        entity_ids=[who for who, device in ours.items() if device == ours[OBAMA_EVENT]],
    )
    with capsys.disabled():
        print(f"\none visit: {len(states)} states, {len(events)} events, {len(lines)} lines of Activity")  # noqa: T201
    assert len(states) <= STATES_OF_A_VISIT, sorted(states)
    assert len(events) <= EVENTS_OF_A_VISIT, events
    # It is the first visit of all, so the place may be told, too: it is another than before.
    lines = [line for line in lines if line.get("entity_id") != "sensor.barack_obama_last_place"]
    assert len(lines) <= LINES_OF_A_VISIT, lines


async def ask(house: House, sentence: str) -> str:
    """Ask Assist; what it says."""
    answer = await house.seen.command("conversation/process", text=sentence, language="en")
    return str(answer["response"]["speech"]["plain"]["speech"])


HOME_ASSISTANTS_OWN = (
    "is anyone home",
    "is everyone home",
    "is Barack Obama home",
    "is Barack Obama at home",
    "who is home",
    "who is in the kitchen",
    "who is at home",
    "who is away",
    "where is Barack Obama",
    "is the Kitchen light on",
)


async def test_voice_blueprint_answers_and_takes_no_question_of_home_assistant_away(house: House) -> None:
    """Those that it answers by itself are answered as before."""
    seen = house.seen
    if "Kitchen" not in {area["name"] for area in await seen.command("config/area_registry/list")}:
        await seen.command("config/area_registry/create", name="Kitchen")
    await seen.command(
        "homeassistant/expose_entity", assistants=["conversation"], entity_ids=[OBAMA_PERSON], should_expose=True
    )
    before = {sentence: await ask(house, sentence) for sentence in HOME_ASSISTANTS_OWN}
    assert "yes" in before["is anyone home"].lower(), before
    automation = {"alias": "Voice", "use_blueprint": {"path": "face/ask_by_voice.yaml", "input": {}}}
    await seen.post("/api/config/automation/config/voice", automation)
    await seen.reaches("automation.voice", "on")
    assert {sentence: await ask(house, sentence) for sentence in HOME_ASSISTANTS_OWN} == before
    for question in ("who is at the front door?", "who is in front of the front door", "who can you see at front door"):
        answer = await ask(house, question)
        assert re.fullmatch(r"Barack Obama (is at Front door|was at Front door (a|\d+) minutes? ago)\.", answer), answer
    for question in ("when was Barack Obama last seen", "when did you last see barack obama?"):
        assert (await ask(house, question)).startswith("Barack Obama was last seen today at ")


def has_picture(house: House, image: str) -> bool:
    """Whether an image entity has something to show."""
    return house.seen.state(image) not in (None, "unknown")


async def test_annotated_picture_and_newest_face_are_served(house: House) -> None:
    """By Home Assistant's own image proxy."""
    for image in ("image.front_door_last_faces", "image.barack_obama_face"):
        await house.seen.until(partial(has_picture, house, image), image)
        picture = await house.seen.picture(f"/api/image_proxy/{image}")
        assert picture.startswith(b"\xff\xd8\xff"), image


async def test_wrong_sighting_is_taken_back(house: House) -> None:
    """Not him: the person is no longer home by it."""
    seen = house.seen
    sighting = seen.attribute(FRONT_EVENT, "sighting_id")
    answer = await seen.act("face", "reject_sighting", sighting_id=sighting)
    assert answer == {"sighting_id": sighting, "was_not": "Barack Obama", "corrected": True}
    await seen.until(lambda: seen.state(OBAMA_PERSON) == "unknown", "the person is not home any more")
    # It was him after all, or his face would count against him from now on.
    answer = await seen.act("face", "reject_sighting", sighting_id=sighting, person="Barack Obama")
    assert answer == {"sighting_id": sighting, "was_not": None, "corrected": False}


async def test_new_person_is_taught_from_a_camera_and_known_from_then_on(house: House) -> None:
    """First unknown, then by name."""
    seen = house.seen
    async with in_view(house.garden, BIDEN):
        await motion(house, on=True, where="garden")
        await seen.until(lambda: "unknown" in seen.event_types("event.garden_face"), "an unknown person")
        await motion(house, on=False, where="garden")
    show(house.garden, scene(BIDEN, 3))
    answer = await seen.act("face", "recognize", camera="camera.garden")
    assert [face["identity"] for face in answer["faces"]] == ["unknown"]
    answer = await seen.act("face", "enroll", person="Joe Biden", camera="camera.garden")
    assert (answer["person"], answer["photos"]) == ("Joe Biden", 1)
    assert answer["quality"]["overall"] > 0
    await seen.until(lambda: "sensor.joe_biden_last_seen" in seen.states, "his entities")
    show(house.garden, scene(BIDEN, 5))
    answer = await seen.act("face", "recognize", camera="camera.garden")
    assert [face.get("person") for face in answer["faces"]] == ["Joe Biden"]
    async with in_view(house.garden, BIDEN):
        await motion(house, on=True, where="garden")
        await seen.until(lambda: "confirmed" in seen.event_types("event.joe_biden_sighting"), "he is confirmed")
        await motion(house, on=False, where="garden")
    people = (await seen.act("face", "list_people"))["people"]
    biden = next(who for who in people if who["person"] == "Joe Biden")
    assert (biden["present"], biden["home"]) == (True, False), "the garden does not count as home"


async def test_frozen_picture_is_never_confirmed(house: House) -> None:
    """One picture again and again is one picture, however often it is asked for."""
    seen = house.seen
    await burst_ends(house.home, "front_door")
    show(house.front, scene(COLLINS, 0))
    for _ in range(6):
        await seen.act("button", "press", entity_id="button.front_door_recognize_now")
    await seen.until(lambda: seen.state("sensor.front_door_faces") == "1", "the face is seen")
    assert "confirmed" not in seen.event_types("event.eileen_collins_sighting")
    people = (await seen.act("face", "list_people"))["people"]
    assert not next(who for who in people if who["person"] == "Eileen Collins")["present"]


async def test_killed_server_comes_back_and_everything_recovers(house: House) -> None:
    """Unavailable while it is away, right again after, and recognising again."""
    seen = house.seen
    await house.server.kill()
    await seen.until(lambda: seen.state("sensor.front_door_faces") == "unavailable", "unavailable")
    await house.server.start()
    await seen.until(lambda: seen.state("sensor.front_door_faces") not in (None, "unavailable"), "available")
    before = len(seen.history)
    async with in_view(house.front, OBAMA):
        await motion(house, on=True)
        await seen.until(lambda: seen.state(OBAMA_PERSON) == "home", "home again")
        await motion(house, on=False)
    assert len(seen.history) > before


async def test_changed_token_asks_to_sign_in_again_and_that_works(house: House) -> None:
    """Through the flow that Home Assistant shows."""
    seen = house.seen
    token = (await house.server.token_command("add", "new", "--role", "admin")).strip()
    await house.server.token_command("remove", "admin")
    await house.server.kill()
    await house.server.start()

    # Home Assistant tells by an issue that somebody has to sign in.
    await seen.until(
        lambda: any(
            event["event_type"] == "repairs_issue_registry_updated" and "reauth" in event["data"]["issue_id"]
            for event in seen.events
        ),
        "the wish to sign in again",
    )
    flows = await seen.command("config_entries/flow/progress")
    (flow,) = [flow for flow in flows if flow["handler"] == "face" and flow["context"]["source"] == "reauth"]
    done = await seen.answer("flow", flow, {"token": token})
    assert done["reason"] == "reauth_successful", done
    await seen.until(lambda: seen.state("sensor.front_door_faces") not in (None, "unavailable"), "available")


async def test_recorder_has_no_names_but_where_core_puts_them(house: House) -> None:
    """They are the names of devices, and in core's event of faces; who was where is not written down by us."""
    recorded = house.home.config / "home-assistant_v2.db"
    events = """select event_types.event_type, event_data.shared_data from events
        join event_types using (event_type_id) join event_data using (data_id)"""
    attributes = """select states_meta.entity_id, state_attributes.shared_attrs from states
        join states_meta using (metadata_id) join state_attributes using (attributes_id)"""

    def rows(query: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(f"file:{recorded}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    async with asyncio.timeout(PATIENCE_SECONDS):
        # The recorder writes every few seconds.
        while "face_arrived" not in dict(kept := await asyncio.to_thread(rows, events)):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    with_names = {kind for kind, data in kept if "Obama" in data or "Biden" in data}
    # The second is this story's own automation, the third what it asked for.
    assert with_names <= {"image_processing.detect_face", "e2e_recognized", "call_service"}
    told = [(entity_id, json.loads(data)) for entity_id, data in await asyncio.to_thread(rows, attributes)]
    assert "event.front_door_face" in dict(told)
    for entity_id, one in told:
        one.pop("friendly_name", None)
        assert "Obama" not in str(one), entity_id
        assert not {"faces", "box", "people", "person_id"} & one.keys(), entity_id


async def test_home_assistant_was_never_blocked(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """In debug mode Home Assistant tells every blocking call; the step clock tells our steps."""
    longest = await nothing_was_blocked(house.home)
    with capsys.disabled():
        print(f"\nour longest step of the event loop: {1000 * longest:.0f} ms of the processor")  # noqa: T201
    assert not [line for line in await lines(house.home) if " ERROR " in line and "face" in line]
