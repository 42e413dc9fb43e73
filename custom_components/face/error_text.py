"""Turns the client's errors into Home Assistant's, in words that are translated."""

import re
from typing import TypedDict

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .client.errors import FaceError, RequestFailedError
from .client.wire import Rect
from .const import DOMAIN

# What the asking person can put right, each with words of its own in the translations.
ABOUT_THE_REQUEST = frozenset(
    {
        "duplicate",
        "invalid_name",
        "looks_like_someone_else",
        "multiple_faces",
        "name_taken",
        "no_face",
        "not_found",
        "too_blurry",
        "too_large",
        "too_small",
        "unreadable_image",
    }
)


class Words(TypedDict):
    """Where the words of an error are in the translations, and what goes into them."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def translated(key: str, **placeholders: str) -> Words:
    """Give an error its words."""
    return {"translation_domain": DOMAIN, "translation_key": key, "translation_placeholders": placeholders}


def plain(text: str) -> str:
    """Write what Markdown shows as this very text: whoever gives a name writes no link into another's page."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~&])", r"\\\1", text)


def server_error(error: FaceError) -> HomeAssistantError:
    """Say what the server refused, or that it is not there; the server's own words are kept."""
    if isinstance(error, RequestFailedError) and error.code in ABOUT_THE_REQUEST:
        words = translated(error.code, reason=error.message, person=_other_person(error), boxes=_boxes(error))
        return ServiceValidationError(**words)
    return HomeAssistantError(
        **translated("request_failed" if isinstance(error, RequestFailedError) else "no_answer", reason=str(error))
    )


def boxes_of(error: RequestFailedError) -> list[Rect]:
    """The faces to choose from, from left to right."""
    boxes = [Rect(**face["box"]) for face in error.details.get("faces") or () if isinstance(face, dict)]
    return sorted(boxes, key=lambda box: box.x)


def _boxes(error: RequestFailedError) -> str:
    """The same as the action takes them."""
    return "; ".join(
        f"x: {round(box.x)}, y: {round(box.y)}, w: {round(box.w)}, h: {round(box.h)}" for box in boxes_of(error)
    )


def _other_person(error: RequestFailedError) -> str:
    person = error.details.get("person")
    return str(person.get("name", "")) if isinstance(person, dict) else str(person or "")
