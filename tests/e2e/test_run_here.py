"""From *Add integration* to a person at home, with no terminal, address or token: Home Assistant runs the server.

The wheel is made of the binary in FACE_SERVER, pinned as a release pins it, and installed by Home Assistant itself.
"""
# ruff: noqa: ASYNC110

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
import os
from pathlib import Path
import platform
import shutil
import signal
import sqlite3
import tarfile
import time
from typing import Any

from home_assistant import HomeAssistant
import pytest
import pytest_asyncio
import wheel

from .cameras import in_view
from .conftest import CONFIGURATION, ROOT, watched_home, with_cameras
from .face_server import BINARY
from .observer import PATIENCE_SECONDS, Observer
from .test_house import CAMERA, OBAMA

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERSON = "person.barack_obama"
MOST_CLICKS = 8
MOST_SECONDS = 300


@dataclass
class Newcomer:
    """Somebody who has just downloaded the integration; counts what they click."""

    home: HomeAssistant
    seen: Observer
    clicks: int = 0
    begun: float = field(default_factory=time.monotonic)

    async def click(self, kind: str, step: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """Choose something, or send a form."""
        self.clicks += 1
        return dict(await self.seen.answer(kind, step, answer))

    async def begin(self, kind: str, handler: object) -> dict[str, Any]:
        """Press a button that begins a flow."""
        self.clicks += 1
        return dict(await self.seen.flow(kind, handler))

    async def wait(self, step: dict[str, Any]) -> dict[str, Any]:
        """Look at a flow that shows progress, until it goes on."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while step["type"] == "progress":
                await asyncio.sleep(0.5)
                step = await asyncio.to_thread(
                    self.home.call, "GET", f"/api/config/config_entries/flow/{step['flow_id']}"
                )
        return step


def child_of(home: HomeAssistant) -> int | None:
    """The process of the server that this Home Assistant runs."""
    assert home.process is not None
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            command = status.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if fields["PPid"] == str(home.process.pid) and b"--stop-with-stdin" in command:
            return int(fields["Pid"])
    return None


@pytest.fixture(scope="module")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    """Give a Home Assistant with the integration as it is released."""
    folder = tmp_path_factory.mktemp("run here")
    instance = watched_home(folder, CONFIGURATION + "backup:\n")
    ours = instance.config / "custom_components" / "face"
    shutil.copytree(ROOT / "custom_components" / "face", ours, ignore=shutil.ignore_patterns("__pycache__"))
    program, machine = Path(BINARY), platform.machine()
    made = wheel.make(program, machine, folder / "dist", pressed=1)
    pins = wheel.pins({machine: program}, {machine: made}, f"{(folder / 'dist').as_uri()}/")
    (ours / "local" / "wheels.json").write_text(pins, encoding="utf-8")
    with with_cameras(instance):
        yield instance


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def newcomer(fresh_home: HomeAssistant) -> AsyncIterator[Newcomer]:
    """Give somebody before a Home Assistant that knows nobody."""
    async with Observer(fresh_home.url, fresh_home.token) as seen:
        yield Newcomer(fresh_home, seen)


async def entry_of(newcomer: Newcomer) -> str:
    """Give the id of the server's entry."""
    (entry,) = await newcomer.seen.command("config_entries/get", domain="face")
    assert entry["state"] == "loaded"
    return str(entry["entry_id"])


async def test_two_clicks_run_the_server_here(newcomer: Newcomer) -> None:
    """The first choice is the recommended one; the rest is progress."""
    menu = await newcomer.begin("flow", "face")
    assert menu["menu_options"][0] == "here"
    done = await newcomer.wait(await newcomer.click("flow", menu, {"next_step_id": "here"}))
    assert done["type"] == "create_entry", done
    await newcomer.seen.reaches("update.face_server", "off")
    assert child_of(newcomer.home) is not None
    assert not (newcomer.home.config / "face" / "data").stat().st_mode & 0o077


async def test_camera_a_photo_and_a_link_bring_somebody_home(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The camera, one photo dropped into the folder, who that is, and a visit."""
    seen, home = newcomer.seen, newcomer.home
    entry = await entry_of(newcomer)
    form = await newcomer.begin("subentries/flow", [entry, "camera"])
    fields = CAMERA | {"camera": "camera.front_door", "triggers": ["input_boolean.front_motion"]}
    done = await newcomer.click("subentries/flow", form, fields)
    assert done["type"] == "create_entry", done
    folder = home.config / "face" / "faces" / "Barack Obama"
    folder.mkdir()
    for photo in (ROOT / "faces" / "Barack Obama").glob("*.[jp][pn]g"):
        shutil.copy(photo, folder)
    await seen.until(lambda: "sensor.barack_obama_last_seen" in seen.states, "the photos are learned")
    menu = await newcomer.begin("options/flow", entry)
    form = await newcomer.click("options/flow", menu, {"next_step_id": "link"})
    registry = await seen.command("config/entity_registry/get", entity_id="device_tracker.barack_obama")
    person_id = registry["unique_id"].split("_")[1]
    done = await newcomer.click("options/flow", form, {"person": person_id, "home_person": "new"})
    assert done["type"] == "create_entry", done
    await seen.until(lambda: seen.state("device_tracker.barack_obama") == "unknown", "core has enabled the tracker")
    await seen.until(lambda: seen.state(PERSON) == "unknown", "the person is there")
    async with in_view(home.config / "front_door.jpg", OBAMA):
        await seen.act("input_boolean", "turn_on", entity_id="input_boolean.front_motion")
        await seen.reaches(PERSON, "home")
        await seen.act("input_boolean", "turn_off", entity_id="input_boolean.front_motion")
    picture = await seen.picture("/api/image_proxy/image.front_door_last_faces")
    assert picture.startswith(b"\xff\xd8")
    seconds = time.monotonic() - newcomer.begun
    with capsys.disabled():
        print(f"\nfrom nothing to home: {newcomer.clicks} clicks, {seconds:.0f} s")  # noqa: T201
    assert newcomer.clicks <= MOST_CLICKS
    assert seconds <= MOST_SECONDS


async def test_backup_has_faces_and_a_whole_database(newcomer: Newcomer) -> None:
    """While the server goes on."""
    seen = newcomer.seen
    agents = await seen.command("backup/agents/info")
    local = [one["agent_id"] for one in agents["agents"] if "local" in one["agent_id"]]
    await seen.command(
        "backup/generate", agent_ids=local, include_database=False, include_homeassistant=True, name="whole"
    )
    folder = newcomer.home.config / "backups"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await seen.command("backup/info"))["state"] != "idle" or not list(folder.glob("*.tar")):
            await asyncio.sleep(0.5)
    (made,) = folder.glob("*.tar")
    restored = newcomer.home.folder / "restored"
    with tarfile.open(made) as outer:
        (inner,) = (name for name in outer.getnames() if "homeassistant.tar" in name)
        outer.extract(inner, restored, filter="data")
    with tarfile.open(restored / inner) as content:
        # Not all of it: blueprints are links to the checkout in these tests.
        ours = [member for member in content if member.name.startswith("data/face/")]
        content.extractall(restored, ours, filter="data")
    kept = restored / "data" / "face"
    assert list((kept / "faces" / "Barack Obama").iterdir())
    with sqlite3.connect(kept / "data" / "face.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM sighting").fetchone()[0] >= 1


async def test_killed_server_comes_back_and_forgets_nobody(newcomer: Newcomer) -> None:
    """As when memory runs out."""
    seen = newcomer.seen
    child = child_of(newcomer.home)
    assert child is not None
    os.kill(child, signal.SIGKILL)
    await seen.reaches("update.face_server", "unavailable")
    await seen.reaches("update.face_server", "off")
    assert child_of(newcomer.home) not in (None, child)
    assert seen.state(PERSON) == "home"
    assert "sensor.barack_obama_last_seen" in seen.states


async def test_killed_home_assistant_takes_its_server_along(newcomer: Newcomer) -> None:
    """Started again, it has one, and the same people."""
    home = newcomer.home
    child = child_of(home)
    assert child is not None
    assert home.process is not None
    home.process.kill()
    home.process.wait()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (Path("/proc") / str(child)).exists():
            await asyncio.sleep(0.1)
    await asyncio.to_thread(home.start)
    async with Observer(home.url, home.token) as seen:
        await seen.until(lambda: seen.state("update.face_server") == "off", "the server is there")
        again = child_of(home)
        assert again is not None
        assert seen.state("sensor.barack_obama_last_seen") not in (None, "unavailable", "unknown")
        await asyncio.to_thread(home.stop)
        assert not (Path("/proc") / str(again)).exists()
