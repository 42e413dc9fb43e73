#!/usr/bin/env python3
"""Attacks a server and says what its home feels of it; prints one JSON object an attack.

    "$(scripts/environments.py harness)" scripts/attack.py BINARY [ATTACK…] [--seconds N] [--turns N]

BINARY is a built `face-server`, ATTACK one of the names in `ATTACKS` (all of them where none is named). Each attack is
of the kind that would keep others out by holding what all share. In turns of `--seconds`, a camera pushes pictures
while nothing else happens, and while the attack runs; and during the attack somebody new logs in each second. What is
printed: the 95th percentile of a picture's way from sending to answer, quiet and attacked, their ratio, and the longest
login. It ends with 1 where a ratio is above 2, a login took longer than 2 seconds, or a picture failed.

The attacker is a process of its own that yields to the server, since another machine would not take its processor. It
comes from the same address as the camera, which is the harder case: bounds for each address do not tell them apart.
"""

from __future__ import annotations

import argparse
import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
import itertools
import json
import os
from pathlib import Path
import random
import resource
import sys
import tempfile
import time

import aiohttp
from measure import ROOT, SIZES, House, different_pictures, pictures_under, say

from custom_components.face.client import FaceClient, FaceError
from custom_components.face.client.errors import SupersededError

CAMERA_PUSHES_EVERY_S = 0.25
NEWCOMER_EVERY_S = 1.0
MOST_TIMES_QUIET = 2.0
MOST_LOGIN_S = 2.0
# An attacker who is thrown out comes back this soon.
BACK_AFTER_S = 0.05
FILES = 8_192
UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def framed(message: dict[str, object]) -> bytes:
    """Make a text frame of a short message, masked with zeros."""
    text = json.dumps(message).encode()
    return b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text


@dataclass
class Target:
    """What the attacker knows: where the server is, and tokens of its own of every role but `admin`."""

    port: int
    tokens: dict[str, str]
    pictures: list[bytes] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a connection that may be used in any way."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    @asynccontextmanager
    async def websocket(self, role: str, client: str = "attacker") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Log in with the attacker's token of a role."""
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{self.port}/v1/ws"
            async with session.ws_connect(url, max_msg_size=0, timeout=aiohttp.ClientWSTimeout(ws_close=0.1)) as socket:
                await socket.receive_json()
                await socket.send_json(self.auth(role, client))
                await socket.receive_json()
                yield socket

    @asynccontextmanager
    async def login(self, role: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Log in on a connection that may be used in any way; nobody reads it."""
        async with self.socket() as (reader, writer):
            writer.write(self.request("GET /v1/ws", None, *UPGRADE))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(framed(self.auth(role, "attacker")))
            yield reader, writer

    def auth(self, role: str, client: str) -> dict[str, object]:
        """Write the message that logs in."""
        now = datetime.now(UTC).isoformat()
        return {"type": "auth", "protocol": 1, "token": self.tokens[role], "client_id": client, "now": now}

    def request(self, line: str, role: str | None = None, *more: str) -> bytes:
        """Write the head of a request."""
        token = [f"Authorization: Bearer {self.tokens[role]}"] if role else []
        return "\r\n".join([f"{line} HTTP/1.1", "Host: face", *token, *more, "", ""]).encode()

    def picture(self, size: int = 0) -> bytes:
        """A picture that the server has not seen yet; bytes after the end of a JPEG make it another one, or larger."""
        picture = random.choice(self.pictures)
        return picture + bytes(max(0, size - len(picture))) + next(self.numbers).to_bytes(8)

    def observed(self, camera: str, picture: bytes) -> str:
        """Write down what a camera sees."""
        now = datetime.now(UTC).isoformat()
        request = {"id": next(self.numbers) + 1, "type": "recognize", "purpose": "observe", "camera": camera,
                   "captured_at": now, "sent_at": now, "picture": {"data": b64encode(picture).decode()}}  # fmt: skip
        return json.dumps(request)


async def for_ever(attempt: Callable[[], Awaitable[object]]) -> None:
    """Do it again and again, whatever the server answers."""
    while True:
        with suppress(OSError, aiohttp.ClientError, asyncio.IncompleteReadError, TypeError, ValueError, TimeoutError):
            await attempt()
        await asyncio.sleep(BACK_AFTER_S)


async def many(count: int, attempt: Callable[[], Awaitable[object]]) -> None:
    """Let so many do it side by side."""
    async with asyncio.TaskGroup() as attackers:
        for _ in range(count):
            attackers.create_task(for_ever(attempt))


async def until_closed(reader: asyncio.StreamReader) -> None:
    """Wait until the server hangs up."""
    while await reader.read(65_536):
        pass


async def half_sent_messages(target: Target) -> None:
    """Large messages of a `push` token that stop in the middle, and of a `trigger` token, which may send none."""

    async def half(role: str) -> None:
        async with target.login(role) as (reader, writer):
            # A frame that promises 6 MB and brings 4.
            writer.write(b"\x81\xff" + (6 * 2**20).to_bytes(8) + bytes(4) + b"[" * (4 * 2**20))
            await until_closed(reader)

    await asyncio.gather(many(6, lambda: half("push")), many(6, lambda: half("trigger")))


async def answers_never_read(target: Target) -> None:
    """256 connections without a token that ask for much and read nothing."""
    asked = target.request("GET /v1/schema.json") * 200

    async def ask() -> None:
        async with target.socket() as (_, writer):
            writer.write(asked)
            await asyncio.sleep(60)

    await many(256, ask)


async def forty_cameras(target: Target, size: int = 0) -> None:
    """A `push` client with 40 cameras, each of which sends as fast as it is answered."""

    async def push() -> None:
        async with target.websocket("push") as socket:
            camera = itertools.cycle(range(40))
            waiting = 0
            while True:
                while waiting < 40:
                    await socket.send_str(target.observed(str(next(camera)), target.picture(size)))
                    waiting += 1
                json.loads((await socket.receive()).data)
                waiting -= 1

    await many(1, push)


async def forty_cameras_of_large_pictures(target: Target) -> None:
    """The same with pictures of 4 MB, together more than may wait."""
    await forty_cameras(target, 4 * 2**20)


async def names_without_end(target: Target) -> None:
    """A `push` token that uses up cameras and client ids."""

    async def names() -> None:
        client = f"attacker-{next(target.numbers)}"
        async with target.websocket("push", client) as socket:
            for _ in range(200):
                await socket.send_str(target.observed(f"camera-{next(target.numbers)}", b"x"))
            for _ in range(200):
                await socket.receive(5)

    await many(8, names)


async def slow_bodies(target: Target) -> None:
    """Pictures that arrive byte by byte."""

    async def drip() -> None:
        async with target.socket() as (_, writer):
            writer.write(target.request("POST /recognize", "push", "Content-Length: 1000000"))
            while not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)

    await many(120, drip)


async def slow_heads(target: Target) -> None:
    """Requests whose heads arrive byte by byte."""

    async def drip() -> None:
        async with target.socket() as (_, writer):
            for byte in target.request("GET /metrics"):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)

    await many(250, drip)


async def wrong_tokens(target: Target) -> None:
    """Wrong tokens in a flood; nobody waits for the answer."""

    async def guess() -> None:
        async with target.socket() as (_, writer):
            guessed = f"Authorization: Bearer {random.randbytes(16).hex()}"
            writer.write(target.request("GET /metrics", None, guessed))
            await writer.drain()
            await asyncio.sleep(0.02)

    await many(64, guess)


async def wrong_logins(target: Target) -> None:
    """The same by WebSocket."""
    guessing = Target(target.port, {"read": "wrong"})

    async def guess() -> None:
        async with asyncio.timeout(1), guessing.websocket("read"):
            pass

    await many(32, guess)


async def questions_without_end(target: Target) -> None:
    """A `read` token that asks who is in pictures, as often as it may."""

    async def ask() -> None:
        async with target.websocket("read") as socket:
            waiting = 0
            while True:
                while waiting < 64:
                    data = b64encode(target.picture()).decode()
                    request = {"id": next(target.numbers) + 1, "type": "recognize", "purpose": "ask"}
                    await socket.send_json(request | {"picture": {"data": data}})
                    waiting += 1
                await socket.receive()
                waiting -= 1

    await many(4, ask)


async def lists_never_read(target: Target) -> None:
    """Lists and states asked for by the thousand, and not read."""

    async def ask() -> None:
        async with target.login("read") as (_, writer):
            for number in range(1, 100_000, 2):
                writer.write(framed({"id": number, "type": "people/list"}))
                writer.write(framed({"id": number + 1, "type": "subscribe"}))
                await writer.drain()

    await many(8, ask)


async def pings_without_end(target: Target) -> None:
    """Pings of both kinds."""

    async def ping() -> None:
        async with target.websocket("trigger") as socket:
            while True:
                await socket.ping(bytes(100))
                await socket.send_json({"id": next(target.numbers) + 1, "type": "ping"})
                await socket.receive()

    await many(16, ping)


async def strangers_without_end(target: Target) -> None:
    """WebSockets that never log in, one after the other."""

    async def come() -> None:
        async with target.socket() as (reader, writer):
            writer.write(target.request("GET /v1/ws", None, *UPGRADE))
            await asyncio.wait_for(until_closed(reader), 0.5)

    await many(40, come)


async def clients_without_end(target: Target) -> None:
    """A token that logs in as often as it can, and stays."""

    async def stay() -> None:
        async with target.websocket("trigger") as socket:
            while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass

    await many(100, stay)


async def connections_that_stay(target: Target) -> None:
    """256 connections of a token that ask for little, now and then."""

    async def stay() -> None:
        async with target.socket() as (reader, writer):
            while True:
                writer.write(target.request("GET /metrics", "push"))
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(5)
                if reader.at_eof():
                    return

    await many(256, stay)


async def half_handshakes(target: Target) -> None:
    """The first byte of TLS, and no other."""

    async def begin() -> None:
        async with target.socket() as (reader, writer):
            writer.write(b"\x16")
            await asyncio.wait_for(until_closed(reader), 12)

    await many(250, begin)


async def a_thousand_at_once(target: Target) -> None:
    """1,000 connections, all of them open; each that is closed comes again."""

    async def stand() -> None:
        async with target.socket() as (reader, _):
            await until_closed(reader)

    await many(1_000, stand)


async def ten_thousand_one_after_another(target: Target) -> None:
    """10,000 connections one after another, reset or used once, beside 250 stuck in the middle of a request."""

    async def stick() -> None:
        async with target.socket() as (reader, writer):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost:")
            await until_closed(reader)

    async def come() -> None:
        for number in range(10_000):
            with suppress(OSError):
                async with target.socket() as (reader, writer):
                    if number % 2:
                        writer.write(target.request("GET /healthz", None, "Connection: close"))
                        await until_closed(reader)

    await asyncio.gather(many(250, stick), many(1, come))


ATTACKS = {
    attack.__name__: attack
    for attack in (
        half_sent_messages, answers_never_read, forty_cameras, forty_cameras_of_large_pictures, names_without_end,
        slow_bodies, slow_heads, wrong_tokens, wrong_logins, questions_without_end, lists_never_read, pings_without_end,
        strangers_without_end, clients_without_end, connections_that_stay, half_handshakes, a_thousand_at_once,
        ten_thousand_one_after_another,
    )
}  # fmt: skip


def usual_pictures() -> list[bytes]:
    """Pictures of a usual camera's size."""
    wanted = SIZES.index((640, 360))
    pictures = enumerate(different_pictures(pictures_under(ROOT / "faces"), 100))
    return [picture for number, picture in pictures if number % len(SIZES) == wanted]


async def attack(name: str) -> None:
    """Be the attacker, until the process is ended. What it knows comes by standard input."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    known = json.loads(sys.stdin.readline())
    await ATTACKS[name](Target(known["port"], known["tokens"], usual_pictures()))


@dataclass
class Felt:
    """What a camera and those who log in felt."""

    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    superseded: int = 0
    logins: list[float] = field(default_factory=list)

    def p95_ms(self) -> float:
        """The 95th percentile of a picture's way."""
        waits = sorted(self.waits)
        return waits[len(waits) * 95 // 100] * 1e3 if waits else float("inf")


async def camera(client: FaceClient, pictures: list[bytes], felt: Felt, seconds: float) -> None:
    """Push at a fixed pace."""

    async def push(picture: bytes) -> None:
        begun = time.perf_counter()
        try:
            await client.observe("door", picture, datetime.now(UTC))
            felt.waits.append(time.perf_counter() - begun)
        except SupersededError:
            felt.superseded += 1
        except FaceError as error:
            felt.failed.append(f"{type(error).__name__}: {error}")

    end = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as pushed:
        while time.perf_counter() < end:
            picture = random.choice(pictures) + random.randbytes(8)
            pushed.create_task(push(picture))
            await asyncio.sleep(CAMERA_PUSHES_EVERY_S)


async def newcomers(house: House, token: str, felt: Felt, seconds: float) -> None:
    """Somebody new logs in each second; who is refused tries again."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        while True:
            with suppress(FaceError):
                async with house.client(token, "newcomer") as client:
                    await client.request("ping")
                    break
            await asyncio.sleep(0.05)
            if time.perf_counter() > begun + 30:
                break
        felt.logins.append(time.perf_counter() - begun)
        await asyncio.sleep(NEWCOMER_EVERY_S)


@asynccontextmanager
async def under_attack(house: House, name: str, tokens: dict[str, str]) -> AsyncIterator[None]:
    """Let the attack run for as long as the block lasts."""
    attacker = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--attacker", str(house.binary), name, stdin=asyncio.subprocess.PIPE
    )
    attacker.stdin.write(json.dumps({"port": house.port, "tokens": tokens}).encode() + b"\n")
    await attacker.stdin.drain()
    # It draws its pictures, and comes in.
    await asyncio.sleep(4)
    try:
        if attacker.returncode is not None:
            raise SystemExit(f"the attacker of {name} ended")
        yield
    finally:
        with suppress(ProcessLookupError):
            attacker.kill()
        await attacker.wait()


async def measured(binary: Path, name: str, seconds: float, turns: int) -> bool:
    """One attack on a server of its own; whether its home felt as little as it should."""
    pictures = usual_pictures()
    with tempfile.TemporaryDirectory(prefix="face-attack-") as folder:
        house = House(binary, Path(folder))
        try:
            await house.start()
            tokens = {role: await house.token(f"attacker {role}", role) for role in ("trigger", "push", "read")}
            own = await house.token("camera", "push")
            quiet, attacked = Felt(), Felt()
            async with house.client(own, "home") as client:
                await camera(client, pictures, Felt(), 3)
                for _ in range(turns):
                    await asyncio.gather(
                        camera(client, pictures, quiet, seconds), newcomers(house, own, quiet, seconds)
                    )
                    async with under_attack(house, name, tokens):
                        await asyncio.gather(
                            camera(client, pictures, attacked, seconds), newcomers(house, own, attacked, seconds)
                        )
                    await asyncio.sleep(1)
            ratio, login = attacked.p95_ms() / quiet.p95_ms(), max(attacked.logins)
            holds = ratio <= MOST_TIMES_QUIET and login <= MOST_LOGIN_S and not attacked.failed
            say(attack=name, holds=holds, quiet_p95_ms=round(quiet.p95_ms(), 1),
                attacked_p95_ms=round(attacked.p95_ms(), 1), ratio=round(ratio, 2),
                quiet_login_s=round(max(quiet.logins), 3), login_s=round(login, 3), logins=len(attacked.logins),
                pictures=len(attacked.waits), superseded=attacked.superseded, failed=len(attacked.failed),
                why=attacked.failed[:1], **house.memory_mb())  # fmt: skip
            return holds
        finally:
            await house.stop()


async def main() -> None:
    """Run the attacks, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=", ".join(ATTACKS))
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--attacker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.attacks) - set(ATTACKS):
        parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    if given.attacker:
        await attack(given.attacks[0])
    held = [
        await measured(given.binary.resolve(), name, given.seconds, given.turns) for name in given.attacks or ATTACKS
    ]
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    asyncio.run(main())
