"""Pictures within the words of a form, which show what there is to choose from.

They are small and part of the text itself, so nothing has to be fetched, and nobody else can.
"""

from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from ..client.wire import Rect  # noqa: TID252

FACE_PX = 128
CAMERA_PX = 512
# Every tenth of the picture.
LINES = range(1, 10)


def faces(picture: bytes, boxes: Iterable[Rect]) -> str:
    """Cut the faces out, with what is around them, and number them."""
    whole = _read(picture)
    if whole is None:
        return ""
    shown = []
    for number, box in enumerate(boxes, 1):
        left, top = box.x - box.w / 2, box.y - box.h / 2
        around = whole.crop((round(left), round(top), round(left + 2 * box.w), round(top + 2 * box.h)))
        shown.append(f"**{number}** {_words(around, FACE_PX)}")
    return "\n\n".join(shown)


def measured(picture: bytes, turned_by: int) -> str:
    """Draw lines at every tenth of a camera's picture, numbered in per cent."""
    whole = _read(picture)
    if whole is None:
        return ""
    whole = whole.rotate(-turned_by, expand=True)
    whole.thumbnail((CAMERA_PX, CAMERA_PX))
    draw = ImageDraw.Draw(whole)
    for tenth in LINES:
        x, y = whole.width * tenth // 10, whole.height * tenth // 10
        draw.line([(x, 0), (x, whole.height)], fill="yellow")
        draw.line([(0, y), (whole.width, y)], fill="yellow")
        draw.text((x + 2, 2), str(10 * tenth), fill="yellow")
        draw.text((2, y + 2), str(10 * tenth), fill="yellow")
    return _words(whole, CAMERA_PX)


def _read(picture: bytes) -> Image.Image | None:
    """The upright picture; what cannot be read here, the server may still be able to read."""
    try:
        return ImageOps.exif_transpose(Image.open(BytesIO(picture))).convert("RGB")
    except OSError, ValueError, SyntaxError, Image.DecompressionBombError:
        return None


def _words(picture: Image.Image, most_px: int) -> str:
    picture.thumbnail((most_px, most_px))
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG")
    return f"![](data:image/jpeg;base64,{b64encode(jpeg.getvalue()).decode('ascii')})"
