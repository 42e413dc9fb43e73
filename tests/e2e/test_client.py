"""`FaceClient` and its types against the real server, no Home Assistant running: one story, in this order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from custom_components.face.client import FaceClient
from custom_components.face.client.errors import CannotConnectError, InvalidTokenError, RequestFailedError
from custom_components.face.client.wire import (
    ArrivedEvent,
    CameraChange,
    EventMessage,
    Grade,
    KnownIdentity,
    Override,
    PersonChangedEvent,
    Recognition,
    Role,
    SightingEvent,
    Since,
    UnknownIdentity,
    UnknownSeenEvent,
)

from .cameras import ROOT, scene
from .face_server import FaceServer
from .observer import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PICTURES = ROOT / "tests" / "pictures"
OBAMA = PICTURES / "barack_obama_2010.jpg"
BIDEN = PICTURES / "joe_biden_2010.jpg"
COLLINS = ROOT / "faces" / "Eileen Collins" / "portrait.png"
MOST_PICTURES = 20


@dataclass
class Line:
    """A client, its server, and what it heard."""

    server: FaceServer
    session: aiohttp.ClientSession
    heard: list[EventMessage] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    client: FaceClient = field(init=False)

    def dial(self, token: str | None = None) -> FaceClient:
        """Make a client, not connected yet."""
        return FaceClient(self.session, self.server.url, token or self.server.token, "e2e", self._hear)

    def _hear(self, message: EventMessage) -> None:
        self.heard.append(message)
        self._changed.set()

    async def hears(self, wanted: Callable[[EventMessage], bool]) -> EventMessage:
        """Wait for an event."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := [message for message in self.heard if wanted(message)]):
                self._changed.clear()
                await self._changed.wait()
        return found[0]

    async def visit(self, camera: str, portrait: Path, done: Callable[[Recognition], bool]) -> Recognition:
        """Show different pictures of somebody until the answer is the wanted one."""
        for number in range(MOST_PICTURES):
            picture = await asyncio.to_thread(scene, portrait, number)
            answer = await self.client.observe(camera, picture, datetime.now(UTC))
            if done(answer):
                return answer
        message = f"not after {MOST_PICTURES} pictures: {answer}"
        raise AssertionError(message)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def line(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    """Give a line to a fresh server."""
    server = FaceServer(tmp_path_factory.mktemp("alone"))
    await server.start()
    async with aiohttp.ClientSession() as session:
        line = Line(server, session)
        line.client = line.dial()
        try:
            yield line
        finally:
            await line.client.close()
            await server.stop()


def confirmed(answer: Recognition) -> bool:
    """Whether somebody in it is confirmed."""
    return any(
        isinstance(face.identity, KnownIdentity) and face.identity.grade is Grade.CONFIRMED for face in answer.faces
    )


def unknown_id(answer: Recognition) -> str | None:
    """Give the id of the first unknown person in it."""
    return next((face.identity.unknown_id for face in answer.faces if isinstance(face.identity, UnknownIdentity)), None)


def unknown_id_is_there(answer: Recognition) -> bool:
    """Whether an unknown person got an identity."""
    return unknown_id(answer) is not None


async def test_wrong_token_is_refused_and_the_right_one_tells_its_role(line: Line) -> None:
    """And who the server is."""
    with pytest.raises(InvalidTokenError):
        await line.dial("wrong").connect()
    pushing = line.dial((await line.server.token_command("add", "camera", "--role", "push")).strip())
    await pushing.connect()
    assert pushing.role is Role.PUSH
    with pytest.raises(RequestFailedError) as refusal:
        await pushing.change_settings(presence_timeout_s=60)
    assert refusal.value.code == "forbidden"
    await pushing.close()
    hello = await line.client.connect()
    assert line.client.role is Role.ADMIN
    assert hello.server.id == await line.server.id()
    assert hello.protocol.min <= 1 <= hello.protocol.max
    assert hello.limits.max_image_bytes > 0
    assert hello.model.name


async def test_state_settings_cameras_and_load_are_read(line: Line) -> None:
    """Each into its type; and a ping is answered."""
    subscribed = await line.client.subscribe()
    assert subscribed.state is not None
    names = {"Barack Obama", "Eileen Collins", "Grace Hopper"}
    assert {who.name for who in subscribed.state.people} == names
    assert {who.name for who in await line.client.people()} == names
    settings = await line.client.settings()
    changed = await line.client.change_settings(presence_timeout_s=settings.presence_timeout_s + 60)
    assert changed.presence_timeout_s == settings.presence_timeout_s + 60
    assert await line.client.settings() == changed
    settings_of_door = CameraChange(camera="door", name="Door", area="Porch", counts_as_home=True, min_face_px=30)
    (door,) = await line.client.configure_cameras([settings_of_door])
    assert (door.camera, door.name, door.area, door.counts_as_home) == ("e2e/door", "Door", "Porch", True)
    stats = await line.client.stats()
    # The photos are learned in the background.
    assert (stats.people, stats.clients) == (3, 1)
    await line.client.request("ping")


async def test_asking_tells_who_is_there_and_changes_nothing(line: Line) -> None:
    """With the annotated picture."""
    answer = await line.client.ask((PICTURES / "four_people.jpg").read_bytes(), annotate=True)
    assert len(answer.faces) == 4
    assert any(isinstance(face.identity, KnownIdentity) for face in answer.faces)
    assert answer.annotated is not None
    assert (await line.client.picture(answer.annotated)).startswith(b"\xff\xd8\xff")
    assert await line.client.sightings() == []
    assert not any(who.presence.present for who in await line.client.people())


async def test_somebody_is_confirmed_told_and_taken_back(line: Line) -> None:
    """By events, the list of sightings, and their pictures."""
    await line.visit("door", OBAMA, confirmed)
    told = await line.hears(lambda one: isinstance(one.event, SightingEvent) and one.event.grade is Grade.CONFIRMED)
    arrived = await line.hears(lambda one: isinstance(one.event, ArrivedEvent))
    assert isinstance(told.event, SightingEvent)
    assert isinstance(arrived.event, ArrivedEvent)
    assert (arrived.event.person.name, arrived.event.home) == ("Barack Obama", True)
    sighting = next(one for one in await line.client.sightings() if one.sighting_id == told.event.sighting_id)
    assert (sighting.person.name, sighting.camera, sighting.grade) == ("Barack Obama", "e2e/door", Grade.CONFIRMED)
    assert (await line.client.picture(sighting.picture)).startswith(b"\xff\xd8\xff")
    assert (await line.client.correct_sighting(sighting.sighting_id)).corrected


async def test_stranger_is_told_and_named(line: Line) -> None:
    """Afterwards they are known."""
    # The stranger is told when a second picture agrees.
    answer = await line.visit(
        "garden", BIDEN, lambda _: any(isinstance(one.event, UnknownSeenEvent) for one in line.heard)
    )
    stranger = unknown_id(answer)
    told = await line.hears(lambda one: isinstance(one.event, UnknownSeenEvent))
    assert isinstance(told.event, UnknownSeenEvent)
    assert told.event.unknown.unknown_id == stranger
    (listed,) = await line.client.unknowns()
    assert (listed.unknown_id, listed.camera, listed.ignored) == (stranger, "e2e/garden", False)
    assert (await line.client.picture(listed.picture)).startswith(b"\xff\xd8\xff")
    named = await line.client.assign_unknown(listed.unknown_id, "Joe Biden")
    assert named.name == "Joe Biden"
    await line.hears(lambda one: isinstance(one.event, PersonChangedEvent) and one.event.person.name == "Joe Biden")
    await line.visit("garden", BIDEN, confirmed)


async def test_person_is_renamed_deleted_taught_again_and_refused(line: Line) -> None:
    """A forgotten person is a stranger, who can be ignored; teaching tells quality, or why not."""
    collins = next(who for who in await line.client.people() if who.name == "Eileen Collins")
    assert (await line.client.rename_person(collins.id, "Eileen")).name == "Eileen"
    await line.client.delete_person(collins.id)
    assert "Eileen" not in {who.name for who in await line.client.people()}
    stranger = unknown_id(await line.visit("garden", COLLINS, unknown_id_is_there))
    assert stranger is not None
    assert (await line.client.ignore_unknown(stranger)).ignored
    enrolled = await line.client.enroll("Eileen Collins", scene(COLLINS, 0))
    assert (enrolled.person.name, enrolled.photos) == ("Eileen Collins", 1)
    assert 0 < enrolled.face.quality.overall <= 1
    photos = (await line.client.request("photos/list", person_id=enrolled.person.id))["items"]
    assert [photo["photo_id"] for photo in photos] == [enrolled.photo_id]
    with pytest.raises(RequestFailedError) as refusal:
        await line.client.enroll("Two", (PICTURES / "two_people.jpg").read_bytes())
    assert refusal.value.code == "multiple_faces"
    with pytest.raises(RequestFailedError) as refusal:
        await line.client.enroll("Nobody", (PICTURES / "nobody.jpg").read_bytes())
    assert refusal.value.code == "no_face"


async def test_lost_connection_goes_on_where_it_broke_off(line: Line) -> None:
    """The events of meanwhile are told again, marked; nothing else is."""
    at = Since(run=line.heard[-1].run, seq=line.heard[-1].seq)
    await line.client.close()
    line.heard.clear()
    line.client = line.dial()
    await line.client.connect()
    await line.client.enroll("Grace", scene(ROOT / "faces" / "Grace Hopper" / "portrait.jpg", 0), allow=Override)
    subscribed = await line.client.subscribe(at)
    assert (subscribed.gap, subscribed.run) == (False, at.run)
    told = await line.hears(lambda one: isinstance(one.event, PersonChangedEvent) and one.event.person.name == "Grace")
    assert told.replayed
    assert told.seq > at.seq


async def test_killed_server_ends_the_connection_and_its_next_run_tells_everything(line: Line) -> None:
    """What was acknowledged before the kill is still known."""
    at = Since(run=line.heard[-1].run, seq=line.heard[-1].seq)
    people = {who.name for who in await line.client.people()}
    await line.server.kill()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await line.client.wait_closed()
    with pytest.raises(CannotConnectError):
        await line.dial().connect()
    await line.server.start()
    line.client = line.dial()
    await line.client.connect()
    subscribed = await line.client.subscribe(at)
    assert subscribed.gap
    assert subscribed.run != at.run
    assert subscribed.state is not None
    assert {who.name for who in subscribed.state.people} == people
