"""`client` and `models` against the scripted server, without Home Assistant."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from custom_components.face.client import Address, FaceClient, connection as client_module
from custom_components.face.client.errors import (
    BusyError,
    CannotConnectError,
    ConnectionLostError,
    IncompatibleServerError,
    InvalidAddressError,
    InvalidTokenError,
    NotAFaceServerError,
    RequestFailedError,
    RequestTimeoutError,
    SupersededError,
)
from custom_components.face.client.wire import (
    ArrivedEvent,
    CameraChange,
    EventMessage,
    Grade,
    KnownIdentity,
    Override,
    Rect,
    SightingEvent,
    Since,
    UnknownIdentity,
    UnknownSeenEvent,
    UnsureIdentity,
)

from .peer import AT, BOX, PATIENCE_SECONDS, TOKEN, Peer, Refused, camera, face, known, now, person, unknown

COMPONENT = Path(client_module.__file__).parents[1]


class Listener:
    """Keeps events, and lets a test wait for them."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self.heard: list[EventMessage] = []
        self._changed = asyncio.Event()

    def __call__(self, message: EventMessage) -> None:
        """Hear."""
        self.heard.append(message)
        self._changed.set()

    async def hear(self, number: int) -> list[EventMessage]:
        """Wait for this many."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.heard) < number:
                self._changed.clear()
                await self._changed.wait()
        return self.heard


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a web session."""
    async with aiohttp.ClientSession() as running:
        yield running


@pytest.fixture
def listener() -> Listener:
    """Give a listener."""
    return Listener()


@pytest.fixture
async def client(peer: Peer, session: aiohttp.ClientSession, listener: Listener) -> AsyncIterator[FaceClient]:
    """Give a logged-in client."""
    connected = FaceClient(session, peer.url, TOKEN, "client", listener)
    await connected.connect()
    yield connected
    await connected.close()


@pytest.mark.parametrize("file", sorted((COMPONENT / "client").glob("*.py")), ids=lambda file: file.name)
def test_client_could_be_published_apart(file: Path) -> None:
    """It names nothing of Home Assistant, and nothing of the integration outside of its own folder."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported |= {node.module or "" for node in named}
    assert not [module for module in imported if module.startswith(("homeassistant", "custom_components"))]
    assert not [node.module for node in named if node.level > 1]


@pytest.mark.parametrize(
    ("text", "url", "token"),
    [
        ("face://house.local:8765/?token=abc", "http://house.local:8765", "abc"),
        ("face://house.local:443/?token=abc&tls=verify&colour=blue", "https://house.local", "abc"),
        ("192.0.2.7", "https://192.0.2.7:8765", None),
        (" 192.0.2.7:9000 ", "https://192.0.2.7:9000", None),
        ("my-house", "https://my-house:8765", None),
        ("127.0.0.1", "http://127.0.0.1:8765", None),
        ("localhost:9000", "http://localhost:9000", None),
        ("[::1]", "http://[::1]:8765", None),
        ("::1", "http://[::1]:8765", None),
        ("2001:db8::1", "https://[2001:db8::1]:8765", None),
        ("http://192.0.2.7", "http://192.0.2.7:8765", None),
        ("http://[2001:db8::1]:9000/", "http://[2001:db8::1]:9000", None),
        ("ws://house", "http://house:8765", None),
        ("https://face.example.org", "https://face.example.org", None),
        ("wss://face.example.org/", "https://face.example.org", None),
        ("http://house:80", "http://house:80", None),
    ],
)
def test_address_is_read_in_every_form_a_person_may_type(text: str, url: str, token: str | None) -> None:
    """A pairing string, a URL, a host."""
    assert Address.parse(text) == Address(url=url, token=token)
    assert Address.parse(url).url == url, "what is stored reads back as itself"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://house",
        "http://",
        "house:port",
        "http://house:99999",
        "my house",
        "192.0.2.7 :8765",
        "http://my house",
        "a@b c",
        "face://house/?token=t&fingerprint=12",
        "https://example.org/face",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """In words."""
    with pytest.raises(InvalidAddressError):
        Address.parse(text)


async def test_hello_tells_who_answers(peer: Peer, session: aiohttp.ClientSession) -> None:
    """Id, version, model and limits."""
    client = FaceClient(session, peer.url, TOKEN, "client")
    hello = await client.connect()
    assert (hello.server.id, hello.server.version) == ("server-1", "1.2.3")
    assert (hello.model.name, hello.limits.max_image_bytes) == ("yunet-sface", 16 * 1024 * 1024)
    assert client.role == "admin"
    assert peer.client_id == "client"
    await client.close()


async def test_wrong_token_is_told_apart(peer: Peer, session: aiohttp.ClientSession) -> None:
    """So that a new one can be asked for."""
    with pytest.raises(InvalidTokenError, match="no such token"):
        await FaceClient(session, peer.url, "wrong", "client").connect()


async def test_newer_server_is_incompatible(peer: Peer, session: aiohttp.ClientSession) -> None:
    """And the error carries both versions."""
    peer.protocol = {"min": 2, "max": 3}
    with pytest.raises(IncompatibleServerError) as caught:
        await FaceClient(session, peer.url, TOKEN, "client").connect()
    assert (caught.value.server_min, caught.value.server_max, caught.value.client_version) == (2, 3, 1)


@pytest.mark.parametrize("words", ["good day", "[]", '{"type": "auth_required"}', '{"type": "hello"}'])
async def test_other_words_than_the_protocol_are_no_face_server(
    words: str, peer: Peer, session: aiohttp.ClientSession
) -> None:
    """Such as Home Assistant's own address typed by mistake."""
    peer.first_message = words
    with pytest.raises(NotAFaceServerError):
        await FaceClient(session, peer.url, TOKEN, "client").connect()


async def test_web_server_without_the_protocol_is_no_face_server(
    peer: Peer, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404 on the WebSocket's path."""
    client = FaceClient(session, peer.url, TOKEN, "client")
    monkeypatch.setattr(client_module, "WEBSOCKET_PATH", "/elsewhere")
    with pytest.raises(NotAFaceServerError, match="404"):
        await client.connect()


async def test_nobody_there_cannot_connect(peer: Peer, session: aiohttp.ClientSession) -> None:
    """A closed port."""
    await peer.stop()
    with pytest.raises(CannotConnectError):
        await FaceClient(session, peer.url, TOKEN, "client").connect()


@pytest.mark.usefixtures("socket_enabled")
async def test_silent_server_cannot_connect(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody accepts and says nothing."""
    monkeypatch.setattr(client_module, "CONNECT_TIMEOUT_S", 0.05)
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _reader, writer: writers.append(writer), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CannotConnectError, match="did not answer"):
            await FaceClient(session, f"http://127.0.0.1:{port}", TOKEN, "client").connect()
        for writer in writers:
            writer.close()


async def test_observed_picture_is_answered_with_faces(peer: Peer, client: FaceClient) -> None:
    """Known, unsure, unknown, and a kind of a later version."""
    unsure = {
        "kind": "unsure",
        "label": "unsure, perhaps Bob",
        "person": {"id": "bob-id", "name": "Bob"},
        "probability": 0.4,
        "settle_by": ["closer"],
        "reason": "the face is small",
    }
    peer.faces.append(
        [face(known()), face(unsure), face({"kind": "unknown", "unknown_id": "u"}), face({"kind": "robot"})]
    )
    peer.settled = True
    taken = now()
    recognition = await client.observe("door", b"picture", taken)
    assert recognition.camera == "client/door"
    assert recognition.captured_at == taken
    assert recognition.settled
    assert not recognition.repeated
    alice, bob, stranger, robot = (found.identity for found in recognition.faces)
    assert isinstance(alice, KnownIdentity)
    assert (alice.person.name, alice.grade) == ("Alice", Grade.CONFIRMED)
    assert isinstance(bob, UnsureIdentity)
    assert bob.reason == "the face is small"
    assert stranger == UnknownIdentity(unknown_id="u", ignored=False)
    assert robot is None
    assert recognition.faces[0].nearest[0].similarity == pytest.approx(0.61)
    assert [one.message for one in recognition.faces[0].quality.reasons] == ["the face looks to the side"]


async def test_large_picture_arrives_whole(peer: Peer, client: FaceClient) -> None:
    """It is encoded beside the event loop."""
    picture = bytes(range(256)) * 8000
    await client.ask(picture, annotate=True)
    asked = peer.asked_for("recognize")[0]
    assert asked["purpose"] == "ask"
    assert len(asked["picture"]["data"]) == -(-len(picture) // 3) * 4


async def test_errors_are_typed(peer: Peer, client: FaceClient) -> None:
    """Superseded, busy with a time, and others with code, message and details."""
    peer.refuse_next("recognize", Refused("superseded"))
    with pytest.raises(SupersededError):
        await client.observe("door", b"picture", now())
    peer.refuse_next("recognize", Refused("busy", retry_after_ms=250))
    with pytest.raises(BusyError) as busy:
        await client.ask(b"picture")
    assert busy.value.retry_after_s == pytest.approx(0.25)
    peer.refuse_next("enroll", Refused("multiple_faces", "two faces", faces=[BOX]))
    with pytest.raises(RequestFailedError, match="two faces") as caught:
        await client.enroll("Alice", b"picture")
    assert caught.value.code == "multiple_faces"
    assert caught.value.details["faces"] == [BOX]


async def test_answers_in_another_order_find_their_requests(peer: Peer, client: FaceClient) -> None:
    """By their ids."""
    peer.faces.extend([[face(known())], []])
    first, stats, second = await asyncio.gather(client.ask(b"a"), client.stats(), client.ask(b"b"))
    assert (len(first.faces), len(second.faces)) == (1, 0)
    assert stats.latency_p95_ms == pytest.approx(120.5)


async def test_enrolment_carries_box_and_overrides(peer: Peer, client: FaceClient) -> None:
    """And answers with the verdict."""
    enrolled = await client.enroll("Carol", b"picture", box=Rect(**BOX), allow=[Override.LOOKS_LIKE_SOMEONE_ELSE])
    assert (enrolled.person.name, enrolled.photos) == ("Carol", 1)
    assert enrolled.advice
    asked = peer.asked_for("enroll")[0]
    assert asked["box"] == BOX
    assert asked["allow"] == ["looks_like_someone_else"]


async def test_lists_are_read_page_by_page(peer: Peer, client: FaceClient) -> None:
    """Until there is no cursor."""
    peer.page_length = 1
    assert [who.name for who in await client.people()] == ["Alice", "Bob"]
    assert len(peer.asked_for("people/list")) == 2
    assert [who.unknown_id for who in await client.unknowns()] == ["unknown-1"]


async def test_people_are_renamed_assigned_and_deleted(peer: Peer, client: FaceClient) -> None:
    """And what is not there is not found."""
    assert (await client.rename_person("bob-id", "Robert")).name == "Robert"
    assert (await client.ignore_unknown("unknown-1")).ignored
    assert (await client.assign_unknown("unknown-1", "Carol")).name == "Carol"
    await client.delete_person("bob-id")
    assert "bob-id" not in peer.people
    with pytest.raises(RequestFailedError, match="no person"):
        await client.delete_person("bob-id")


async def test_sightings_are_listed_and_corrected(peer: Peer, client: FaceClient) -> None:
    """Newest first."""
    (sighting,) = await client.sightings(person_id="alice-id", most=1)
    assert sighting.at == datetime(2025, 11, 24, 8, 0, 0, 123456, UTC)
    assert (await client.correct_sighting(sighting.sighting_id, "Bob")).corrected
    assert peer.asked_for("sightings/correct")[0]["person"] == "Bob"


async def test_cameras_and_settings_are_configured(peer: Peer, client: FaceClient) -> None:
    """What is not set is left to the server."""
    (state,) = await client.configure_cameras(
        [CameraChange(camera="door", name="Front door", area="Porch", counts_as_home=True)]
    )
    assert (state.camera, state.area, state.counts_as_home) == ("client/door", "Porch", True)
    assert "min_face_px" not in peer.asked_for("cameras/configure")[0]["cameras"][0]
    assert (await client.settings()).retention_days == 7
    assert (await client.change_settings(retention_days=3)).retention_days == 3


async def test_first_subscription_gets_the_full_state(peer: Peer, client: FaceClient) -> None:
    """People and cameras."""
    peer.cameras["client/door"] = camera(
        "client/door", last_picture_at=AT, present=[{"id": "alice-id", "name": "Alice"}]
    )
    peer.people["alice-id"] = person(present=True, home=True, last_seen=AT, probability=0.9, camera="client/door")
    subscribed = await client.subscribe()
    assert subscribed.gap
    assert subscribed.state is not None
    assert subscribed.state.cameras[0].present[0].name == "Alice"
    assert subscribed.state.people[0].presence.probability == pytest.approx(0.9)


async def test_resumed_subscription_gets_what_it_missed_marked_replayed(
    peer: Peer, client: FaceClient, listener: Listener
) -> None:
    """By run and number."""
    arrived = {"kind": "arrived", "person": {"id": "alice-id", "name": "Alice"}, "camera": "client/door", "home": True}
    await peer.tell(arrived, to_clients=False)
    subscribed = await client.subscribe(Since(run=peer.run, seq=0))
    assert not subscribed.gap
    assert subscribed.state is None
    await peer.tell(arrived)
    missed, live = await listener.hear(2)
    assert (missed.replayed, live.replayed) == (True, False)
    assert isinstance(live.event, ArrivedEvent)
    assert (live.run, live.seq) == (peer.run, 2)


async def test_every_kind_of_event_is_read(peer: Peer, client: FaceClient, listener: Listener) -> None:
    """And one of a later version only moves the position."""
    alice = {"id": "alice-id", "name": "Alice"}
    events: list[dict[str, Any]] = [
        {
            "kind": "sighting",
            "sighting_id": "7",
            "camera": "client/door",
            "person": alice,
            "grade": "seen",
            "probability": 0.8,
            "box": BOX,
            "picture": "/v1/alice.jpg",
            "annotated": "/v1/annotated.jpg",
        },
        {"kind": "unknown_seen", "camera": "client/door", "unknown": unknown(), "annotated": "/v1/annotated.jpg"},
        {"kind": "arrived", "person": alice, "camera": "client/door", "home": False},
        {"kind": "departed", "person": alice, "camera": "client/door"},
        {"kind": "person_changed", "person": person()},
        {"kind": "person_removed", "person_id": "alice-id"},
        {"kind": "camera_changed", "camera": camera("client/door")},
        {"kind": "sighting_corrected", "sighting_id": "7", "person": alice},
        {
            "kind": "settings_changed",
            "settings": {
                "strangers_per_thousand": 1.0,
                "presence_timeout_s": 600,
                "in_view_timeout_s": 30,
                "retention_days": 7,
            },
        },
        {"kind": "earthquake", "magnitude": 7},
    ]
    await client.subscribe()
    for event in events:
        await peer.tell(event)
    heard = await listener.hear(len(events))
    kinds = [type(message.event).__name__ for message in heard]
    assert kinds == [
        "SightingEvent",
        "UnknownSeenEvent",
        "ArrivedEvent",
        "DepartedEvent",
        "PersonChangedEvent",
        "PersonRemovedEvent",
        "CameraChangedEvent",
        "SightingCorrectedEvent",
        "SettingsChangedEvent",
        "NoneType",
    ]
    assert isinstance(heard[0].event, SightingEvent)
    assert heard[0].event.grade is Grade.SEEN
    assert isinstance(heard[1].event, UnknownSeenEvent)
    assert heard[1].event.unknown.unknown_id == "unknown-1"


async def test_broken_messages_are_left_out_and_the_connection_lives_on(
    peer: Peer, client: FaceClient, listener: Listener
) -> None:
    """One bad message never ends a session."""
    await client.subscribe()
    broken = {"type": "event", "run": "r", "seq": "many", "at": AT, "event": {"kind": "departed"}}
    for text in ("no json", "[]", "{}", '{"type":"result","id":null,"success":false}', json.dumps(broken)):
        await peer.send_raw(text)
    await peer.tell({"kind": "person_removed", "person_id": "alice-id"})
    assert len(await listener.hear(1)) == 1


async def test_answer_of_another_shape_is_an_error(peer: Peer, client: FaceClient) -> None:
    """Not a crash later on."""
    del peer.people["alice-id"]["presence"]
    with pytest.raises(NotAFaceServerError, match="presence"):
        await client.people()


async def test_open_requests_fail_when_the_connection_closes(peer: Peer, client: FaceClient) -> None:
    """And later ones at once."""
    peer.held.add("stats")
    waiting = asyncio.create_task(client.stats())
    await peer.until(lambda: peer.asked_for("stats"))
    await peer.hang_up()
    with pytest.raises(ConnectionLostError):
        await waiting
    await client.wait_closed()
    with pytest.raises(ConnectionLostError):
        await client.stats()


async def test_unanswered_request_times_out(peer: Peer, client: FaceClient) -> None:
    """And the connection stays usable."""
    peer.held.add("ping")
    with pytest.raises(RequestTimeoutError, match="ping"):
        await client.request("ping", timeout_s=0.05)
    assert (await client.stats()).workers == 2


async def test_closing_twice_is_harmless(client: FaceClient) -> None:
    """And ends the waiting."""
    await client.close()
    await client.close()
    await client.wait_closed()


async def test_pictures_come_by_http_with_the_token(peer: Peer, client: FaceClient) -> None:
    """And one that is gone is an error."""
    assert await client.picture("/v1/alice.jpg") == b"\xff\xd8alice"
    with pytest.raises(CannotConnectError):
        await client.picture("/v1/gone.jpg")
    peer.token = "changed"
    with pytest.raises(CannotConnectError):
        await client.picture("/v1/alice.jpg")


async def test_connection_that_went_silent_is_given_up(
    peer: Peer, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a power cut at the server: nothing closes it but the missing answer to a ping."""
    monkeypatch.setattr(client_module, "PING_INTERVAL_S", 0.01)
    client = FaceClient(session, peer.url, TOKEN, "client")
    await client.connect()
    await peer.until(lambda: len(peer.asked_for("ping")) > 1)
    peer.held.add("ping")
    monkeypatch.setattr(client_module, "PING_TIMEOUT_S", 0.05)
    await client.wait_closed()
    await client.close()


@pytest.mark.parametrize(
    ("code", "error"), [("malformed", NotAFaceServerError), ("unsupported_protocol", IncompatibleServerError)]
)
async def test_login_that_is_not_understood_is_no_wrong_token(
    peer: Peer, session: aiohttp.ClientSession, code: str, error: type[Exception]
) -> None:
    """Nobody should be asked for another token then."""
    peer.refusal = code
    with pytest.raises(error):
        await FaceClient(session, peer.url, TOKEN, "client").connect()


async def test_listener_that_fails_does_not_end_the_connection(peer: Peer, session: aiohttp.ClientSession) -> None:
    """The next event is heard."""
    heard = Listener()

    def fail_once(message: EventMessage) -> None:
        heard(message)
        if len(heard.heard) == 1:
            raise RuntimeError("a fault of the listener")

    client = FaceClient(session, peer.url, TOKEN, "client", fail_once)
    await client.connect()
    await client.subscribe()
    for _ in range(2):
        await peer.tell({"kind": "person_removed", "person_id": "alice-id"})
    await heard.hear(2)
    assert (await client.stats()).workers == 2
    await client.close()
