"""Strangers, and how long cameras look at somebody: one story, in this order. The house knows only Barack Obama."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from home_assistant import HomeAssistant
import pytest
import pytest_asyncio

from custom_components.face.client import FaceClient
from custom_components.face.client.wire import UnknownIdentity

from . import test_house as story
from .cameras import ROOT, in_view, scene
from .conftest import House, home_with_cameras, house_with
from .face_server import FaceServer
from .home_log import burst_ends, nothing_was_blocked
from .phone import Phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

OBAMA, BIDEN, COLLINS = story.OBAMA, story.BIDEN, story.COLLINS
HOPPER = ROOT / "faces" / "Grace Hopper" / "portrait.jpg"
ON_THE_WALL = ROOT / "faces" / "Barack Obama" / "2012-12-06 portrait.jpg"

FRONT, GARDEN = "event.front_door_face", "event.garden_face"
MOST_PICTURES = story.CAMERA["pictures"]


@pytest.fixture(scope="module")
def _another_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    with home_with_cameras(tmp_path_factory.mktemp("strangers")) as instance:
        yield instance


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(_another_home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Give a house of its own for this story."""
    server = FaceServer(tmp_path_factory.mktemp("server"), people=("Barack Obama",))
    async with house_with(_another_home, server) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def phone(house: House) -> AsyncIterator[Phone]:
    """Give somebody's phone."""
    async with Phone(house.seen) as registered:
        yield registered


async def visit(house: House, event: str, portrait: Any, kind: str) -> dict[str, Any]:
    """Let somebody come until the camera's event entity tells what is wanted; its attributes."""
    where, file = ("front", house.front) if event == FRONT else ("garden", house.garden)
    begun = len(house.seen.history)

    def told() -> list[dict[str, Any]]:
        new = [state["attributes"] for entity_id, state in house.seen.history[begun:] if entity_id == event]
        return [attributes for attributes in new if attributes.get("event_type") == kind]

    async with in_view(file, portrait):
        await story.motion(house, on=True, where=where)
        await house.seen.until(told, f"{event} tells {kind}")
        await story.motion(house, on=False, where=where)
    return told()[-1]


async def burst(house: House, portrait: Any, beside: Any = None) -> tuple[int, str]:
    """Let somebody be at the front door for one burst; how many pictures it took, and why it ended."""
    await burst_ends(house.home, "front_door")
    begun = house.home.log.stat().st_size
    async with in_view(house.front, portrait, beside):
        await story.motion(house, on=True)
        await story.motion(house, on=False)
        (ended,) = await burst_ends(house.home, "front_door", begun)
    return ended


async def test_unknown_person_blueprint_is_set_up_with_a_phone(house: House, phone: Phone) -> None:
    """As its import offers it; it shall tell of known people, too."""
    pairing = f"face://127.0.0.1:{house.server.port}/?token={house.server.token}"
    done = await house.seen.flow("flow", "face", {"next_step_id": "connect"}, {"address": pairing}, {"cameras": []})
    assert done["type"] == "create_entry", done.get("errors")
    await story.test_cameras_are_added_as_subentries(house)
    inputs = {"phone": await phone.device_id(), "known_too": True}
    automation = {
        "alias": "Who is there",
        "use_blueprint": {"path": "face/unknown_person.yaml", "input": inputs},
    }
    await house.seen.post("/api/config/automation/config/strangers", automation)
    await house.seen.reaches("automation.who_is_there", "on")


async def test_burst_ends_as_soon_as_everybody_is_settled(house: House) -> None:
    """Somebody confirmed needs no further picture."""
    taken, why = await burst(house, OBAMA)
    assert why == "everybody is settled"
    assert taken < MOST_PICTURES
    await house.seen.until(lambda: house.seen.event_types(FRONT)[-1:] == ["confirmed"], "he is confirmed")


async def test_burst_goes_on_while_the_server_is_unsure(house: House) -> None:
    """Of two faces that look like one person one is somebody else, or a picture on the wall."""
    taken, why = await burst(house, OBAMA, beside=ON_THE_WALL)
    assert (taken, why) == (2 * MOST_PICTURES, "all are taken")


async def test_stranger_is_shown_on_the_phone(house: House, phone: Phone) -> None:
    """With a picture, and answers."""
    stranger = await visit(house, FRONT, BIDEN, "unknown")
    shown = await phone.shows(lambda one: stranger["unknown_id"] in one["data"]["tag"], "of the stranger")
    assert (shown["title"], shown["message"]) == ("An unknown person", "Somebody unknown is at Front door.")
    assert [answer["title"] for answer in shown["data"]["actions"]] == ["This is…", "Ignore"]
    assert (await house.seen.picture(shown["data"]["image"])).startswith(b"\xff\xd8\xff")


async def test_stranger_who_comes_twice_is_the_same_stranger(house: House) -> None:
    """At another camera; the media browser has one picture of one stranger."""
    first = house.seen.attribute(FRONT, "unknown_id")
    again = await visit(house, GARDEN, BIDEN, "unknown")
    assert again["unknown_id"] == first
    folder = f"media-source://face/{await story.entry_id(house)}/unknowns"
    found = await house.seen.command("media_source/browse_media", media_content_id=folder)
    (stranger,) = found["children"]
    assert stranger["title"].startswith("Unknown, seen once, Garden")
    media = await house.seen.command("media_source/resolve_media", media_content_id=stranger["media_content_id"])
    assert (await house.seen.picture(media["url"])).startswith(b"\xff\xd8\xff")


async def test_stranger_who_is_named_on_the_phone_is_known_from_then_on(house: House, phone: Phone) -> None:
    """The best pictures of the stranger become photos."""
    shown = await phone.shows(lambda one: one["title"] == "An unknown person", "of the stranger")
    await phone.answer(shown, "This is…", " Joe Biden ")
    await house.seen.until(lambda: "sensor.joe_biden_last_seen" in house.seen.states, "his entities")
    known = await visit(house, FRONT, BIDEN, "confirmed")
    assert known["person"] == "Joe Biden"
    await house.seen.until(lambda: "confirmed" in house.seen.event_types("event.joe_biden_sighting"), "his own event")


async def test_wrong_sighting_is_taken_back_on_the_phone(house: House, phone: Phone) -> None:
    """Then the camera has not seen him."""
    seen = house.seen
    shown = await phone.shows(lambda one: one["title"] == "Joe Biden", "of somebody known")
    assert shown["message"] == "Joe Biden is at Front door."
    assert [answer["title"] for answer in shown["data"]["actions"]] == [
        "This is…",
        "Not Joe Biden",
        "A picture, nobody was there",
    ]
    await seen.until(lambda: seen.state("sensor.front_door_people_present") != "0", "he is present")
    await phone.answer(shown, "Not Joe Biden")
    await seen.until(lambda: "Joe Biden" not in seen.attribute("sensor.front_door_people_present", "people"), "gone")
    people = (await seen.act("face", "list_people"))["people"]
    assert not next(who for who in people if who["person"] == "Joe Biden")["present"]


async def test_stranger_who_was_there_before_comes_a_second_time(house: House) -> None:
    """Another camera's pictures of ten minutes ago were an earlier visit."""
    before = datetime.now(UTC) - timedelta(minutes=10)
    async with aiohttp.ClientSession() as session:
        other = FaceClient(session, house.server.url, house.server.token, "another-client", lambda _message: None)
        await other.connect()
        for number in range(3):
            picture = await asyncio.to_thread(scene, COLLINS, number)
            answer = await other.observe("yard", picture, before + timedelta(seconds=number / 2))
        await other.close()
    (face,) = answer.faces
    assert isinstance(face.identity, UnknownIdentity)
    again = await visit(house, FRONT, COLLINS, "unknown")
    assert (again["unknown_id"], again["times_seen"]) == (face.identity.unknown_id, 2)


async def test_stranger_who_is_ignored_on_the_phone_alarms_nobody_again(house: House, phone: Phone) -> None:
    """Their next visit is settled at once, and told to nobody."""
    seen = house.seen
    stranger = await visit(house, GARDEN, COLLINS, "unknown")
    shown = await phone.shows(lambda one: stranger["unknown_id"] in one["data"]["tag"], "of the stranger")
    await phone.answer(shown, "Ignore")
    await seen.until(lambda: runs(house, "ignore_unknown"), "the answer is carried out")
    before, told = len(phone.notifications), seen.event_types(FRONT).count("unknown")
    taken, why = await burst(house, COLLINS)
    assert why == "everybody is settled"
    assert taken < MOST_PICTURES
    assert seen.event_types(FRONT).count("unknown") == told
    await seen.reaches("binary_sensor.front_door_unknown_person", "off")
    assert len(phone.notifications) == before


def runs(house: House, action: str) -> list[dict[str, Any]]:
    """Give the calls of one of our actions that Home Assistant's bus has told."""
    calls = [event["data"] for event in house.seen.events if event["event_type"] == "call_service"]
    return [call for call in calls if (call["domain"], call["service"]) == ("face", action)]


async def test_stranger_is_ignored_and_named_by_actions(house: House) -> None:
    """Ignored first, by mistake; the name counts."""
    seen = house.seen
    stranger = await visit(house, GARDEN, HOPPER, "unknown")
    unknown_id = stranger["unknown_id"]
    answer = await seen.act("face", "ignore_unknown", unknown_id=unknown_id)
    assert answer == {"unknown_id": unknown_id, "ignored": True}
    answer = await seen.act("face", "assign_unknown", unknown_id=unknown_id, person="Grace Hopper")
    assert answer["person"] == "Grace Hopper"
    assert answer["photos"] >= 1
    known = await visit(house, FRONT, HOPPER, "confirmed")
    assert known["person"] == "Grace Hopper"


async def test_strangers_blocked_nothing(house: House) -> None:
    """As in the first story."""
    await nothing_was_blocked(house.home)
