"""From *Add integration* to a person at home, with no terminal, address or token: Home Assistant runs the server.

In a real browser, so it belongs to that section of `scripts/test`. The wheel is made of the binary in FACE_SERVER,
pinned as a release pins it, and installed by Home Assistant itself.
"""
# ruff: noqa: ASYNC110

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
import os
from pathlib import Path
import platform
import shutil
import signal
import sqlite3
import tarfile
import time

from home_assistant import HomeAssistant
from playwright.sync_api import Locator, Page, expect
import pytest
import pytest_asyncio
import wheel

from .cameras import in_view
from .conftest import CAMERAS, CONFIGURATION, ROOT, watched_home, with_cameras
from .face_server import BINARY
from .observer import PATIENCE_SECONDS, Observer
from .test_browser import ENGLISH, look, picture
from .test_house import OBAMA

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERSON = "person.barack_obama"
PHOTOS = sorted((ROOT / "faces" / "Barack Obama").glob("*.[jp][pn]g"))
MOST_CLICKS = 8
MOST_SECONDS = 300


@dataclass
class Newcomer:
    """Somebody who has just downloaded the integration."""

    home: HomeAssistant
    seen: Observer


class Hand:
    """What a newcomer does with the mouse; it counts."""

    clicks = 0

    def click(self, what: Locator) -> None:
        """Click on it, once it is there."""
        self.clicks += 1
        what.click()


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


def set_up(page: Page, url: str, hand: Hand) -> None:
    """Begin at the link of the README, and go where the pages lead."""
    page.goto(f"{url}/config/integrations/dashboard/add?domain=face")
    hand.click(page.get_by_role("button", name="OK").first)
    here = page.get_by_text(ENGLISH["config"]["step"]["user"]["menu_options"]["here"])
    here.first.wait_for()
    picture(page, "here")
    hand.click(here.first)
    form = page.locator("step-flow-form")
    words = ENGLISH["config"]["step"]["cameras"]
    form.get_by_text(words["title"]).or_(page.get_by_text(words["title"])).first.wait_for()
    chosen, home = form.locator("ha-selector-select").all()
    for name in CAMERAS:
        expect(chosen.get_by_role("checkbox", name=name)).to_be_checked()
        expect(home.get_by_role("checkbox", name=name)).not_to_be_checked()
    hand.click(home.get_by_text("front_door", exact=True))
    expect(home.get_by_role("checkbox", name="front_door")).to_be_checked()
    picture(page, "here_cameras")
    hand.click(page.get_by_role("button", name="Submit").first)
    done = page.locator("step-flow-create-entry")
    done.wait_for()
    picture(page, "here_done")
    hand.click(done.get_by_role("link"))

    now = page.locator("face-panel face-now")
    now.wait_for()
    with page.expect_file_chooser() as chooser:
        hand.click(now.get_by_role("button", name="Add somebody"))
    # What is clicked in the operating system's own dialog is none of the browser's page.
    chooser.value.set_files(PHOTOS)
    dialog = page.locator("face-panel face-dialog")
    dialog.get_by_role("textbox", name="Name").fill("Barack Obama")
    picture(page, "here_name")
    hand.click(dialog.get_by_role("button", name="Add", exact=True))
    dialog.get_by_text(f"{len(PHOTOS)} of {len(PHOTOS)} photos").wait_for()
    dialog.get_by_text("Who is Barack Obama in Home Assistant?").wait_for()
    picture(page, "here_photos")
    hand.click(dialog.get_by_role("button", name="A new person"))
    page.get_by_text("Barack Obama is Barack Obama in Home Assistant.").wait_for()
    expect(dialog).to_have_count(0)


async def test_newcomer_brings_somebody_home_in_the_browser(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server, a camera, photos and who that is, by the mouse alone; then a visit, looked at with a phone."""
    seen, home, hand = newcomer.seen, newcomer.home, Hand()
    begun = time.monotonic()
    await look(home.url, lambda page: set_up(page, home.url, hand))
    await seen.reaches("update.face_server", "off")
    assert child_of(home) is not None
    assert not (home.config / "face" / "data").stat().st_mode & 0o077
    await seen.until(lambda: seen.state("device_tracker.barack_obama") == "unknown", "core has enabled the tracker")
    await seen.until(lambda: seen.state(PERSON) == "unknown", "the person is there")
    async with in_view(home.config / "front_door.jpg", OBAMA):
        # No device of the camera notices motion, so pictures are taken regularly.
        await seen.reaches(PERSON, "home")
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(f"\nfrom nothing to home: {hand.clicks} clicks, {seconds:.0f} s")  # noqa: T201
    assert hand.clicks <= MOST_CLICKS
    assert seconds <= MOST_SECONDS
    path = seen.attribute("image.front_door_last_faces", "entity_picture")

    def read(page: Page) -> None:
        page.goto(f"{home.url}/faces/now")
        now = page.locator("face-panel face-now")
        expect(now.locator("li").filter(has_text="front_door").first).to_contain_text("Barack Obama")
        picture(page, "here_now")
        page.goto(f"{home.url}/config/person?more-info-entity-id={PERSON}")
        page.locator("ha-more-info-dialog").get_by_text("Home", exact=True).first.wait_for()
        picture(page, "here_person")
        page.goto(home.url + path)
        assert page.locator("img").evaluate("picture => picture.naturalWidth") == 1280
        picture(page, "here_annotated")

    await look(home.url, read, width=390, height=844)


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
