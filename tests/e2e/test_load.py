"""Half an hour of a home's traffic in short: nothing good fails, nothing acknowledged is lost, nothing grows.

`LOAD_MINUTES` says how long it takes (1; 3 with `scripts/test --long`; 30 are the real thing, on a machine that does
nothing else). Times below are thirtieths of it. In the fifth the server is stopped and its database damaged, twice; for
three of them the disk is full.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
import json
import os
from pathlib import Path
import sqlite3
import statistics

import aiohttp
import pytest

from .face_server import FaceServer
from .load import Traffic, until
from .small_disk import filled, small_disk

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTES = float(os.environ.get("LOAD_MINUTES", "3" if os.environ.get("FACE_TEST_LONG") else "1"))
PART_S = MINUTES * 60 / 30
MOST_GROWTH_MB = 10
MOST_SLOWER = 1.25
# In less time the memory has not settled, and chance decides about latencies.
SETTLED_FROM_MINUTES = 3
# Tokio's threads for blocking work end after ten idle seconds.
QUIET_WITHIN_S = 30
# Everybody has left but who asks.
USED_AT_REST = {"connections": 1}
BOUNDED_BY_CONNECTIONS = (
    "connections", "connections_not_logged_in", "clients", "large_messages", "uploads", "waiting_bytes",
    "waiting_questions",
)  # fmt: skip
BROKEN_ROWS = (
    "INSERT OR REPLACE INTO document VALUES ('setting', 'home', '{')",
    "INSERT INTO document VALUES ('presence', 'a', x'ff')",
    "INSERT INTO unknown VALUES ('u', 'noon', 1, 1, 0, 'c')",
    "INSERT INTO proposal VALUES ('p', 'a', 'many', 'noon', 'c', '{', 'm', x'ff', 'text', NULL)",
    "UPDATE sqlite_sequence SET seq = 'many'",
)


async def used(server: FaceServer) -> dict[str, float]:
    """Read from the metrics how much is in use of what connections hold."""
    login = {"Authorization": f"Bearer {server.token}"}
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/metrics", headers=login) as answer:
        lines = (await answer.text()).splitlines()
    rows = (line.removeprefix('face_limit_used{of="').split('"} ') for line in lines if "face_limit_used{" in line)
    return {of: float(value) for of, value in rows if of in BOUNDED_BY_CONNECTIONS and float(value)}


async def kept(traffic: Traffic) -> dict[str, str]:
    """Give every photo that the server knows, with its person's name."""
    found: dict[str, str] = {}
    async with traffic.client("admin") as client:
        for person in await client.people():
            listed = await client.request("photos/list", person_id=person.id, limit=500)
            found |= {photo["photo_id"]: person.name for photo in listed["items"] if photo["usable"]}
    return found


async def nothing_is_lost(traffic: Traffic) -> None:
    """Every photo that was acknowledged is there, under the name that was acknowledged; who was deleted is not."""
    found, written = await kept(traffic), traffic.written
    lost = {name for photo, name in written.photos.items() if found.get(photo) != name}
    if lost:
        written.fault(f"lost: {sorted(lost)}")
    if back := written.gone & set(found.values()):
        written.fault(f"deleted, and there: {sorted(back)}")


async def damage(server: FaceServer, traffic: Traffic) -> None:
    """Break rows of the stopped server's database, then all of it; do what the server says."""
    file = server.folder / "data" / "face.sqlite3"
    with closing(sqlite3.connect(file)) as connection, connection:
        for row in BROKEN_ROWS:
            connection.execute(row)
    await server.start()
    await traffic.learned()
    await nothing_is_lost(traffic)
    await server.stop()
    whole = file.read_bytes()
    file.write_bytes(os.urandom(4096) + whole[4096:])
    damaged = file.read_bytes()
    words = await server.refuses_to_start()
    assert str(file) in words, words
    assert "move it away" in words, words
    assert file.read_bytes() == damaged, "it was left alone"
    file.rename(file.with_suffix(".damaged"))
    await server.start()


async def test_traffic(tmp_path: Path) -> None:
    """Cameras, enrolments, broken pictures, clients that come and go, one that reads nothing: at 80 % of capacity."""
    place = tmp_path / "disk"
    with small_disk(place):
        server = FaceServer(place, yields=False)
        traffic = Traffic(server)
        await server.start()
        try:
            await lived_through(server, traffic, place)
        finally:
            await server.stop()
    assert not traffic.written.faults, "\n" + "\n".join(traffic.written.faults)


async def lived_through(server: FaceServer, traffic: Traffic, place: Path) -> None:
    """Let it all happen, and judge it."""
    await traffic.make_tokens()
    await traffic.learned()
    rate = await traffic.measure_capacity(max(5, PART_S / 6))
    written = traffic.written
    begun = written.now()
    async with traffic.flowing():
        await asyncio.sleep(6 * PART_S)
    await server.stop()
    await damage(server, traffic)
    await traffic.make_tokens()
    await traffic.learned()
    await nothing_is_lost(traffic)

    files, threads = server.open_files(), server.threads()
    second = written.now()
    async with traffic.flowing():
        await asyncio.sleep(6 * PART_S)
        traffic.disk_is_full = True
        async with filled(place):
            await asyncio.sleep(3 * PART_S)
        await asyncio.sleep(1)
        traffic.disk_is_full = False
        await asyncio.sleep(15 * PART_S)
        ended = written.now()
        load = await busy(traffic)

    async def at_rest() -> bool:
        return server.open_files() <= files and server.threads() <= threads and await used(server) == USED_AT_REST

    if not await until(at_rest, QUIET_WITHIN_S):
        left = f"files {files} -> {server.open_files()}, threads {threads} -> {server.threads()}"
        written.fault(f"left behind: {left}, {await used(server)}")
    memory = [
        statistics.median(written.between(written.memory_mb, begin, begin + 3 * PART_S))
        for begin in (second + 3 * PART_S, ended - 3 * PART_S)
    ]
    if MINUTES >= SETTLED_FROM_MINUTES and memory[1] - memory[0] >= MOST_GROWTH_MB:
        written.fault(f"memory grew: {memory[0]:.1f} -> {memory[1]:.1f} MB")
    first, last = written.latency_ms(begun, begun + 5 * PART_S), written.latency_ms(ended - 5 * PART_S, ended)
    if MINUTES >= SETTLED_FROM_MINUTES and last[0] > first[0] * MOST_SLOWER:
        written.fault(f"it became slower: {first[0]:.0f} -> {last[0]:.0f} ms")
    # What was acknowledged survives what nobody could be warned of, too.
    await server.kill()
    await server.start()
    await traffic.learned()
    await nothing_is_lost(traffic)
    measured = {
        "minutes": MINUTES,
        "capacity_per_s": round(rate, 1),
        "load": round(load, 2),
        "latency_first_ms": [round(ms, 1) for ms in first],
        "latency_last_ms": [round(ms, 1) for ms in last],
        "memory_mb": [round(mb, 1) for mb in memory],
        "files": [files, server.open_files()],
        "counted": dict(written.counted),
        "faults": written.faults,
    }
    print(json.dumps(measured), flush=True)  # noqa: T201


async def busy(traffic: Traffic) -> float:
    """Ask how busy the workers were in the last minute."""
    async with traffic.client("admin", "judge") as client:
        return float((await client.request("stats"))["load"])
