"""PROTOCOL.md's own examples, read by our types and said by our client: both sides hold to the same page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import aiohttp
import pytest
from yarl import URL

from custom_components.face.client import Address, FaceClient
from custom_components.face.client.errors import RequestFailedError
from custom_components.face.client.reading import read
from custom_components.face.client.wire import (
    CameraChange,
    CamerasConfigured,
    Enrolled,
    EventMessage,
    Hello,
    LibraryInfo,
    Override,
    PersonInfo,
    ProblemInfo,
    Recognition,
    Rect,
    Settings,
    SightingInfo,
    Since,
    Stats,
    Subscribed,
    UnknownInfo,
)

from .peer import TOKEN, Peer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "PROTOCOL.md").read_text(encoding="utf-8")
BLOCKS = [
    (kind, json.loads(text)) for kind, text in re.findall(r"^```json (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]

READERS: dict[str, type] = {
    "cameras/configure": CamerasConfigured,
    "enroll": Enrolled,
    "people/configure": PersonInfo,
    "people/list": PersonInfo,
    "people/merge": PersonInfo,
    "people/rename": PersonInfo,
    "recognize": Recognition,
    "settings/get": Settings,
    "settings/set": Settings,
    "sightings/correct": SightingInfo,
    "problems/list": ProblemInfo,
    "people/missing": LibraryInfo,
    "sightings/list": SightingInfo,
    "stats": Stats,
    "subscribe": Subscribed,
    "unknowns/assign": PersonInfo,
    "unknowns/ignore": UnknownInfo,
    "unknowns/list": UnknownInfo,
}
# What this integration does not ask for, or whose answer it does not read.
NOT_READ = {
    "cameras/sight",
    "care/list",
    "changes/erase",
    "changes/list",
    "changes/undo",
    "ping",
    "people/delete",
    "photos/delete",
    "photos/list",
    "proposals/accept",
    "proposals/decline",
    "proposals/list",
    "search",
    "sittings/accept",
    "sittings/decline",
    "sittings/get",
    "sittings/picture",
    "sittings/start",
    "unknowns/delete",
}


def blocks(*kinds: str) -> list[Any]:
    """Give the examples of some kinds."""
    return [content for kind, content in BLOCKS if kind in kinds]


@pytest.mark.parametrize("content", blocks("pairing"))
def test_every_pairing_line_is_read(content: dict[str, Any]) -> None:
    """Host, port, token, and how the server is known."""
    address = Address.parse(content["line"])
    url = URL(address.url)
    assert (url.host, url.port) == (content["host"], content["port"])
    assert (address.token, address.fingerprint) == (content["token"], content["fingerprint"])
    assert (url.scheme == "http") == (content["tls"] == "none")


def test_there_are_pairing_lines() -> None:
    """Of each kind."""
    assert {content["tls"] for content in blocks("pairing")} == {"pinned", "verified", "none"}


def test_our_types_are_those_of_the_schema() -> None:
    """As the script would write them now; when this fails, run `scripts/wire_models.py`."""
    command = [sys.executable, str(ROOT / "scripts" / "wire_models.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0  # noqa: S603


def test_hello_is_read() -> None:
    """With a version that we speak."""
    (hello,) = [read(Hello, content) for content in blocks("hello")]
    assert hello.protocol.min <= 1 <= hello.protocol.max


@pytest.mark.parametrize(("kind", "content"), [block for block in BLOCKS if block[0].startswith("response:")])
def test_every_answer_is_read(kind: str, content: dict[str, Any]) -> None:
    """Into our types."""
    asked = kind.removeprefix("response:")
    if asked in NOT_READ:
        assert asked not in READERS
        return
    result = content["result"]
    for one in result.get("items", [result]):
        assert read(READERS[asked], one)


def test_every_event_is_read() -> None:
    """Each of a kind that we know."""
    events = [read(EventMessage, content) for content in blocks("event")]
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
    await client.enroll("Alice", picture, box=Rect(x=1, y=1, w=2, h=2), allow=[Override.DUPLICATE])
    await client.subscribe(Since(run="run-1", seq=0))
    await client.people()
    await client.rename_person("alice-id", "Alicia")
    await client.unknowns()
    await client.ignore_unknown("unknown-1")
    await client.assign_unknown("unknown-1", "Carol")
    await client.sightings(person_id="alice-id", camera="x/door", most=5)
    await client.correct_sighting("812", "Bob")
    await client.configure_cameras(
        [CameraChange(camera="d", name="D", area="P", counts_as_home=True, presence_timeout_s=300, min_face_px=40)]
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
