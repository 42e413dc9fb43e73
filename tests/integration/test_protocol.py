"""PROTOCOL.md's own examples, read by our types and said by our client: both sides hold to the same page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
import json
from pathlib import Path
import re
from typing import Any

import aiohttp
import pytest

from custom_components.face.client import FaceClient
from custom_components.face.errors import RequestFailedError
from custom_components.face.events import EventMessage
from custom_components.face.models import (
    Box,
    CameraSettings,
    CameraState,
    Enrolled,
    Hello,
    Override,
    Person,
    Position,
    Recognition,
    Sighting,
    Subscribed,
    UnknownPerson,
)
from custom_components.face.server_state import Settings, Stats

from .peer import TOKEN, Peer

PAGE = (Path(__file__).parents[2] / "PROTOCOL.md").read_text(encoding="utf-8")
BLOCKS = [
    (kind, json.loads(text)) for kind, text in re.findall(r"^```json (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]

READERS: dict[str, Callable[[Any], object]] = {
    "cameras/configure": lambda result: [CameraState.from_wire(one) for one in result["cameras"]],
    "enroll": Enrolled.from_wire,
    "people/list": lambda result: [Person.from_wire(one) for one in result["items"]],
    "people/merge": Person.from_wire,
    "people/rename": Person.from_wire,
    "recognize": Recognition.from_wire,
    "settings/get": Settings.from_wire,
    "settings/set": Settings.from_wire,
    "sightings/correct": Sighting.from_wire,
    "sightings/list": lambda result: [Sighting.from_wire(one) for one in result["items"]],
    "stats": Stats.from_wire,
    "subscribe": Subscribed.from_wire,
    "unknowns/assign": Person.from_wire,
    "unknowns/ignore": UnknownPerson.from_wire,
    "unknowns/list": lambda result: [UnknownPerson.from_wire(one) for one in result["items"]],
}
# What this integration does not ask for, or whose answer it does not read.
NOT_READ = {"ping", "people/delete", "photos/delete", "photos/list", "unknowns/delete"}


def blocks(*kinds: str) -> list[Any]:
    """Give the examples of some kinds."""
    return [content for kind, content in BLOCKS if kind in kinds]


def test_hello_is_read() -> None:
    """With a version that we speak."""
    (hello,) = [Hello.from_wire(content) for content in blocks("hello")]
    assert hello.protocol_min <= 1 <= hello.protocol_max


@pytest.mark.parametrize(("kind", "content"), [block for block in BLOCKS if block[0].startswith("response:")])
def test_every_answer_is_read(kind: str, content: dict[str, Any]) -> None:
    """Into our types."""
    asked = kind.removeprefix("response:")
    if asked in NOT_READ:
        assert asked not in READERS
        return
    assert READERS[asked](content["result"])


def test_every_event_is_read() -> None:
    """Each of a kind that we know."""
    events = [EventMessage.from_wire(content) for content in blocks("event")]
    assert events
    assert all(message.event is not None for message in events)


@pytest.fixture
async def client(peer: Peer) -> AsyncIterator[FaceClient]:
    """Give a logged-in client."""
    async with aiohttp.ClientSession() as session:
        connected = FaceClient(session, peer.url, TOKEN, "home-assistant-7c1f")
        await connected.connect()
        yield connected
        await connected.close()


def keys(value: Any) -> Any:
    """Give the shape of a message: its keys and the kinds of its values."""
    if isinstance(value, dict):
        return {key: keys(one) for key, one in value.items()}
    if isinstance(value, list):
        return [keys(one) for one in value[:1]]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


async def test_what_we_say_has_the_fields_of_the_examples(peer: Peer, client: FaceClient) -> None:
    """The server takes no unknown field."""
    picture = b"\xff\xd8\xff\xe0"
    moment = datetime(2025, 11, 24, 8, tzinfo=UTC)
    await client.observe("front_door", picture, moment)
    await client.ask(picture, annotate=True)
    await client.enroll("Alice", picture, box=Box(x=1, y=1, w=2, h=2), allow=[Override.DUPLICATE])
    await client.subscribe(Position(run="run-1", seq=0))
    await client.people()
    await client.rename_person("alice-id", "Alicia")
    await client.unknowns()
    await client.ignore_unknown("unknown-1")
    await client.assign_unknown("unknown-1", "Carol")
    await client.sightings(person_id="alice-id", camera="x/door", limit=5)
    await client.correct_sighting("812", "Bob")
    await client.configure_cameras(
        [CameraSettings(camera="d", name="D", area="P", counts_as_home=True, presence_timeout_s=300, min_face_px=40)]
    )
    await client.settings()
    await client.change_settings(presence_timeout_s=900)
    await client.stats()
    await client.delete_person("bob-id")
    allowed: dict[str, dict[str, Any]] = {}
    for example in blocks("request"):
        allowed.setdefault(example["type"], {}).update(keys(example))
    # Two forms of a picture; only one of them is ours.
    allowed["recognize"]["picture"] = allowed["enroll"]["picture"] = {"data": "str"}
    allowed["people/list"]["cursor"] = allowed["unknowns/list"]["cursor"] = "str"
    allowed["unknowns/list"]["limit"] = "number"
    for said in peer.asked:
        for key, shape in keys(said).items():
            assert key in allowed[said["type"]], (said["type"], key)
            assert shape == allowed[said["type"]][key] or key == "cameras", (said["type"], key)


@pytest.mark.parametrize("content", [block for block in blocks("response") if not block["success"]])
async def test_every_refusal_becomes_an_error_with_its_code(
    peer: Peer, client: FaceClient, content: dict[str, Any]
) -> None:
    """Message and details are kept."""
    peer.held.add("stats")
    asked = client.request("stats")
    waiting = asyncio.create_task(asked)
    await peer.until(lambda: peer.asked_for("stats"))
    await peer.send_raw(json.dumps(content | {"id": peer.asked_for("stats")[-1]["id"]}))
    with pytest.raises(RequestFailedError) as caught:
        await waiting
    assert caught.value.code == content["error"]["code"]
    assert caught.value.message == content["error"]["message"]
