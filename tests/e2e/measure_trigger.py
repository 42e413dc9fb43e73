"""How long it takes from a camera's trigger to its entities, in a real Home Assistant: measured, not tested.

    FACE_SERVER=target/release/face-server PYTHON -m pytest tests/e2e/measure_trigger.py -s

PYTHON is that of `scripts/environments.py home_assistant`. `TRIGGERS` (30) visits, each of a person whom nobody saw the
moment before; by Home Assistant's own times. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from .cameras import NOBODY, ROOT, scene, show
from .conftest import House
from .home_log import burst_ends, lines
from .test_house import (
    CAMERA,
    FRONT_EVENT,
    MOTION,
    motion,
    test_cameras_are_added_as_subentries as add_cameras,
    test_server_is_connected_through_the_flow as connect,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.asyncio(loop_scope="session")

PORTRAIT = ROOT / "tests" / "pictures" / "barack_obama_2010.jpg"
FACES = "sensor.front_door_faces"
TRIGGERS = int(os.environ.get("TRIGGERS", "30"))


def told_at(house: House, entity_id: str, since: int, fits: dict[str, Any]) -> datetime | None:
    """When an entity first told what fits, after the history was so long."""
    for who, state in house.seen.history[since:]:
        told = {"state": state["state"], **state["attributes"]}
        if who == entity_id and fits.items() <= told.items():
            return datetime.fromisoformat(state["last_updated"])
    return None


def at_shares(seconds: Iterable[float | None]) -> dict[str, float]:
    """Give the median and the 95th percentile, in milliseconds."""
    known = sorted(one for one in seconds if one is not None)
    return {
        "p50_ms": round(1e3 * known[len(known) // 2], 1),
        "p95_ms": round(1e3 * known[len(known) * 95 // 100], 1),
        "visits": len(known),
    }


async def test_measure(house: House) -> None:
    """Visit after visit."""
    seen = house.seen
    CAMERA["spacing"] = float(os.environ.get("SPACING", "0.5"))
    await connect(house)
    await add_cameras(house)
    begins: list[float | None] = []
    first_answer: list[float | None] = []
    confirmed: list[float | None] = []
    for visit in range(TRIGGERS):
        # A burst rests for a moment after the one before it, which is none of what is measured.
        await asyncio.sleep(2 * CAMERA["spacing"])
        show(house.front, scene(PORTRAIT, visit))
        begun, log = len(seen.history), house.home.log.stat().st_size
        await motion(house, on=True)
        for later in range(1, 8):
            if told_at(house, FRONT_EVENT, begun, {"event_type": "confirmed"}):
                break
            await asyncio.sleep(0.25)
            show(house.front, scene(PORTRAIT, visit + later))
        await seen.until(
            partial(told_at, house, FACES, begun, {"state": "1"}), "the faces of the first picture are told"
        )
        await motion(house, on=False)
        await burst_ends(house.home, "front_door", log)
        trigger = told_at(house, MOTION, begun, {"state": "on"})
        line = next(line for line in await lines(house.home, log) if "A burst of camera.front_door begins" in line)
        stamp = re.match(r"[\d-]+ [\d:.]+", line)
        assert trigger is not None
        assert stamp is not None
        begins.append((datetime.fromisoformat(f"{stamp[0]}+00:00") - trigger).total_seconds())
        for times, entity_id, fits in (
            (first_answer, FACES, {"state": "1"}),
            (confirmed, FRONT_EVENT, {"event_type": "confirmed"}),
        ):
            told = told_at(house, entity_id, begun, fits)
            times.append((told - trigger).total_seconds() if told else None)
        # Nobody is there any more, and the server knows it.
        show(house.front, scene(NOBODY, visit))
        await motion(house, on=True)
        await seen.reaches(FACES, "0")
        await motion(house, on=False)
        await burst_ends(house.home, "front_door", log)
    result = {
        "measure": "from the trigger to the entities",
        "the burst begins": at_shares(begins),
        "the first picture's faces": at_shares(first_answer),
        "confirmed": at_shares(confirmed),
    }
    print(f"\n{json.dumps(result)}")  # noqa: T201
