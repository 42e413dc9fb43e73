"""One house for all end-to-end tests: a fresh Home Assistant, a fresh server, two cameras of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
import sys

import pytest
import pytest_asyncio

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from home_assistant import HomeAssistant  # noqa: E402

from .cameras import scene, show  # noqa: E402
from .face_server import FaceServer  # noqa: E402
from .observer import Observer  # noqa: E402

CAMERAS = ("front_door", "garden")
CONFIGURATION = """
input_boolean:
  front_motion:
  garden_motion:
"""


@dataclass
class House:
    """Everything that the tests play with."""

    home: HomeAssistant
    server: FaceServer
    seen: Observer
    front: Path
    garden: Path
    log_at_start: int
    """How long Home Assistant's log was when its own start was over."""


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    instance = HomeAssistant(tmp_path_factory.mktemp("home"), debug=True, extra_configuration=CONFIGURATION)
    instance.config.mkdir(parents=True)
    nobody = scene(ROOT / "tests" / "pictures" / "nobody.jpg", 0)
    for name in CAMERAS:
        show(instance.config / f"{name}.jpg", nobody)
    with instance:
        for name in CAMERAS:
            instance.add_local_camera(instance.config / f"{name}.jpg")
        yield instance


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(_home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Give the house."""
    log_at_start = _home.log.stat().st_size
    server = FaceServer(tmp_path_factory.mktemp("server"))
    await server.start()
    try:
        async with Observer(_home.url, _home.token) as seen:
            front, garden = (_home.config / f"{name}.jpg" for name in CAMERAS)
            yield House(_home, server, seen, front, garden, log_at_start)
    finally:
        await server.stop()
