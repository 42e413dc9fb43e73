"""What Home Assistant wrote down in its database, and what the phone showed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
import json
from pathlib import Path
import sqlite3
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Written:
    """One row of the recorder's states."""

    entity_id: str
    at: float
    state: str | None
    """`None` where the entity was removed."""
    attributes: dict[str, Any]

    @property
    def restored(self) -> bool:
        """Whether Home Assistant's own start wrote it, before any integration was there."""
        return bool(self.attributes.get("restored"))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A notification on the phone."""

    at: float
    title: str
    message: str
    buttons: tuple[str, ...]
    image: str
    picture: bytes | None
    """What the phone loaded when it came; `None` where that was refused."""
    later: bytes | None
    """What it loads at the end of the day."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that was said."""

    states: tuple[Written, ...]
    shown: tuple[Shown, ...]

    def of(self, entity_id: str) -> list[Written]:
        """Give the rows of an entity, oldest first."""
        return [row for row in self.states if row.entity_id == entity_id]

    def told(self, entity_id: str) -> list[tuple[float, str, dict[str, Any]]]:
        """Give what an event entity told: when, which type, the rest. A row written again tells nothing new."""
        found: list[tuple[float, str, dict[str, Any]]] = []
        before = None
        for row in self.of(entity_id):
            if row.state not in (None, "unknown", "unavailable", before):
                found.append((row.at, str(row.attributes.get("event_type")), row.attributes))
            if row.state not in (None, "unavailable"):
                before = row.state
        return found


_QUERY = """
    select states_meta.entity_id, states.state, states.last_updated_ts, state_attributes.shared_attrs
    from states join states_meta using (metadata_id) left join state_attributes using (attributes_id)
    where states.last_updated_ts >= ? order by states.last_updated_ts, states.state_id
"""


def written_since(database: Path, since: float) -> tuple[Written, ...]:
    """Read the states of a Home Assistant that has stopped."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        return tuple(
            Written(entity_id=entity_id, at=at, state=state, attributes=json.loads(attributes or "{}"))
            for entity_id, state, at, attributes in opened.execute(_QUERY, (since,))
        )
