"""One house for all end-to-end tests: a fresh Home Assistant, a fresh server, two cameras of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
import shutil
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


def watched_home(folder: Path, configuration: str) -> HomeAssistant:
    """Make a Home Assistant, not started yet, in debug mode and with our steps measured."""
    shutil.copytree(Path(__file__).parent / "step_clock", folder / "config" / "custom_components" / "step_clock")
    return HomeAssistant(folder, debug=True, extra_configuration=f"step_clock:\n{configuration}")


@contextmanager
def home_with_cameras(folder: Path) -> Iterator[HomeAssistant]:
    """Give a fresh Home Assistant whose cameras see nobody."""
    with with_cameras(watched_home(folder, CONFIGURATION)) as instance:
        yield instance


@contextmanager
def with_cameras(instance: HomeAssistant, pictures: Path | None = None) -> Iterator[HomeAssistant]:
    """Start it, with cameras that see nobody: their pictures are in its configuration, or in another folder."""
    for name in CAMERAS:
        show((pictures or instance.config) / f"{name}.jpg", scene(NOBODY, 0))
    with instance:
        for name in CAMERAS:
            instance.add_local_camera((pictures or instance.config) / f"{name}.jpg")
        yield instance


@asynccontextmanager
async def house_with(home: HomeAssistant, server: FaceServer) -> AsyncIterator[House]:
    """Give a house of these two, not connected yet."""
    await server.start()
    try:
        async with Observer(home.url, home.token) as seen:
            front, garden = (home.config / f"{name}.jpg" for name in CAMERAS)
            yield House(home, server, seen, front, garden)
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
def looking_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    """Give the Home Assistant behind `looking`."""
    with watched_home(tmp_path_factory.mktemp("looking"), "zeroconf:\n") as instance:
        yield instance


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def looking(looking_home: HomeAssistant) -> AsyncIterator[Observer]:
    """Give a Home Assistant that looks around in its network."""
    async with Observer(looking_home.url, looking_home.token) as observer:
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
