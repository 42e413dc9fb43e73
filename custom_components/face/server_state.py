"""Answers of a server about itself, read into types: its settings, its load.

Called by `client` and `events`; like `models`, it imports nothing of Home Assistant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from .models import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a home can set on its server."""

    strangers_per_thousand: float
    presence_timeout_s: int
    retention_days: int

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read the settings."""
        return cls(
            strangers_per_thousand=float(data["strangers_per_thousand"]),
            presence_timeout_s=int(data["presence_timeout_s"]),
            retention_days=int(data["retention_days"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Load and latency of a server."""

    uptime_s: int
    people: int
    photos: int
    pictures: int
    superseded: int
    failed: int
    waiting: int
    load: float
    latency_median_ms: float
    latency_p95_ms: float
    workers: int
    clients: int

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read the counts."""
        return cls(
            uptime_s=int(data["uptime_s"]),
            people=int(data["people"]),
            photos=int(data["photos"]),
            pictures=int(data["pictures"]),
            superseded=int(data["superseded"]),
            failed=int(data["failed"]),
            waiting=int(data["waiting"]),
            load=float(data["load"]),
            latency_median_ms=float(data["latency_median_ms"]),
            latency_p95_ms=float(data["latency_p95_ms"]),
            workers=int(data["workers"]),
            clients=int(data["clients"]),
        )
