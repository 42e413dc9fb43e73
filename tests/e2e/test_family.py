"""A family's day: everything that Home Assistant wrote down is compared with what truly happened."""

from __future__ import annotations

import os
from pathlib import Path
import shutil

from home_assistant import HomeAssistant
import pytest

from .face_server import FaceServer
from .family.judge import Judge
from .family.play import CAMERAS, CONFIGURATION, Play
from .family.record import Record, written_since
from .family.timetable import read

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = Path(__file__).parent / "family" / f"{os.environ.get('FAMILY_DAY', 'short')}.toml"


@pytest.fixture
def home(tmp_path: Path) -> HomeAssistant:
    """Give a Home Assistant, not started yet, whose cameras can be switched off."""
    made = HomeAssistant(tmp_path / "home")
    files = "".join(f"      {name}: {made.config / name}.jpg\n" for name in CAMERAS)
    made.extra_configuration = CONFIGURATION + files
    shutil.copytree(Path(__file__).parent / "stage", made.config / "custom_components" / "stage")
    return made


async def test_what_was_written_down_is_what_happened(home: HomeAssistant, tmp_path: Path) -> None:
    """No wrong state, no state without an end, nobody lost, every alert once and with its own picture."""
    table = read(DAY)
    (tmp_path / "server").mkdir()
    server = FaceServer(tmp_path / "server", people=table.family)
    await server.start()
    try:
        play = Play(table, home, server)
        diary = await play.day()
    finally:
        await server.stop()
    states = written_since(home.config / "home-assistant_v2.db", diary.began - 60)
    faults = Judge(table, diary, Record(states=states, shown=play.shown)).judge()
    assert not faults, "\n" + "\n".join(fault.what for fault in faults)
