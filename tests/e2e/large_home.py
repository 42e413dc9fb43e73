"""A home that has grown for years: people, photos, sightings and unknown people, written where a server keeps them.

Everybody looks like themselves and like nobody else, in directions drawn by a seeded chance; all pictures show one
face.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from hashlib import sha256
from io import BytesIO
import json
from math import hypot
import random
import sqlite3
import struct
import time

import aiohttp
from PIL import Image

from custom_components.face.client import FaceClient

from .cameras import ROOT
from .face_server import START_SECONDS, FaceServer
from .load import until

PEOPLE, PHOTOS_EACH, SIGHTINGS, UNKNOWNS = 200, 25, 50_000, 100
FACES_OF_AN_UNKNOWN = 3
# Somebody's photos have a cosine of about 0.7 with each other.
THEIRS, OTHER = 0.84, 0.54
# Within the days that sightings are kept.
SINCE_S = 6 * 24 * 60 * 60
PORTRAIT = ROOT / "faces" / "Grace Hopper" / "portrait.jpg"

Direction = list[float]


def unit(values: Direction) -> Direction:
    """Scale to a length of 1."""
    length = hypot(*values)
    return [value / length for value in values]


def any_direction(chance: random.Random, length: int) -> Direction:
    """Draw one."""
    return unit([chance.gauss(0, 1) for _ in range(length)])


def like(person: Direction, chance: random.Random) -> Direction:
    """Draw what one picture of somebody looks like."""
    other = any_direction(chance, len(person))
    return unit([THEIRS * a + OTHER * b for a, b in zip(person, other, strict=True)])


def blob(direction: Direction) -> bytes:
    """Write it as the database has it."""
    return struct.pack(f"<{len(direction)}f", *direction)


def portrait(side: int, quality: int) -> bytes:
    """Make a small picture of a face."""
    with Image.open(PORTRAIT) as opened:
        shown = opened.convert("RGB").resize((side, side))
    encoded = BytesIO()
    shown.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


@asynccontextmanager
async def client_of(server: FaceServer) -> AsyncIterator[FaceClient]:
    """Log in as the administrator."""
    async with aiohttp.ClientSession() as session:
        client = FaceClient(session, server.url, server.token, "large-home")
        await client.connect()
        try:
            yield client
        finally:
            await client.close()


async def learned(server: FaceServer) -> bool:
    """Whether every photo of the folder is."""
    async with client_of(server) as client:
        stats = await client.request("stats")
        return bool(stats["photos"]) and not stats["photos_to_learn"]


async def fill(server: FaceServer, cameras: tuple[str, ...]) -> None:
    """Fill the folders of a server that knows somebody; it runs for a moment, and not afterwards."""
    await server.start()
    assert await until(lambda: learned(server), START_SECONDS)
    await server.stop()
    chance = random.Random(1)  # noqa: S311 (nothing is to be kept secret)
    names = [f"Person {number:03}" for number in range(PEOPLE)]
    with closing(sqlite3.connect(server.folder / "data" / "face.sqlite3")) as database, database:
        row = database.execute("SELECT * FROM embedding_cache WHERE embedding IS NOT NULL").fetchone()
        _, model, preprocessing, described, embedding = row
        length = len(embedding) // 4
        photo, crop = portrait(320, 85), portrait(200, 80)
        looks: list[tuple[str, list[bytes]]] = []
        for name in names:
            person = any_direction(chance, length)
            person_id = f"{chance.getrandbits(64):016x}"
            folder = server.folder / "faces" / name
            folder.mkdir()
            (folder / ".person.json").write_text(json.dumps({"id": person_id, "name": name}))
            faces = []
            for number in range(PHOTOS_EACH):
                # Bytes after the end of a JPEG make it another photo.
                content = photo + chance.randbytes(8)
                (folder / f"{number:02}.jpg").write_bytes(content)
                faces.append(blob(like(person, chance)))
                known = (sha256(content).digest()[:8].hex(), model, preprocessing, described, faces[-1])
                database.execute("INSERT INTO embedding_cache VALUES (?, ?, ?, ?, ?)", known)
            looks.append((person_id, faces))
        now = time.time()
        place = json.dumps({"x": 0.4, "y": 0.3, "w": 0.1, "h": 0.2})
        for number in range(SIGHTINGS):
            person_id, faces = chance.choice(looks)
            at = int((now - SINCE_S * (1 - number / SIGHTINGS)) * 1e6)
            camera, face = chance.choice(cameras), chance.choice(faces)
            database.execute(
                "INSERT INTO sighting (at, camera, person, grade, probability, similarity, model, embedding, "
                "reliability, crop, place) VALUES (?, ?, ?, 'confirmed', 0.99, 0.7, ?, ?, 0.8, ?, ?)",
                (at, camera, person_id, model, face, crop, place),
            )
        for _ in range(UNKNOWNS):
            unknown, person = f"{chance.getrandbits(64):016x}", any_direction(chance, length)
            at = int((now - chance.uniform(0, SINCE_S)) * 1e6)
            database.execute(
                "INSERT INTO unknown (id, first_seen, last_seen, times_seen, camera) VALUES (?, ?, ?, ?, ?)",
                (unknown, at, at, 1, cameras[0]),
            )
            for number in range(FACES_OF_AN_UNKNOWN):
                look = blob(like(person, chance))
                database.execute(
                    "INSERT INTO unknown_face VALUES (?, ?, ?, ?, 0.8, ?, ?, ?)",
                    (unknown, number, at, cameras[0], model, look, crop),
                )
