"""What cameras see: pictures of one person, each a little different, one after another under a camera's file."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageEnhance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).resolve().parents[2]
PACE_SECONDS = 0.25
WIDTH, HEIGHT = 1280, 720


def scene(portrait: Path, number: int) -> bytes:
    """Put a person before a door: a little more to the side, nearer and brighter with each number."""
    with Image.open(portrait) as opened:
        person = opened.convert("RGB")
    height = HEIGHT - 12 * (number % 7)
    person = person.resize((round(person.width * height / person.height), height))
    person = ImageEnhance.Brightness(person).enhance(0.9 + 0.03 * (number % 8))
    picture = Image.new("RGB", (WIDTH, HEIGHT), (96, 104, 112))
    picture.paste(person, ((WIDTH - person.width) // 2 + 15 * (number % 9) - 60, HEIGHT - height))
    encoded = BytesIO()
    picture.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def show(file: Path, picture: bytes) -> None:
    """Let the camera show this, all at once."""
    beside = file.with_suffix(".new")
    beside.write_bytes(picture)
    beside.replace(file)


@asynccontextmanager
async def in_view(file: Path, portrait: Path) -> AsyncIterator[None]:
    """Let a person move before the camera for as long as the block lasts."""

    async def move() -> None:
        for number in count():
            show(file, await asyncio.to_thread(scene, portrait, number))
            await asyncio.sleep(PACE_SECONDS)

    show(file, scene(portrait, 0))
    moving = asyncio.create_task(move())
    try:
        yield
    finally:
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
