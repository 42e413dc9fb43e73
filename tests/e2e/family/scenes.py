"""What the cameras of a day see: heads before a wall that has another colour for each visit and each head.

The colour says later which visit, and which of two heads, a picture is of, without asking a face recogniser.
"""

from __future__ import annotations

import colorsys
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from ..cameras import HEIGHT, LOOKS, ROOT, WIDTH

type Colour = tuple[int, int, int]

CAT = "a cat"
# A file, and the part of it that is head and hair.
HEADS: dict[str, tuple[Path, tuple[int, int, int, int]]] = {
    "Barack Obama": (ROOT / "tests" / "pictures" / "barack_obama_2010.jpg", (500, 150, 1050, 760)),
    "Eileen Collins": (ROOT / "faces" / "Eileen Collins" / "portrait.png", (110, 0, 346, 262)),
    "Joe Biden": (ROOT / "tests" / "pictures" / "joe_biden_2010.jpg", (250, 50, 850, 716)),
    "Grace Hopper": (ROOT / "faces" / "Grace Hopper" / "portrait.jpg", (50, 0, 450, 444)),
}
HANGING = ROOT / "faces" / "Barack Obama" / "2009-09-09 address.jpg"
EMPTY: Colour = (96, 104, 112)
HEAD_HEIGHT = 330
CAT_PICTURE = ROOT / "tests" / "pictures" / "cat.jpg"
# So near that the detector takes its face for a person's.
CAT_HEIGHT = 500
DIFFERENT = 16
_LEVELS = (40, 90, 140, 190)


@cache
def colours() -> tuple[Colour, ...]:
    """Give wall colours that no camera's compression mixes up: the strong ones of a coarse grid, far ones first."""
    strong = [c for c in product(_LEVELS, _LEVELS, _LEVELS) if max(c) - min(c) >= 100]
    # Neighbours in the list are far apart in hue.
    by_hue = sorted(strong, key=lambda c: colorsys.rgb_to_hsv(*(one / 255 for one in c)))
    return tuple(by_hue[index * 7 % len(by_hue)] for index in range(len(by_hue)))


@cache
def _head(who: str, look: int) -> Image.Image:
    if who == CAT:
        with Image.open(CAT_PICTURE) as opened:
            cat = opened.convert("RGB")
        return cat.resize((round(cat.width * CAT_HEIGHT / cat.height), CAT_HEIGHT))
    file, part = HEADS[who]
    with Image.open(file) as opened:
        head = opened.convert("RGB").crop(part)
    head = head.resize((round(head.width * HEAD_HEIGHT / head.height), HEAD_HEIGHT))
    return LOOKS[look % len(LOOKS)](head)


def scene(people: tuple[str, ...], walls: tuple[Colour, ...], number: int, *, hanging: bool) -> bytes:
    """Draw the camera's picture of this number: each head before its own part of the wall."""
    view = Image.new("RGB", (WIDTH, HEIGHT), EMPTY)
    share = WIDTH // max(1, len(people))
    for place, (who, wall) in enumerate(zip(people, walls, strict=True)):
        view.paste(wall, (place * share, 0, (place + 1) * share, HEIGHT))
        head = _head(who, number + 3 * place)
        size = 1 - 0.06 * (number % 4)
        head = head.resize((round(head.width * size), round(head.height * size)))
        sway = 30 * (number % 5) - 60
        view.paste(head, (place * share + (share - head.width) // 2 + sway, 200 + 10 * (number % 3)))
    if hanging:
        with Image.open(HANGING) as opened:
            view.paste(ImageOps.contain(opened.convert("RGB"), (220, 220)), (0, HEIGHT - 220))
    encoded = BytesIO()
    view.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def wall_of(picture: bytes, among: tuple[Colour, ...]) -> Colour | None:
    """Tell before which of these walls the head in a cut-out is; `None` where its edges have none of the colours."""
    try:
        with Image.open(BytesIO(picture)) as opened:
            view = opened.convert("RGB")
    except UnidentifiedImageError:
        return None
    # A head leaves the upper corners free.
    side = max(2, min(view.size) // 12)
    corners = [view.crop((0, 0, side, side)), view.crop((view.width - side, 0, view.width, side))]
    found = set()
    for corner in corners:
        red, green, blue = ImageStat.Stat(corner).median
        nearest = min(among, key=lambda c: abs(c[0] - red) + abs(c[1] - green) + abs(c[2] - blue), default=None)
        if nearest is not None and sum(abs(a - b) for a, b in zip(nearest, (red, green, blue), strict=True)) < 40:
            found.add(nearest)
    return found.pop() if len(found) == 1 else None
