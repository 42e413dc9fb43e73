"""From *Add integration* to a person at home, with no terminal, address or token: Home Assistant runs the server.

In a real browser, so it belongs to that section of `scripts/test`. The wheel is made of the binary in FACE_SERVER,
pinned as a release pins it, and installed by Home Assistant itself. Then everything happens to it that happens in a
home: a backup, crashes, a full disk, updates. Its configuration folder is a small disk.
"""
# ruff: noqa: ASYNC110

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
import os
from pathlib import Path
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time

from home_assistant import HomeAssistant
from playwright.sync_api import Locator, Page, expect
import pytest
import pytest_asyncio
import wheel

from .cameras import NOBODY, in_view, scene, show
from .conftest import CAMERAS, CONFIGURATION, ROOT, watched_home, with_cameras
from .face_server import BINARY
from .observer import PATIENCE_SECONDS, Observer
from .small_disk import filled, small_disk
from .test_browser import ENGLISH, look, picture
from .test_house import BIDEN, OBAMA

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERSON = "person.barack_obama"
PHOTOS = sorted((ROOT / "faces" / "Barack Obama").glob("*.[jp][pn]g"))
EVERYBODY = {"Barack Obama": len(PHOTOS)}
MOST_CLICKS = 8
MOST_SECONDS = 300
VERSION = wheel.package()["version"]
NEWER = "99.0.0"
UPDATE = "update.face_server"
PLACE = "sensor.barack_obama_last_place"


@dataclass
class Newcomer:
    """Somebody who has just downloaded the integration."""

    home: HomeAssistant
    seen: Observer

    def camera(self, name: str) -> Path:
        """Say where a camera's picture is: on another disk than the configuration."""
        return self.home.folder / "cameras" / f"{name}.jpg"


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


def uninstall() -> None:
    """Take away what Home Assistant has installed, as a new container of it does."""
    command = [sys.executable, "-m", "uv", "pip", "uninstall", "--quiet", "--python", sys.executable]
    subprocess.run([*command, "face-server"], check=True)  # noqa: S603


def release(home: HomeAssistant, program: Path, version: str) -> Path:
    """Let the integration be one that was released with this server; its wheel."""
    machine, dist = platform.machine(), home.folder / version
    made = wheel.make(program, machine, dist, version, pressed=1)
    pins = wheel.pins({machine: program}, {machine: made}, f"{dist.as_uri()}/", version)
    (home.config / "custom_components" / "face" / "local" / "wheels.json").write_text(pins, encoding="utf-8")
    return made


def newer(folder: Path) -> Path:
    """Give another server, which does the same; all that differs is a byte after its end."""
    program = folder / "newer"
    program.write_bytes(Path(BINARY).read_bytes() + b"\n")
    return program


@pytest.fixture(scope="module")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    """Give a Home Assistant with the integration as it is released."""
    uninstall()
    folder = tmp_path_factory.mktemp("run here")
    cameras = folder / "cameras"
    cameras.mkdir()
    with small_disk(folder / "config"):
        instance = watched_home(folder, CONFIGURATION + "backup:\n")
        instance.readable = (cameras,)
        ours = instance.config / "custom_components" / "face"
        shutil.copytree(ROOT / "custom_components" / "face", ours, ignore=shutil.ignore_patterns("__pycache__"))
        release(instance, Path(BINARY), VERSION)
        with with_cameras(instance, cameras):
            yield instance
    uninstall()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def newcomer(fresh_home: HomeAssistant) -> AsyncIterator[Newcomer]:
    """Give somebody before a Home Assistant that knows nobody."""
    async with Observer(fresh_home.url, fresh_home.token) as seen:
        yield Newcomer(fresh_home, seen)


def runs(home: HomeAssistant, program: Path) -> bool:
    """Whether it is this server that Home Assistant runs now."""
    return wheel.sha256(Path(f"/proc/{child_of(home)}/exe")) == wheel.sha256(program)


async def known(seen: Observer) -> dict[str, int]:
    """Whom the server knows, by how many photos."""
    return {one["person"]: one["photos"] for one in (await seen.act("face", "list_people"))["people"]}


async def asked(seen: Observer) -> set[str]:
    """What Face asks a person to put right."""
    issues = (await seen.command("repairs/list_issues"))["issues"]
    return {one["translation_key"] for one in issues if one["domain"] == "face"}


async def until_asked(seen: Observer, *what: str) -> None:
    """Wait until it asks for just this."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await asked(seen) != set(what):
            await asyncio.sleep(0.5)


def sightings(home: HomeAssistant) -> int:
    """Count how often somebody was seen, by what is on the disk."""
    with closing(sqlite3.connect(f"file:{home.config}/face/data/face.sqlite3?mode=ro", uri=True)) as database:
        found: tuple[int] = database.execute("SELECT count(*) FROM sighting").fetchone()
    return found[0]


async def comes_home(newcomer: Newcomer, seen: Observer, camera: str) -> None:
    """Nobody is forgotten, and who was known is recognised, somewhere else than last time."""
    assert await known(seen) == EVERYBODY
    assert seen.state(PLACE) != camera
    async with in_view(newcomer.camera(camera), OBAMA):
        await seen.reaches(PLACE, camera)


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
    await seen.reaches(UPDATE, "off")
    assert child_of(home) is not None
    assert not (home.config / "face" / "data").stat().st_mode & 0o077
    await seen.until(lambda: seen.state("device_tracker.barack_obama") == "unknown", "core has enabled the tracker")
    await seen.until(lambda: seen.state(PERSON) == "unknown", "the person is there")
    async with in_view(newcomer.camera("front_door"), OBAMA):
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
        now.wait_for()
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
    await seen.reaches(UPDATE, "unavailable")
    await seen.reaches(UPDATE, "off")
    assert child_of(newcomer.home) not in (None, child)
    assert seen.state(PERSON) == "home"
    assert await known(seen) == EVERYBODY


async def test_full_disk_stops_nobody_and_loses_nothing(newcomer: Newcomer) -> None:
    """All of Home Assistant's configuration is on it. A photo is refused; who was seen meanwhile is kept later."""
    home, seen, garden = newcomer.home, newcomer.seen, newcomer.camera("garden")
    assert seen.state(PLACE) == "front_door"
    before = sightings(home)
    async with filled(home.config):
        await until_asked(seen, "local_disk_full")
        show(garden, scene(BIDEN, 0))
        with pytest.raises(AssertionError, match="The face server refused"):
            await seen.act("face", "enroll", person="Joe Biden", camera="camera.garden")
        async with in_view(garden, OBAMA):
            await seen.reaches(PLACE, "garden")
            await seen.until(lambda: "confirmed" in seen.event_types("event.garden_face"), "he is confirmed there")
        assert await seen.picture(seen.attribute("image.garden_last_faces", "entity_picture"))
        assert seen.state(PERSON) == "home"
        assert await known(seen) == EVERYBODY
    await until_asked(seen)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sightings(home) == before:
            await asyncio.sleep(0.1)
    show(garden, scene(BIDEN, 0))
    await seen.act("face", "enroll", person="Joe Biden", camera="camera.garden")
    show(garden, scene(NOBODY, 0))
    child = child_of(home)
    assert child is not None
    os.kill(child, signal.SIGKILL)
    await seen.reaches(UPDATE, "unavailable")
    await seen.reaches(UPDATE, "off")
    assert await known(seen) == {**EVERYBODY, "Joe Biden": 1}
    assert seen.state(PLACE) == "garden"
    await seen.act("face", "delete_person", person="Joe Biden")


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
        await seen.reaches(UPDATE, "off")
        again = child_of(home)
        assert again is not None
        assert seen.state("sensor.barack_obama_last_seen") not in (None, "unavailable", "unknown")
        assert await known(seen) == EVERYBODY
    await asyncio.to_thread(home.stop)
    assert not (Path("/proc") / str(again)).exists()


async def test_updated_home_assistant_installs_its_server_again(newcomer: Newcomer) -> None:
    """The configuration is all that a new container keeps."""
    home = newcomer.home
    uninstall()
    await asyncio.to_thread(home.start)
    async with Observer(home.url, home.token) as seen:
        await seen.reaches(UPDATE, "off")
        assert await asked(seen) == set()
        await comes_home(newcomer, seen, "front_door")
    await asyncio.to_thread(home.stop)


async def test_updated_integration_brings_its_server_once_it_can_be_fetched(newcomer: Newcomer) -> None:
    """Until then the one before goes on."""
    home = newcomer.home
    program = newer(home.folder)
    made = release(home, program, NEWER)
    away = made.rename(home.folder / made.name)
    await asyncio.to_thread(home.start)
    async with Observer(home.url, home.token) as seen:
        await seen.reaches(UPDATE, "on")
        assert await asked(seen) == {"local_server_old"}
        assert runs(home, Path(BINARY))
        assert seen.attribute(UPDATE, "installed_version") == VERSION
        assert seen.attribute(UPDATE, "latest_version") == NEWER
        await comes_home(newcomer, seen, "garden")
        away.rename(made)
        await seen.act("update", "install", entity_id=UPDATE)
        await until_asked(seen)
        assert runs(home, program)
        await comes_home(newcomer, seen, "front_door")
