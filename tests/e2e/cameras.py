"""What cameras see: pictures of one person, each a little different, one after another under a camera's file."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import cache
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageEnhance, ImageOps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

ROOT = Path(__file__).resolve().parents[2]
NOBODY = ROOT / "tests" / "pictures" / "nobody.jpg"
PACE_SECONDS = 0.25
# As many as the longest burst takes.
DIFFERENT = 16
WIDTH, HEIGHT = 1280, 720
WALL = (96, 104, 112)
# Browsers show 30 per second.
FILM_PICTURES = 60


def lit_from_one_side(person: Image.Image, *, left: bool) -> Image.Image:
    """Let the other side lie in the shade."""
    shade = Image.linear_gradient("L").rotate(90 if left else 270).resize(person.size)
    return Image.composite(person, ImageEnhance.Brightness(person).enhance(0.35), shade)


def tilted(person: Image.Image, degrees: float) -> Image.Image:
    """Let the head lean."""
    return person.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=WALL)


def turned(person: Image.Image, slant: float) -> Image.Image:
    """Let one side be farther away."""
    lean = (1, slant, -slant * person.height / 2, 0, 1, 0)
    return person.transform(person.size, Image.Transform.AFFINE, lean, Image.Resampling.BICUBIC, fillcolor=WALL)


def soft(person: Image.Image, share: float) -> Image.Image:
    """Let them be out of focus: as if the camera had only this share of its pixels."""
    fewer = person.resize((round(person.width * share), round(person.height * share)), Image.Resampling.BILINEAR)
    return fewer.resize(person.size, Image.Resampling.BICUBIC)


def narrow(person: Image.Image, share: float) -> Image.Image:
    """Let the face be seen a little from the side, or a little from below."""
    return person.resize((round(person.width * share), person.height))


def exposed(person: Image.Image, gamma: float) -> Image.Image:
    """Let it be dusk (above 1) or too bright (below)."""
    return person.point([round(255 * (value / 255) ** gamma) for value in range(256)] * 3)


def tinted(person: Image.Image, red: float, green: float, blue: float) -> Image.Image:
    """Let the light have a colour."""
    channels = zip(person.split(), (red, green, blue), strict=True)
    return Image.merge("RGB", [channel.point(lambda value, by=by: round(value * by)) for channel, by in channels])


def contrasted(person: Image.Image, by: float) -> Image.Image:
    """Let it be foggy (below 1) or harsh."""
    return ImageEnhance.Contrast(person).enhance(by)


# One photograph as truly different pictures: what a face recogniser makes of any two of them is alike, but not the same
# (cosine 0.6 to 0.96 for the people here; it is above 0.97 for pictures that are only shifted, scaled and brightened).
LOOKS: tuple[Callable[[Image.Image], Image.Image], ...] = (
    lambda person: person,
    lambda person: tinted(tilted(lit_from_one_side(ImageOps.mirror(person), left=True), 10), 1.1, 1.0, 0.85),
    lambda person: exposed(soft(narrow(person, 0.9), 0.25), 1.4),
    lambda person: lit_from_one_side(turned(ImageOps.mirror(person), 0.15), left=False),
    lambda person: tinted(contrasted(tilted(person, -12), 1.5), 0.9, 1.0, 1.1),
    lambda person: exposed(narrow(soft(ImageOps.mirror(person), 0.3), 1.12), 0.6),
    lambda person: ImageOps.grayscale(lit_from_one_side(turned(tilted(person, 6), -0.2), left=True)).convert("RGB"),
    lambda person: contrasted(ImageOps.mirror(tilted(person, 8)), 0.5),
)

# What makes other pictures of one photograph, taken one after another: no two of them are alike (cosine below 0.93).
TWICE = ((1, 2), (1, 3), (1, 6), (3, 5), (3, 6), (4, 2), (4, 3), (4, 5), (4, 6))


def album(portraits: Iterable[Path], folder: Path) -> list[Path]:
    """Write nine different pictures of each photograph."""
    files = []
    for number, portrait in enumerate(portraits):
        with Image.open(portrait) as opened:
            person = opened.convert("RGB")
        person.thumbnail((700, 700))
        for first, second in TWICE:
            files.append(folder / f"{number}{first}{second}.jpg")
            LOOKS[second](LOOKS[first](person)).save(files[-1], quality=90)
    return files


@cache
def scene(portrait: Path, number: int, beside: Path | None = None) -> bytes:
    """Put a person before a door: to another side, nearer, and in another light with each number.

    On the wall beside them may hang a picture.
    """
    with Image.open(portrait) as opened:
        person = opened.convert("RGB")
    height = HEIGHT - 30 * (number % 4)
    person = person.resize((round(person.width * height / person.height), height))
    person = LOOKS[number % len(LOOKS)](person)
    view = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    view.paste(person, ((WIDTH - person.width) // 2 + 40 * (number % 5) - 80, HEIGHT - height))
    if beside is not None:
        with Image.open(beside) as opened:
            hanging = ImageOps.contain(opened.convert("RGB"), (300, 300))
        view.paste(hanging, (0, 0))
    encoded = BytesIO()
    view.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def looking_aside(person: Image.Image, nose: int, by: float) -> Image.Image:
    """Turn the head towards the right of the picture: left of the nose everything is wider, right of it narrower."""
    halves = [
        half.resize((round(half.width * share), half.height), Image.Resampling.BILINEAR)
        for half, share in (
            (person.crop((0, 0, nose, person.height)), 1 + by),
            (person.crop((nose, 0, person.width, person.height)), 1 - by),
        )
    ]
    whole = Image.new("RGB", (halves[0].width + halves[1].width, person.height), WALL)
    whole.paste(halves[0], (0, 0))
    whole.paste(halves[1], (halves[0].width, 0))
    return whole


def walk(ahead: Path, aside: Path) -> dict[str, bytes]:
    """Draw somebody who walks up to the door, of two photos: far away, in front of it, and with the head turned.

    In front of it also too fast for the camera, and in the dark.
    """
    with Image.open(ahead) as opened:
        front = opened.convert("RGB")
    with Image.open(aside) as opened:
        right = looking_aside(ImageOps.mirror(opened.convert("RGB")), 300, 0.25)
    views = {
        "far": (front, 350),
        "blurred": (soft(front, 0.06), 1000),
        "dark": (exposed(front, 5), 1000),
        "ahead": (front, 1000),
        "right": (right, 700),
        "left": (ImageOps.mirror(right), 700),
    }
    drawn = {}
    for name, (person, height) in views.items():
        view = Image.new("RGB", (WIDTH, HEIGHT), WALL)
        sized = person.resize((round(person.width * height / person.height), height))
        view.paste(sized, ((WIDTH - sized.width) // 2, max(0, HEIGHT - height)))
        encoded = BytesIO()
        view.save(encoded, "JPEG", quality=90)
        drawn[name] = encoded.getvalue()
    return drawn


def film(views: Iterable[bytes], file: Path) -> None:
    """Write what a browser's own camera sees: each view for a while, in half the size."""
    with file.open("wb") as written:
        for view in views:
            encoded = BytesIO()
            with Image.open(BytesIO(view)) as opened:
                opened.resize((WIDTH // 2, HEIGHT // 2)).save(encoded, "JPEG", quality=90)
            written.write(encoded.getvalue() * FILM_PICTURES)


def show(file: Path, picture: bytes) -> None:
    """Let the camera show this, all at once."""
    beside = file.with_suffix(".new")
    beside.write_bytes(picture)
    beside.replace(file)


@asynccontextmanager
async def in_view(file: Path, portrait: Path, beside: Path | None = None) -> AsyncIterator[None]:
    """Let a person move before the camera for as long as the block lasts; nobody is there before and after."""
    # Drawn before, or on a slow machine the camera would show one picture for the time of several.
    scenes = [await asyncio.to_thread(scene, portrait, number, beside) for number in range(DIFFERENT)]

    async def move() -> None:
        for picture in cycle(scenes):
            show(file, picture)
            await asyncio.sleep(PACE_SECONDS)

    show(file, scenes[0])
    moving = asyncio.create_task(move())
    try:
        yield
    finally:
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
        show(file, scene(NOBODY, 0))
