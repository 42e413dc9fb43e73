"""What truly happened, with the moments at which it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from .scenes import Colour


@dataclass(frozen=True, kw_only=True)
class Was:
    """People were before a camera."""

    since: float
    until: float
    camera: str
    people: tuple[str, ...]
    walls: tuple[Colour, ...]


@dataclass(frozen=True, kw_only=True)
class WentWrong:
    """Something did not work for a while."""

    since: float
    until: float
    what: str
    camera: str | None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Somebody answered an alert about a person."""

    at: float
    about: str
    button: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The phone went somewhere."""

    at: float
    home: bool


@dataclass(kw_only=True)
class Diary:
    """One day."""

    began: float
    ended: float = 0.0
    visits: list[Was] = field(default_factory=list)
    wrong: list[WentWrong] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    phone: list[Moved] = field(default_factory=list)
