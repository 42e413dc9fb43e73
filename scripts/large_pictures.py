"""Pictures of every kind in rising sizes, from what is looked at to what is refused: for `scripts/measure.py costs`."""

from __future__ import annotations

from collections.abc import Iterator
import io
import random
import struct
import zlib

from PIL import Image
from sample_pictures import png_chunk

# A camera's picture may have no more; the server refuses others by their length.
MOST_BYTES = 16 << 20
MEGAPIXELS = (10, 18, 21, 25, 37, 45, 49)
LONGEST = 65_535
# Turned by its EXIF, which costs a copy.
ON_ITS_SIDE = Image.Exif()
ON_ITS_SIDE[0x0112] = 6
# Format and mode as Pillow calls them, and how to save.
KINDS: dict[str, tuple[str, str, dict[str, object]]] = {
    "JPEG": ("JPEG", "RGB", {"quality": 60}),
    "progressive JPEG": ("JPEG", "RGB", {"quality": 60, "progressive": True}),
    "JPEG of full colour": ("JPEG", "RGB", {"quality": 60, "subsampling": 0}),
    "progressive JPEG of full colour": ("JPEG", "RGB", {"quality": 60, "subsampling": 0, "progressive": True}),
    "grey JPEG": ("JPEG", "L", {"quality": 60}),
    "JPEG of four colours": ("JPEG", "CMYK", {"quality": 60}),
    "JPEG on its side": ("JPEG", "RGB", {"quality": 60, "exif": ON_ITS_SIDE}),
    "GIF": ("GIF", "P", {}),
    "TIFF": ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    "TIFF with alpha": ("TIFF", "RGBA", {"compression": "tiff_adobe_deflate"}),
    "TIFF of bits": ("TIFF", "1", {"compression": "group4"}),
    "TIFF of floats": ("TIFF", "F", {"compression": "tiff_adobe_deflate"}),
    "TIFF of JPEG": ("TIFF", "RGB", {"compression": "jpeg"}),
    "BMP": ("BMP", "RGB", {}),
    "BMP of bits": ("BMP", "1", {}),
    "BMP with palette": ("BMP", "P", {}),
    "WebP": ("WEBP", "RGB", {"quality": 30, "method": 0}),
    "WebP with alpha": ("WEBP", "RGBA", {"quality": 30, "method": 0}),
    "lossless WebP": ("WEBP", "RGBA", {"lossless": True, "method": 0, "quality": 0}),
}
# Colour type, bits a channel, channels.
PNG_KINDS = {
    "grey": (0, 8, 1),
    "bits": (0, 1, 1),
    "16 bits of grey": (0, 16, 1),
    "RGB": (2, 8, 3),
    "RGB of 16 bits": (2, 16, 3),
    "palette": (3, 8, 1),
    "palette of bits": (3, 1, 1),
    "grey with alpha": (4, 8, 2),
    "grey of 16 bits with alpha": (4, 16, 2),
    "RGBA": (6, 8, 4),
    "RGBA of 16 bits": (6, 16, 4),
}
# First column and row, and steps between columns and rows, of an interlaced PNG's seven passes.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(size: tuple[int, int], kind: str, *, interlaced: bool = False) -> bytes:
    """A black PNG, of which a few kilobytes promise any number of pixels."""
    colour, bits, channels = PNG_KINDS[kind]
    width, height = size
    packed = zlib.compressobj(1)
    data = []
    for x, y, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = len(range(x, width, across)), len(range(y, height, down))
        if columns:
            row = bytes(1 + (columns * bits * channels + 7) // 8)
            data += [packed.compress(row) for _ in range(rows)]
    data.append(packed.flush())
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    palette = png_chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    parts = png_chunk(b"IHDR", header), palette, png_chunk(b"IDAT", b"".join(data)), png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The file of a picture."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def all_of_them() -> Iterator[tuple[str, bytes]]:
    """Each that is looked at with a name, smaller ones of a kind first."""
    return ((name, picture) for name, picture in _made() if len(picture) <= MOST_BYTES)


def _made() -> Iterator[tuple[str, bytes]]:
    slope = Image.linear_gradient("L")
    for name, (kind, mode, options) in KINDS.items():
        for megapixels in MEGAPIXELS:
            side = int((megapixels * 1e6) ** 0.5)
            yield f"{name}, {megapixels} MP", saved(slope.resize((side, side)).convert(mode), kind, **options)
    for kind in PNG_KINDS:
        for interlaced in (False, True):
            for megapixels in MEGAPIXELS:
                side = int((megapixels * 1e6) ** 0.5)
                name = f"{'interlaced ' if interlaced else ''}PNG, {kind}, {megapixels} MP"
                yield name, png((side, side), kind, interlaced=interlaced)
    for size in ((LONGEST, 1), (1, LONGEST), (LONGEST, 380), (380, LONGEST), (LONGEST, 700), (50_000_000, 1)):
        yield f"PNG, RGB, {size[0]}x{size[1]}", png(size, "RGB")
    for size in ((65_500, 1), (1, 65_500), (65_500, 700), (700, 65_500)):
        yield f"JPEG, {size[0]}x{size[1]}", saved(Image.new("RGB", size), "JPEG")
    chance = random.Random(1)
    for side in (3_000, 4_000, 5_000):
        noise = Image.frombytes("RGB", (side, side), chance.randbytes(3 * side * side))
        for progressive in (False, True):
            name = f"{'progressive ' if progressive else ''}JPEG of noise, {side}x{side}"
            yield name, saved(noise, "JPEG", quality=30, progressive=progressive)
