"""Mixed traffic on one server: what a home's clients do, and what some should not, at a share of what it can do.

`Traffic` runs it and writes down what happened; what of it is right is for the test to say.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
import itertools
import random
import statistics
import time

import aiohttp
from PIL import Image, ImageEnhance

from custom_components.face.client import FaceClient, FaceError
from custom_components.face.client.errors import RequestFailedError, SupersededError
from custom_components.face.client.wire import Enrolled, KnownIdentity, Override, Recognition

from .cameras import ROOT, scene
from .face_server import START_SECONDS, FaceServer

BROKEN = sorted((ROOT / "tests" / "pictures" / "broken").iterdir())
PORTRAITS = {
    "Barack Obama": ROOT / "faces" / "Barack Obama" / "2012-12-06 portrait.jpg",
    "Eileen Collins": ROOT / "faces" / "Eileen Collins" / "portrait.png",
    "Grace Hopper": ROOT / "faces" / "Grace Hopper" / "portrait.jpg",
}
CAMERAS = 8
SCENES = 8
# How busy the cameras keep the server; what else happens takes the rest of the share.
CAMERAS_SHARE = 0.75
ENROLS_EVERY_S = 5.0
ASKS_EVERY_S = 3.0
BROKEN_EVERY_S = 2.0
COMES_EVERY_S = 1.0
SAMPLED_EVERY_S = 1.0
# What the server may say of a picture that is none.
NO_PICTURE = {"unreadable_image", "too_large", "invalid_request"}


@dataclass
class Written:
    """What happened, with the seconds since the beginning."""

    began: float = field(default_factory=time.monotonic)
    pictures: list[tuple[float, float]] = field(default_factory=list)
    """When each picture was answered, and how long that took."""
    memory_mb: list[tuple[float, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    photos: dict[str, str] = field(default_factory=dict)
    """Every photo whose keeping was acknowledged, with its person's name as it was acknowledged last."""
    gone: set[str] = field(default_factory=set)
    """People whose deletion was acknowledged."""

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def fault(self, what: str) -> None:
        """Something that must not happen."""
        self.faults.append(f"{self.now():.1f} s: {what}")

    def between(self, series: Iterable[tuple[float, float]], begin: float, end: float) -> list[float]:
        """Take a part of a series."""
        return [value for at, value in series if begin <= at < end]

    def latency_ms(self, begin: float, end: float) -> tuple[float, float]:
        """Median and 95th percentile of the pictures answered in this time."""
        waits = sorted(self.between(self.pictures, begin, end))
        return statistics.median(waits) * 1e3, waits[len(waits) * 95 // 100] * 1e3


def portrait(name: str, number: int) -> bytes:
    """Make a photo of somebody, a little brighter or darker, and no two of a long run the same."""
    with Image.open(PORTRAITS[name]) as opened:
        brightness = 0.85 + 0.003 * (number % 100)
        contrast = 1 + 0.01 * (number // 100)
        shown = ImageEnhance.Brightness(opened.convert("RGB")).enhance(brightness)
    shown = ImageEnhance.Contrast(shown.resize((400, 400 * shown.height // shown.width))).enhance(contrast)
    encoded = BytesIO()
    shown.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


class Traffic:
    """Everybody who talks to the server."""

    def __init__(self, server: FaceServer) -> None:
        """Draw what the cameras see; nobody talks yet."""
        self.server = server
        self.written = Written()
        self.disk_is_full = False
        self._tokens: dict[str, str] = {}
        self._numbers = itertools.count()
        self._guests = itertools.count()
        self._chance = random.Random(1)  # noqa: S311 (nothing is to be kept secret)
        self._scenes = [
            [scene(portrait, number + camera) for number in range(SCENES)]
            for camera, portrait in zip(range(CAMERAS), itertools.cycle(PORTRAITS.values()), strict=False)
        ]
        self._every_s = 0.0

    async def make_tokens(self) -> None:
        """Two that push, one that reads."""
        for name, role in (("front", "push"), ("back", "push"), ("screen", "read")):
            self._tokens[name] = (await self.server.token_command("add", name, "--role", role)).strip()

    @asynccontextmanager
    async def client(self, name: str, of: str | None = None) -> AsyncIterator[FaceClient]:
        """Log in with one of the tokens, or as the administrator."""
        token = self._tokens.get(name, self.server.token)
        async with aiohttp.ClientSession() as session:
            client = FaceClient(session, self.server.url, token, of or name)
            await client.connect()
            try:
                yield client
            finally:
                await client.close()

    async def learned(self) -> None:
        """Wait until every photo is learned."""
        async with self.client("admin") as client:

            async def nothing_is_left() -> bool:
                return not (await client.request("stats"))["photos_to_learn"]

            assert await until(nothing_is_left, START_SECONDS)

    async def measure_capacity(self, seconds: float) -> float:
        """Let every camera send as fast as it is answered; pictures a second."""
        end, done = time.monotonic() + seconds, 0

        async def push(client: FaceClient, camera: int) -> None:
            nonlocal done
            while time.monotonic() < end:
                with suppress(SupersededError):
                    await client.observe(f"measured-{camera}", self._picture(camera), datetime.now(UTC))
                    done += 1

        async with self.client("front") as client:
            await asyncio.gather(*(push(client, camera) for camera in range(CAMERAS)))
        rate = done / seconds
        self._every_s = CAMERAS / (CAMERAS_SHARE * rate)
        return rate

    def _picture(self, camera: int) -> bytes:
        number = next(self._numbers)
        # Bytes after the end of a JPEG make it another picture.
        return self._scenes[camera][number % SCENES] + number.to_bytes(8)

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Let everybody talk for as long as the block lasts."""
        everybody = {
            **{f"cameras {name}": self._cameras(name, cameras) for name, cameras in self._divided().items()},
            "enrolling": self._enrols(),
            "asking": self._asks(),
            "broken pictures": self._sends_broken_pictures(),
            "coming and going": self._comes_and_goes(),
            "reading nothing": self._reads_nothing(),
            "memory": self._samples_memory(),
        }
        tasks = [asyncio.create_task(one, name=name) for name, one in everybody.items()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task, outcome in zip(tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
                if isinstance(outcome, Exception):
                    self.written.fault(f"{task.get_name()} gave up: {outcome!r}")

    @staticmethod
    def _divided() -> dict[str, list[int]]:
        return {"front": [0, 1, 2], "back": [3, 4, 5], "admin": [6, 7]}

    async def _cameras(self, name: str, cameras: list[int]) -> None:
        async with self.client(name) as client, asyncio.TaskGroup() as all_cameras:
            for camera in cameras:
                all_cameras.create_task(self._camera(client, camera))

    async def _camera(self, client: FaceClient, camera: int) -> None:
        """Push at a fixed pace, whether the last picture is answered or not."""
        await asyncio.sleep(self._every_s * camera / CAMERAS)
        async with asyncio.TaskGroup() as pushed:
            while True:
                pushed.create_task(self._push(client, camera))
                # Never quite in step with the others, as real ones.
                await asyncio.sleep(self._every_s * self._chance.uniform(0.8, 1.2))

    async def _push(self, client: FaceClient, camera: int) -> None:
        begun = time.monotonic()
        try:
            seen = await client.observe(f"camera-{camera}", self._picture(camera), datetime.now(UTC))
        except SupersededError:
            self.written.counted["superseded"] += 1
            return
        except FaceError as error:
            self.written.fault(f"a camera's picture: {error!r}")
            return
        self.written.counted["pictures"] += 1
        self.written.pictures.append((self.written.now(), time.monotonic() - begun))
        self._check_names(seen, list(PORTRAITS)[camera % len(PORTRAITS)])

    def _check_names(self, seen: Recognition, name: str) -> None:
        if not seen.faces:
            self.written.counted["without a face"] += 1
        for face in seen.faces:
            if isinstance(face.identity, KnownIdentity) and not self._is_like(face.identity.person.name, name):
                self.written.fault(f"{name} was called {face.identity.person.name}")

    @staticmethod
    def _is_like(given: str, name: str) -> bool:
        """Whether that is the person, or one of the guests that look like them."""
        return given == name or given.startswith(f"Like {name}")

    async def _enrols(self) -> None:
        """Teach guests; every third is renamed, every fourth deleted again."""
        async with self.client("admin", "desk") as client:
            for number in self._guests:
                like = list(PORTRAITS)[number % len(PORTRAITS)]
                name = f"Like {like} {number}"
                try:
                    done = await client.enroll(name, portrait(like, number), allow=tuple(Override))
                    await self._change(client, done, name, number)
                except RequestFailedError as error:
                    if error.code == "storage_failed" and self.disk_is_full:
                        self.written.counted["refused for want of room"] += 1
                    else:
                        self.written.fault(f"a photo: {error!r}")
                await asyncio.sleep(ENROLS_EVERY_S)

    async def _change(self, client: FaceClient, done: Enrolled, name: str, number: int) -> None:
        self.written.counted["photos"] += 1
        # What was asked for and is not acknowledged may be done or not.
        if number % 4 == 3:
            await client.delete_person(done.person.id)
            self.written.gone.add(name)
        elif number % 3 == 2:
            renamed = await client.rename_person(done.person.id, f"{name} renamed")
            self.written.photos[done.photo_id] = renamed.name
        else:
            self.written.photos[done.photo_id] = name

    async def _asks(self) -> None:
        """Ask who is in a picture."""
        async with self.client("screen") as client:
            for number in itertools.count():
                name = list(PORTRAITS)[number % len(PORTRAITS)]
                try:
                    self._check_names(await client.ask(portrait(name, number)), name)
                    self.written.counted["asked"] += 1
                except FaceError as error:
                    self.written.fault(f"a question: {error!r}")
                await asyncio.sleep(ASKS_EVERY_S)

    async def _sends_broken_pictures(self) -> None:
        """Send what is no picture, as a question and as what a camera sees."""
        async with self.client("back", "broken") as client:
            for number in itertools.count():
                chosen = BROKEN[number % len(BROKEN)].read_bytes() if number % 2 else self._chance.randbytes(30_000)
                try:
                    if number % 3:
                        await client.ask(chosen)
                    else:
                        await client.observe("broken", chosen, datetime.now(UTC))
                    self.written.counted["odd pictures taken"] += 1
                except RequestFailedError as error:
                    self.written.counted[f"broken: {error.code}"] += 1
                    if error.code not in NO_PICTURE:
                        self.written.fault(f"a broken picture: {error!r}")
                await asyncio.sleep(BROKEN_EVERY_S)

    async def _comes_and_goes(self) -> None:
        """Log in and leave, in peace or in the middle of a word."""
        for number in itertools.count():
            try:
                if number % 3:
                    async with self.client("screen", f"guest-{number % 5}") as client:
                        await client.request("people/list")
                        if number % 2:
                            await client.subscribe()
                else:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
                    writer.write(b"GET /v1/ws HTTP/1.1\r\nHost: face\r\nConnection: Upgr")
                    await asyncio.sleep(0.05)
                    writer.transport.abort()
                self.written.counted["came"] += 1
            except FaceError as error:
                self.written.fault(f"a client that comes: {error!r}")
            await asyncio.sleep(COMES_EVERY_S)

    async def _reads_nothing(self) -> None:
        """Subscribe, ask for everything again and again, and read nothing of it."""
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        head = f"GET /v1/ws HTTP/1.1\r\nHost: face\r\n{upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        now = datetime.now(UTC).isoformat()
        token = self._tokens["screen"]
        login = f'{{"type":"auth","protocol":1,"token":"{token}","client_id":"asleep","now":"{now}"}}'

        def framed(text: str) -> bytes:
            # Masked with zeros, which change nothing.
            return b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text.encode()

        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            try:
                writer.write(head.encode())
                await reader.readuntil(b"\r\n\r\n")
                writer.write(framed(login) + framed('{"id":1,"type":"subscribe"}'))
                for number in itertools.count(2):
                    writer.write(framed(f'{{"id":{number},"type":"people/list"}}'))
                    await writer.drain()
                    await asyncio.sleep(0.02)
            except OSError:
                self.written.counted["slow readers thrown out"] += 1
            finally:
                writer.transport.abort()

    async def _samples_memory(self) -> None:
        while True:
            self.written.memory_mb.append((self.written.now(), self.server.memory_mb()))
            await asyncio.sleep(SAMPLED_EVERY_S)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Wait for something; whether it came in time."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.2)
    return True
