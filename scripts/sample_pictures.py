"""Makes the composed, unusual and broken pictures under tests/pictures/ from the sample photos, and those to fuzz with.

The results are committed, so nobody needs to run this to build or test; run it (with Pillow) to change them:
`python scripts/sample_pictures.py`.
"""

import io
from pathlib import Path
import struct
import zlib

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "tests" / "pictures"
FORMATS = PICTURES / "formats"
BROKEN = PICTURES / "broken"
TINY = ROOT / "tests" / "fuzz" / "corpus" / "pictures"
OBAMA = ROOT / "faces" / "Barack Obama" / "2012-12-06 portrait.jpg"
COLLINS = ROOT / "faces" / "Eileen Collins" / "portrait.png"
HOPPER = ROOT / "faces" / "Grace Hopper" / "portrait.jpg"


def side_by_side(pictures: list[Image.Image], height: int) -> Image.Image:
    """Scale to one height and put next to each other."""
    scaled = [
        p.convert("RGB").resize((round(p.width * height / p.height), height), Image.Resampling.LANCZOS)
        for p in pictures
    ]
    wall = Image.new("RGB", (sum(p.width for p in scaled), height))
    x = 0
    for picture in scaled:
        wall.paste(picture, (x, 0))
        x += picture.width
    return wall


def groups() -> None:
    """Several people in one picture."""
    obama = Image.open(PICTURES / "barack_obama_2010.jpg")
    biden = Image.open(PICTURES / "joe_biden_2010.jpg")
    # Two crops of one photograph, back next to each other.
    side_by_side([obama.crop((0, 100, 1434, 1534)), biden.crop((0, 0, 970, 970))], 1080).save(
        PICTURES / "two_people.jpg", quality=88
    )
    # Portraits as on a wall; the two that are also enrolled are mirrored and smaller, so they are not the same pixels.
    collins = ImageOps.mirror(Image.open(COLLINS).convert("RGB").crop((100, 0, 356, 256)))
    hopper = ImageOps.mirror(Image.open(HOPPER).convert("RGB").crop((50, 0, 450, 400)))
    side_by_side(
        [collins, obama.crop((500, 150, 1050, 700)), hopper, biden.crop((250, 50, 850, 650))],
        400,
    ).save(PICTURES / "four_people.jpg", quality=88)
    # Cut through the middle of a face.
    Image.open(OBAMA).crop((0, 0, 500, 1137)).save(PICTURES / "barack_obama_half_face.jpg", quality=88)
    # Nobody: the space shuttle's model in the background of a portrait.
    Image.open(COLLINS).convert("RGB").crop((336, 0, 512, 240)).resize((704, 960)).save(
        PICTURES / "nobody.jpg", quality=85
    )


def unusual(face: Image.Image) -> None:
    """The same face in every form that a camera, a phone or a scanner may deliver."""
    face.save(FORMATS / "plain.jpg", quality=90)
    face.convert("CMYK").save(FORMATS / "cmyk.jpg", quality=90)
    face.convert("L").save(FORMATS / "grey.jpg", quality=90)
    face.save(FORMATS / "progressive.jpg", quality=90, progressive=True)
    face.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(FORMATS / "palette.png", optimize=True)
    face.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(FORMATS / "still.gif")
    alpha = face.convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize(face.size).point(lambda v: max(v, 128)))
    alpha.save(FORMATS / "alpha.png", optimize=True)
    (FORMATS / "sixteen_bit.png").write_bytes(sixteen_bit_png(face.convert("L")))
    face.save(FORMATS / "plain.webp", quality=90)
    face.save(FORMATS / "plain.bmp")
    face.save(FORMATS / "plain.tiff", compression="tiff_lzw")
    # EXIF orientation n: the stored pixels must be turned so to stand upright again.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, transpose in undo.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        face.transpose(transpose).save(FORMATS / f"exif_{orientation}.jpg", quality=90, exif=exif)
    frames = [face, ImageOps.mirror(face)]
    frames[0].quantize(64).save(
        FORMATS / "moving.gif", save_all=True, append_images=[frames[1].quantize(64)], duration=100
    )


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One length-prefixed, checksummed PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def sixteen_bit_png(grey: Image.Image) -> bytes:
    """Grey with 16 bits a sample, which Pillow itself cannot write well."""
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">H", grey.getpixel((x, y)) * 257) for x in range(grey.width))
        for y in range(grey.height)
    )
    header = struct.pack(">IIBBBBB", grey.width, grey.height, 16, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows, 9))
        + png_chunk(b"IEND", b"")
    )


def broken(face: Image.Image) -> None:
    """What must be answered with an error in words, never with a crash or a gigabyte."""
    whole = io.BytesIO()
    face.save(whole, "JPEG", quality=90)
    jpeg = whole.getvalue()
    (BROKEN / "truncated.jpg").write_bytes(jpeg[: len(jpeg) // 3])
    (BROKEN / "only_a_header.jpg").write_bytes(jpeg[:20])
    (BROKEN / "empty.jpg").write_bytes(b"")
    (BROKEN / "web_page.jpg").write_bytes(b"<!DOCTYPE html><html><title>401</title><body>Please log in</body></html>\n")
    (BROKEN / "text.png").write_bytes("not a picture at all, только текст\n".encode())
    # 60,000 x 60,000 pixels promised, no pixel given.
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    (BROKEN / "huge_promise.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + png_chunk(b"IEND", b"")
    )
    # The same promise in a JPEG's frame header (65,500 is what the format can say).
    at = jpeg.index(b"\xff\xc0")
    (BROKEN / "huge_promise.jpg").write_bytes(jpeg[: at + 5] + struct.pack(">HH", 65500, 65500) + jpeg[at + 9 :])
    wrong_crc = bytearray(sixteen_bit_png(Image.new("L", (8, 8))))
    wrong_crc[29] ^= 0xFF
    (BROKEN / "wrong_checksum.png").write_bytes(bytes(wrong_crc))
    Image.new("RGB", (1, 1)).save(BROKEN / "one_pixel.png")
    (BROKEN / "riff_of_nothing.webp").write_bytes(b"RIFF\x10\x00\x00\x00WEBPVP8 ")


def tiny(face: Image.Image) -> None:
    """What fuzzing begins with: few bytes of every kind."""
    small = face.resize((12, 10))
    small.info.clear()  # the photo's colour profile is longer than all the rest
    alpha = small.convert("RGBA")
    alpha.putalpha(100)
    palette, grey, bits = small.quantize(8), small.convert("L"), small.convert("1")
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds: list[tuple[str, Image.Image, dict[str, object]]] = [
        ("plain.jpg", small, {}),
        ("progressive.jpg", small, {"progressive": True}),
        ("exif.jpg", small, {"exif": exif}),
        ("cmyk.jpg", small.convert("CMYK"), {}),
        ("grey.jpg", grey, {}),
        ("plain.png", small, {}),
        ("alpha.png", alpha, {}),
        ("palette.png", palette, {"transparency": 1}),
        ("bits.png", bits, {}),
        ("moving.gif", palette, {"save_all": True, "append_images": [small.rotate(180).quantize(8)]}),
        ("plain.webp", small, {"quality": 50}),
        ("alpha.webp", alpha, {"quality": 50}),
        ("lossless.webp", alpha, {"lossless": True}),
        ("moving.webp", small, {"save_all": True, "append_images": [small.rotate(180)]}),
        ("plain.bmp", small, {}),
        ("bits.bmp", bits, {}),
        ("palette.bmp", palette, {}),
        ("plain.tiff", small, {}),
        ("bits.tiff", bits, {"compression": "group4"}),
        *((f"{packed}.tiff", alpha, {"compression": packed}) for packed in ("tiff_lzw", "packbits", "tiff_deflate")),
        ("jpeg.tiff", small, {"compression": "jpeg"}),
    ]
    TINY.mkdir(parents=True, exist_ok=True)
    for name, picture, options in kinds:
        picture.save(TINY / name, **options)
    (TINY / "sixteen_bit.png").write_bytes(sixteen_bit_png(grey))


def main() -> None:
    """Write all of them."""
    FORMATS.mkdir(parents=True, exist_ok=True)
    BROKEN.mkdir(parents=True, exist_ok=True)
    groups()
    face = Image.open(COLLINS).convert("RGB").crop((96, 0, 352, 224)).resize((192, 168), Image.Resampling.LANCZOS)
    unusual(face)
    broken(face)
    tiny(face)


if __name__ == "__main__":
    main()
