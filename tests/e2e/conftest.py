"""One house for all end-to-end tests: a fresh Home Assistant, a fresh server, two cameras of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
import sys

import pytest
import pytest_asyncio

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from home_assistant import HomeAssistant  # noqa: E402

from .cameras import NOBODY, scene, show  # noqa: E402
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


@contextmanager
def home_with_cameras(folder: Path) -> Iterator[HomeAssistant]:
    """Give a fresh Home Assistant whose cameras see nobody."""
    instance = HomeAssistant(folder, debug=True, extra_configuration=CONFIGURATION)
    instance.config.mkdir(parents=True)
    for name in CAMERAS:
        show(instance.config / f"{name}.jpg", scene(NOBODY, 0))
    with instance:
        for name in CAMERAS:
            instance.add_local_camera(instance.config / f"{name}.jpg")
        yield instance


@asynccontextmanager
async def house_with(home: HomeAssistant, server: FaceServer) -> AsyncIterator[House]:
    """Give a house of these two, not connected yet."""
    log_at_start = home.log.stat().st_size
    await server.start()
    try:
        async with Observer(home.url, home.token) as seen:
            front, garden = (home.config / f"{name}.jpg" for name in CAMERAS)
            yield House(home, server, seen, front, garden, log_at_start)
    finally:
        await server.stop()


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    with home_with_cameras(tmp_path_factory.mktemp("home")) as instance:
        yield instance


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(_home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Give the house."""
    async with house_with(_home, FaceServer(tmp_path_factory.mktemp("server"))) as made:
        yield made


@pytest.fixture(scope="module")
def _looking_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    with HomeAssistant(tmp_path_factory.mktemp("looking"), extra_configuration="zeroconf:\n") as instance:
        yield instance


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def looking(_looking_home: HomeAssistant) -> AsyncIterator[Observer]:
    """Give a Home Assistant that looks around in its network."""
    async with Observer(_looking_home.url, _looking_home.token) as observer:
        await observer.follow_flows()
        yield observer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def announced(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FaceServer]:
    """Give a server that the whole network may reach."""
    instance = FaceServer(tmp_path_factory.mktemp("announced"), listen="0.0.0.0")
    await instance.start()
    try:
        yield instance
    finally:
        await instance.stop()
