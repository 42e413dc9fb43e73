"""Questions in words: intents, tools of language models, and the action that answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.llm import LLMTools
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN
from custom_components.face.llm import async_get_tools
from custom_components.face.voice import AtCamera

from .home import until
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
        ("FaceWhoIsThere", {"place": "moon"}, "There is no camera at moon."),
        ("FaceIsHome", {"person": "alice"}, "Yes, Alice is home."),
        ("FaceIsHome", {"person": "Bob"}, "The cameras do not know. Bob has not been seen yet."),
        ("FaceIsHome", {"person": "Zoe"}, "I do not know Zoe."),
        ("FaceLastSeen", {"person": "Alice"}, "Alice was last seen today at 08:00 at Front door."),
        ("FaceLastSeen", {"person": "Zoe"}, "I do not know Zoe."),
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
    freezer.move_to(datetime.fromisoformat("2025-11-24T18:00:00Z"))
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
    assert AtCamera(camera="door", people=(), unknown=False).sentence == "Nobody is at door."
    assert AtCamera(camera="door", people=(), unknown=True).sentence == "Somebody unknown is at door."
    assert AtCamera(camera="door", people=("A", "B", "C"), unknown=False).sentence == "A, B and C are at door."


async def test_no_server_means_no_camera(home: HomeAssistant) -> None:
    """And no tools."""
    assert await async_setup_component(home, DOMAIN, {})
    answer = await home.services.async_call(
        DOMAIN, "answer", {"question": "who_is_there"}, blocking=True, return_response=True
    )
    assert answer == {"sentence": "There is no camera."}
    assert async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST) is None


async def test_language_models_get_tools(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """For Assist only; they look and change nothing."""
    await household(home, peer, server)
    assert async_get_tools(home, CONTEXT, "another") is None
    offered = async_get_tools(home, CONTEXT, llm.LLM_API_ASSIST)
    assert isinstance(offered, LLMTools)
    tools = {tool.name: tool for tool in offered.tools}
    assert all(tool.annotations.read_only for tool in tools.values())

    async def use(name: str, **arguments: str) -> llm.ToolResult:
        result = await tools[name].async_call(home, llm.ToolInput(tool_name=name, tool_args=arguments), CONTEXT)
        assert isinstance(result, llm.ToolResult)
        return result

    there = await use("face__who_is_there", place="front")
    assert there.data == {"cameras": [{"camera": "Front door", "people": ["Alice"], "unknown_person": True}]}
    alice = await use("face__where_is", person="Alice")
    assert alice.data["home"] is True
    assert alice.data["last_seen"] == "2025-11-24T16:00:00+00:00"
    assert (await use("face__where_is", person="Bob")).data["last_seen"] is None
    assert (await use("face__where_is", person="Zoe")).error
