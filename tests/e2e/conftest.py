"""One house for all end-to-end tests: a fresh Home Assistant, a fresh server, two cameras of files."""

from __future__ import annotations

import asyncio
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


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    instance = HomeAssistant(tmp_path_factory.mktemp("home"), debug=True, extra_configuration=CONFIGURATION)
    instance.config.mkdir(parents=True)
    nobody = scene(ROOT / "tests" / "pictures" / "nobody.jpg", 0)
    for name in ("front_door", "garden"):
        show(instance.config / f"{name}.jpg", nobody)
    with instance:
        for name in ("front_door", "garden"):
            instance.add_local_camera(instance.config / f"{name}.jpg")
        yield instance


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(_home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Give the house."""
    server = FaceServer(tmp_path_factory.mktemp("server"))
    await server.start()
    try:
        async with Observer(_home.url, _home.token) as seen:
            await asyncio.sleep(0)
            yield House(_home, server, seen, _home.config / "front_door.jpg", _home.config / "garden.jpg")
    finally:
        await server.stop()
