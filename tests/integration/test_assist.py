"""Questions in words: intents, tools of language models, and the action that answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.llm import LLMTools
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN
from custom_components.face.llm import async_get_tools
from custom_components.face.people.home_people import async_create_home_person
from custom_components.face.people.links import async_link
from custom_components.face.voice import AtCamera

from .home import OWN_ID, entity, until
from .peer import Peer, camera, person
from .test_entities import ALICE, full

CONTEXT = llm.LLMContext(platform="test", context=Context(), language="en", assistant="conversation", device_id=None)


async def household(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Alice is at the front door, beside somebody unknown."""
    here: dict[str, Any] = {"present": True, "home": True, "camera": full(peer), "last_seen": "2025-11-24T16:00:00Z"}
    await peer.tell({"kind": "person_changed", "person": person(**here)})
    changed = camera(full(peer), area="Porch", present=[ALICE], unknown_present=True)
    await peer.tell({"kind": "camera_changed", "camera": changed})
    await until(home, lambda: server.runtime_data.data.cameras[full(peer)].unknown_present)


@pytest.mark.parametrize(
    ("question", "slots", "answer"),
    [
        ("FaceWhoIsThere", {"place": "front door"}, "Alice and somebody unknown are at Front door."),
        ("FaceWhoIsThere", {"place": "porch"}, "Alice and somebody unknown are at Front door."),
        ("FaceWhoIsThere", {}, "Alice and somebody unknown are at Front door."),
        ("FaceWhoIsThere", {"place": "moon"}, "I don't know a camera at moon."),
        ("FaceIsHome", {"person": "alice"}, "Yes, Alice is home."),
        ("FaceIsHome", {"person": "Bob"}, "I can't tell whether Bob is home. Bob has not been seen yet."),
        ("FaceIsHome", {"person": "Zoe"}, "I don't know Zoe."),
        ("FaceLastSeen", {"person": "Alice"}, "Alice was last seen today at 08:00 at Front door."),
        ("FaceLastSeen", {"person": "Zoe"}, "I don't know Zoe."),
    ],
)
async def test_questions_are_answered(
    home: HomeAssistant,
    peer: Peer,
    server: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    question: str,
    slots: dict[str, str],
    answer: str,
) -> None:
    """In a sentence, in the home's own time."""
    freezer.move_to(datetime.fromisoformat("2025-11-24T16:00:30Z"))
    assert await async_setup_component(home, "intent", {})
    await home.async_block_till_done()
    await household(home, peer, server)
    filled = {name: {"value": value} for name, value in slots.items()}
    response = await intent.async_handle(home, "test", question, filled)
    assert response.speech["plain"]["speech"] == answer


async def test_an_older_sighting_is_told_with_its_day(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """By the action that the voice blueprint uses."""
    await peer.tell({"kind": "person_changed", "person": person(last_seen="2025-05-04T16:00:00Z")})
    await until(home, lambda: server.runtime_data.data.people["alice-id"].presence.last_seen)
    answer = await home.services.async_call(
        DOMAIN, "answer", {"question": "last_seen", "about": "Alice"}, blocking=True, return_response=True
    )
    assert answer == {"sentence": "Alice was last seen on 04 May at 09:00."}


def test_nobody_one_and_several_people_are_said_right() -> None:
    """As people say it."""
    assert AtCamera(camera="door").sentence == "Nobody is at door."
    assert AtCamera(camera="door", unknown=True).sentence == "Somebody unknown is at door."
    assert AtCamera(camera="door", people=("A", "B", "C")).sentence == "A, B and C are at door."
    assert AtCamera(camera="door", people=("A",), unnamed=True).sentence == "A and somebody else are at door."


async def say(home: HomeAssistant, question: str, about: str | None = None) -> str:
    """Ask by the action, as an automation does."""
    data = {"question": question} if about is None else {"question": question, "about": about}
    answer = await home.services.async_call(DOMAIN, "answer", data, blocking=True, return_response=True)
    assert answer is not None
    return str(answer["sentence"])


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ("2025-11-24T16:00:59Z", "Alice and somebody unknown are at Front door."),
        ("2025-11-24T16:01:31Z", "Somebody unknown is at Front door. Alice was at Front door 2 minutes ago."),
        ("2025-11-24T16:09:10Z", "Somebody unknown is at Front door. Alice was at Front door 9 minutes ago."),
    ],
)
async def test_somebody_who_was_seen_a_while_ago_was_there(
    home: HomeAssistant,
    peer: Peer,
    server: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    now: str,
    sentence: str,
) -> None:
    """Presence lasts for minutes; being at the door does not."""
    await household(home, peer, server)
    freezer.move_to(datetime.fromisoformat(now))
    assert await say(home, "who_is_there", "front door") == sentence


async def test_phone_answers_whether_somebody_is_home(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """The person whom they are linked to knows more than the cameras."""
    await async_link(home, server, "bob-id", await async_create_home_person(home, "Bob"))
    tracker = entity(home, "device_tracker", "bob-id_tracker")
    (robert,) = [one for one in home.states.async_all("person") if tracker in one.attributes["device_trackers"]]
    assert await say(home, "is_home", "Bob") == "I can't tell whether Bob is home. Bob has not been seen yet."
    for state, sentence in (
        ("home", "Yes, Bob is home."),
        ("not_home", "No, Bob is away."),
        ("School", "No, Bob is at School."),
    ):
        home.states.async_set(robert.entity_id, state, robert.attributes)
        assert await say(home, "is_home", "Bob") == sentence


async def test_server_that_is_away_is_said_to_be(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Instead of knowing nobody."""
    await peer.stop()
    await until(home, lambda: not server.runtime_data.ready)
    for question, about in (("who_is_there", None), ("is_home", "Alice"), ("last_seen", "Alice")):
        assert await say(home, question, about) == "The face server can't be reached right now."


async def test_no_server_means_no_camera(home: HomeAssistant) -> None:
    """And no tools."""
    assert await async_setup_component(home, DOMAIN, {})
    answer = await home.services.async_call(
        DOMAIN, "answer", {"question": "who_is_there"}, blocking=True, return_response=True
    )
    assert answer == {"sentence": "The face server can't be reached right now."}
    assert async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST) is None


async def use(home: HomeAssistant, name: str, **arguments: str) -> llm.ToolResult:
    """Let a language model call a tool."""
    offered = async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST)
    assert isinstance(offered, LLMTools)
    (tool,) = [one for one in offered.tools if one.name == f"face__{name}"]
    assert tool.annotations.read_only
    result = await tool.async_call(home, llm.ToolInput(tool_name=tool.name, tool_args=arguments), CONTEXT)
    assert isinstance(result, llm.ToolResult)
    return result


async def test_language_models_hear_of_nobody_unless_exposed(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """By default nothing is; nor is there any tool, nor another assistant's exposure that counts."""
    await household(home, peer, server)
    assert async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST) is None
    async_expose_entity(home, "cloud.alexa", entity(home, "sensor", "alice-id_last_seen"), should_expose=True)
    assert async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST) is None
    assert async_get_tools(home, CONTEXT, "another") is None


def told(result: llm.ToolResult) -> dict[str, Any]:
    """Give what a tool says."""
    data = result.data
    assert isinstance(data, dict)
    return data


async def test_language_models_hear_of_whom_and_what_is_exposed(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Alice and then the door; never Bob, nor the name of somebody at the door who is not exposed."""
    freezer.move_to(datetime.fromisoformat("2025-11-24T16:00:30Z"))
    await household(home, peer, server)
    async_expose_entity(home, "conversation", entity(home, "sensor", f"{OWN_ID}_faces"), should_expose=True)
    there = await use(home, "who_is_there", place="front")
    assert "Alice" not in str(there.data)
    (door,) = told(there)["cameras"]
    assert (door["people_now"], door["unknown_person_now"], door["somebody_else_now"]) == ([], True, True)
    assert (await use(home, "where_is", person="Alice")).error
    async_expose_entity(home, "conversation", entity(home, "event", "alice-id_person"), should_expose=True)
    (door,) = told(await use(home, "who_is_there"))["cameras"]
    assert (door["people_now"], door["somebody_else_now"]) == (["Alice"], False)
    alice = await use(home, "where_is", person="Alice")
    assert (told(alice)["home"], told(alice)["last_seen"]) == (True, "2025-11-24T16:00:00+00:00")
    assert (await use(home, "where_is", person="Bob")).error
    async_expose_entity(home, "conversation", entity(home, "sensor", f"{OWN_ID}_faces"), should_expose=False)
    assert (await use(home, "who_is_there")).data["cameras"] == []


async def test_person_is_exposed_by_the_person_of_home_assistant(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Whom they are linked to."""
    await async_link(home, server, "bob-id", await async_create_home_person(home, "Robert"))
    async_expose_entity(home, "conversation", "person.robert", should_expose=True)
    bob = await use(home, "where_is", person="Bob")
    assert (bob.data["home"], bob.data["last_seen"]) == ("unknown", None)


async def test_intents_follow_exposure(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Custom sentences tell an assistant no more than its tools do."""
    assert await async_setup_component(home, "intent", {})
    await home.async_block_till_done()
    await household(home, peer, server)
    for question, slots in (("FaceLastSeen", {"person": {"value": "Alice"}}), ("FaceWhoIsThere", {})):
        response = await intent.async_handle(home, "test", question, slots, assistant="conversation")
        assert "Alice" not in response.speech["plain"]["speech"].replace("I don't know Alice.", "")
