"""The server that Home Assistant runs itself: installed, started, started again, updated, moved, backed up, ended."""
# ruff: noqa: ASYNC240

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
import json
import os
from pathlib import Path
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face import backup
from custom_components.face.const import DOMAIN
from custom_components.face.local import folder as local_folder, server as local, wheel as local_wheel
from custom_components.face.local.folder import Folder
from custom_components.face.local.server import DATA_LOCAL

from .child import Child
from .home import CAMERA, DoorCamera, entity, state, until
from .peer import SERVER_ID, TOKEN, Peer
from .test_config_flow import choose, fill_in, move


@pytest.fixture
async def child(
    home: HomeAssistant, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Child]:
    """Give a released server that can be installed, in a Home Assistant with an empty folder."""
    pins = tmp_path / "wheels.json"
    monkeypatch.setattr(local_wheel, "RELEASED", pins)
    monkeypatch.setattr(local, "PAUSE_FIRST_S", 0.01)
    home.config.config_dir = str(tmp_path / "config")
    made = Child(tmp_path / "child", pins)
    made.answers_at(f"127.0.0.1:{peer.port}")
    yield made
    if (server := home.data.get(DATA_LOCAL)) is not None:
        await server.async_stop()
    uninstall = [sys.executable, "-m", "uv", "pip", "uninstall", "--quiet", "--python", sys.executable, "face-server"]
    subprocess.run(uninstall, check=True)  # noqa: ASYNC221, S603


async def run_here(home: HomeAssistant) -> Any:
    """Begin to add the integration, and choose the first of the menu."""
    flow = await home.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await through(home, await choose(home, flow, "here"))


async def through(home: HomeAssistant, flow: Any) -> Any:
    """Wait out a flow's progress."""
    while flow["type"] in (FlowResultType.SHOW_PROGRESS, FlowResultType.SHOW_PROGRESS_DONE):
        await home.async_block_till_done()
        flow = await home.config_entries.flow.async_configure(flow["flow_id"])
    await home.async_block_till_done()
    return flow


async def reconfigure(home: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Begin to change where a server is."""
    return await home.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


@pytest.fixture
async def here(home: HomeAssistant, child: Child) -> MockConfigEntry:
    """Give a server that runs here."""
    entry: MockConfigEntry = (await run_here(home))["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def stopped(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """Take the entry down, and its server at once."""
    assert await home.config_entries.async_unload(entry.entry_id)
    await home.data[DATA_LOCAL].async_stop()


def issues(home: HomeAssistant) -> dict[str | None, dict[str, str] | None]:
    """What Home Assistant asks a person to put right about the server."""
    found = ir.async_get(home).issues.values()
    return {one.translation_key: one.translation_placeholders for one in found if "local" in str(one.translation_key)}


async def test_running_here_needs_nothing_but_two_clicks(home: HomeAssistant, child: Child, peer: Peer) -> None:
    """Installed from the address that is pinned, started for this machine only, last in line for the processor."""
    os.environ["PORT"] = "1"
    try:
        done = await run_here(home)
    finally:
        del os.environ["PORT"]
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == {"local": True}
    assert done["result"].unique_id == SERVER_ID
    assert done["result"].state is ConfigEntryState.LOADED
    assert state(home, "image", "alice-id_face")
    assert set(peer.tokens) == {TOKEN}
    (start,) = map(json.loads, child.starts)
    assert start["nice"] == min(os.nice(0) + 10, 19) or shutil.which("nice") is None
    assert start["port"] is None, "what is set for Home Assistant is not for it"
    given = dict(zip(start["arguments"], start["arguments"][1:], strict=False))
    folder = Path(home.config.path("face"))
    assert given["--listen"] == "127.0.0.1"
    assert (given["--faces-dir"], given["--data-dir"]) == (str(folder / "faces"), str(folder / "data"))
    assert int(given["--workers"]) <= max(1, (os.process_cpu_count() or 1) // 2)
    assert (folder / "data").stat().st_mode & 0o077 == 0
    again = await run_here(home)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_here")


def device_with(home: HomeAssistant, *cameras: str) -> Callable[[str, str], str]:
    """Let these cameras hang on one device; a function adds another entity and gives its lasting id."""
    registry, owner = er.async_get(home), home.config_entries.async_entries("local_file")[0]
    device = dr.async_get(home).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("local_file", cameras[0])}
    )
    for entity_id in cameras:
        registry.async_update_entity(entity_id, device_id=device.id)

    def add(domain: str, device_class: str) -> str:
        added = registry.async_get_or_create(
            domain, "local_file", device_class, device_id=device.id, original_device_class=device_class
        )
        return added.id

    return add


async def test_cameras_of_the_home_are_offered_and_set_up_in_the_same_flow(
    home: HomeAssistant, child: Child, peer: Peer, door: DoorCamera
) -> None:
    """Each with what its own device can be set off by; none counts as home unasked, and none is taken twice."""
    registry = er.async_get(home)
    sub = registry.async_get_or_create("camera", "local_file", "sub", object_id_base="front_door_sub")
    home.states.async_set(sub.entity_id, "idle", {"friendly_name": "Front door, small"})
    add = device_with(home, CAMERA, sub.entity_id)
    bell, movement = add("event", "doorbell"), add("binary_sensor", "motion")
    add("binary_sensor", "battery")
    home.states.async_set("camera.away", "unavailable")
    form = await run_here(home)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "cameras")
    chooser = form["data_schema"].schema["cameras"].config["options"]
    name = "Door Front door"
    labels = {"camera.away": "away", CAMERA: name, sub.entity_id: "Front door, small"}
    assert {one["value"]: one["label"] for one in chooser} == labels
    suggested = {str(key): key.description for key in form["data_schema"].schema}
    assert suggested == {"cameras": {"suggested_value": [CAMERA]}, "counts_as_home": None}
    done = await home.config_entries.flow.async_configure(form["flow_id"], {"cameras": [CAMERA]})
    await home.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["description_placeholders"] == {"panel": "/faces"}
    (camera,) = done["result"].subentries.values()
    assert (camera.title, camera.subentry_type) == (name, "camera")
    own_id = camera.unique_id
    assert (registered := registry.async_get(CAMERA)) is not None
    assert registered.id == own_id
    assert camera.data == {
        "enabled": True,
        "camera": own_id,
        "triggers": [bell, movement],
        "counts_as_home": False,
        "pictures": 6,
        "spacing": 0.7,
        "cooldown": 10.0,
        "interval": 0,
    }
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["name"] == name
    assert entity(home, "sensor", f"{own_id}_faces")


async def test_camera_that_nothing_sets_off_is_looked_at_regularly(
    home: HomeAssistant, child: Child, peer: Peer, door: DoorCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No faster than it can; where it was chosen so, whoever is confirmed there is home."""

    async def slow(*_: object) -> tuple[bytes, float]:
        return b"picture", 1.23

    monkeypatch.setattr("custom_components.face.flows.camera.async_take_picture", slow)
    form = await run_here(home)
    chosen = {"cameras": [CAMERA], "counts_as_home": [CAMERA]}
    done = await home.config_entries.flow.async_configure(form["flow_id"], chosen)
    await home.async_block_till_done()
    (camera,) = done["result"].subentries.values()
    settings = {key: camera.data[key] for key in ("triggers", "interval", "spacing", "counts_as_home")}
    assert settings == {"triggers": [], "interval": 10, "spacing": 1.3, "counts_as_home": True}


async def test_camera_without_a_picture_is_named_and_left_out(
    home: HomeAssistant, child: Child, door: DoorCamera
) -> None:
    """Sent again, the form goes on without it; given up, the server is not left running."""
    door.breaks()
    form = await run_here(home)
    configure = home.config_entries.flow.async_configure
    again: Any = await configure(form["flow_id"], {"cameras": [CAMERA], "counts_as_home": [CAMERA]})
    assert again["errors"] == {"base": "cameras_without_picture"}
    assert again["description_placeholders"]["refused"].startswith("Front door: ")
    left = {str(key): (key.description or {}).get("suggested_value") for key in again["data_schema"].schema}
    assert left == {"cameras": [], "counts_as_home": []}
    home.config_entries.flow.async_abort(form["flow_id"])
    await home.async_block_till_done()
    assert not child.alive()
    form = await run_here(home)
    done = await configure(form["flow_id"], {})
    await home.async_block_till_done()
    assert (done["type"], dict(done["result"].subentries)) == (FlowResultType.CREATE_ENTRY, {})


async def test_its_log_is_home_assistants_and_its_token_is_in_none(
    home: HomeAssistant, here: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """Line by line, with its level."""
    lines = [(one.levelname, one.getMessage()) for one in caplog.get_records("setup")]
    assert ("WARNING", "a photo was skipped (file=a.jpg)") in lines
    assert not [line for _, line in lines if TOKEN in line or "secret" in line]


async def test_killed_server_comes_back_at_another_port(
    home: HomeAssistant, here: MockConfigEntry, child: Child, peer: Peer
) -> None:
    """By itself, and Home Assistant connects again."""
    await peer.move()
    child.answers_at(f"127.0.0.1:{peer.port}")
    before, log_ins = child.pid, peer.log_ins
    os.kill(before, signal.SIGKILL)
    await peer.until(lambda: peer.log_ins > log_ins)
    await until(home, lambda: here.runtime_data.ready)
    assert child.pid != before
    assert issues(home) == {}


async def test_server_that_keeps_failing_is_told_with_its_last_words(
    home: HomeAssistant, here: MockConfigEntry, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And tried again until it runs; then nothing is left of it."""
    child.set("broken", on=True)
    os.kill(child.pid, signal.SIGKILL)
    await until(home, lambda: "local_server_failing" in issues(home))
    words = issues(home)["local_server_failing"]
    assert words == {"reason": "the disk is full", "folder": home.config.path("face")}
    monkeypatch.setattr(local, "STEADY_S", 0.0)
    monkeypatch.setattr(local, "CHECK_EVERY_S", 0.01)
    child.set("broken", on=False)
    await until(home, lambda: here.runtime_data.ready and not issues(home))


async def test_full_disk_is_told_until_there_is_room(
    home: HomeAssistant, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the server goes on."""
    monkeypatch.setattr(local, "CHECK_EVERY_S", 0.01)
    await run_here(home)
    assert issues(home) == {}
    with monkeypatch.context() as full:
        full.setattr(local_folder, "LITTLE_ROOM", 2**63)
        await until(home, lambda: issues(home) == {"local_disk_full": {"folder": home.config.path("face")}})
    await until(home, lambda: issues(home) == {})
    assert len(child.starts) == 1


async def test_server_that_is_deaf_is_ended_and_started_again(
    home: HomeAssistant, child: Child, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that hears goes on."""
    monkeypatch.setattr(local, "CHECK_EVERY_S", 0.01)
    await run_here(home)
    await until(home, lambda: peer.health_checks > local.MOST_DEAF_CHECKS)
    assert len(child.starts) == 1
    peer.deaf = True
    await until(home, lambda: len(child.starts) == 3)


async def test_failed_install_is_said_and_can_be_tried_again(home: HomeAssistant, child: Child) -> None:
    """The wheel is not there, then it is not the one that was released, then it is."""
    good = child.pins.read_text()
    child.pins.write_text(good.replace("/dist/", "/gone/"))
    flow = await run_here(home)
    assert (flow["type"], flow["step_id"]) == (FlowResultType.MENU, "here_failed")
    assert "/gone/" in flow["description_placeholders"]["reason"]
    released = json.loads(good)
    (pinned,) = released["wheels"].values()
    pinned["sha256"] = "0" * 64
    child.pins.write_text(json.dumps(released))
    flow = await through(home, await choose(home, flow, "here"))
    assert flow["step_id"] == "here_failed"
    assert child.starts == [], "nothing that was not released is run"
    child.release("1.0.1", promised="something else")
    flow = await through(home, await choose(home, flow, "here"))
    assert "not the released one" in flow["description_placeholders"]["reason"]
    assert child.starts == []
    child.release("1.0.1")
    done = await through(home, await choose(home, flow, "here"))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_server_that_does_not_start_says_why_in_the_flow(home: HomeAssistant, child: Child) -> None:
    """And another way is offered."""
    child.set("broken", on=True)
    flow = await run_here(home)
    assert flow["description_placeholders"]["reason"] == "the disk is full"
    assert flow["menu_options"] == ["here", "connect"]
    connect = await choose(home, flow, "connect")
    assert connect["step_id"] == "connect"
    home.config_entries.flow.async_abort(flow["flow_id"])
    await home.async_block_till_done()
    assert not child.alive()


async def test_machine_without_a_wheel_is_told_the_other_way(
    home: HomeAssistant, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As 32-bit ARM."""
    monkeypatch.setattr(platform, "machine", lambda: "armv7l")
    flow = await run_here(home)
    assert (flow["step_id"], flow["menu_options"]) == ("not_here", ["connect"])
    assert "armv7l" in flow["description_placeholders"]["machine"]


async def test_copy_that_names_no_wheel_says_that_it_is_no_release(home: HomeAssistant, child: Child) -> None:
    """As a clone of the source; what ran before, if anything did, goes on."""
    entry: MockConfigEntry = (await run_here(home))["result"]
    await stopped(home, entry)
    released = child.pins.read_text()
    child.pins.write_text(json.dumps({"version": "1.0.0", "wheels": {}}))
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    ((kind, words),) = issues(home).items()
    assert (kind, "not a release" in words["reason"]) == ("local_server_old", True)  # type: ignore[index]
    assert await home.config_entries.async_remove(entry.entry_id)
    flow = await run_here(home)
    assert (flow["step_id"], flow["menu_options"]) == ("not_released", ["connect"])
    assert (await choose(home, flow, "connect"))["step_id"] == "connect"
    child.pins.write_text(released)


async def test_server_ends_with_its_entry_and_with_home_assistant(
    home: HomeAssistant, here: MockConfigEntry, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never two, and none without Home Assistant."""
    first = child.pid
    assert await home.config_entries.async_reload(here.entry_id)
    assert (child.pid, child.alive()) == (first, True), "settings change more often than servers"
    monkeypatch.setattr(local, "UNWANTED_S", 0.0)
    assert await home.config_entries.async_unload(here.entry_id)
    await until(home, lambda: not child.alive())
    assert await home.config_entries.async_setup(here.entry_id)
    assert child.alive()
    home.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await until(home, lambda: not child.alive())
    assert await home.config_entries.async_reload(here.entry_id)
    assert await home.config_entries.async_remove(here.entry_id)
    assert not child.alive()


async def test_start_without_the_wheel_is_said_by_a_repair(
    home: HomeAssistant, here: MockConfigEntry, child: Child
) -> None:
    """As after an update of Home Assistant's container, without the internet."""
    await stopped(home, here)
    child.release("1.1.0")
    (wheel,) = (child.place / "dist").glob("*1.1.0*")
    wheel.rename(child.place / "hidden")
    # What ran before does, meanwhile.
    assert await home.config_entries.async_setup(here.entry_id)
    await home.async_block_till_done()
    assert set(issues(home)) == {"local_server_old"}
    update = entity(home, "update", "server")
    assert home.states.get(update).attributes["latest_version"] == "1.1.0"  # type: ignore[union-attr]
    (child.place / "hidden").rename(wheel)
    await home.services.async_call("update", "install", {"entity_id": update}, blocking=True)
    await until(home, lambda: not issues(home))
    assert "# 1.1.0" in local_wheel.installed()[0].read_text()  # type: ignore[index]
    # Without either, there is nothing to run.
    await stopped(home, here)
    child.release("1.2.0")
    next((child.place / "dist").glob("*1.2.0*")).unlink()
    (Path(home.config.path("face")) / "data" / "program").unlink()
    assert not await home.config_entries.async_setup(here.entry_id)
    assert here.state is ConfigEntryState.SETUP_RETRY
    assert set(issues(home)) == {"local_server_failing"}


async def test_token_that_is_gone_is_made_again(home: HomeAssistant, child: Child) -> None:
    """By the program itself, as somebody on this machine may."""
    child.set("tokenless", on=True)
    done = await run_here(home)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    kept = Path(home.config.path("face")) / "data" / "admin-token"
    assert kept.read_text() == f"{TOKEN}\n"
    assert kept.stat().st_mode & 0o077 == 0


async def test_token_that_lets_nobody_in_any_more_is_replaced(
    home: HomeAssistant, here: MockConfigEntry, child: Child
) -> None:
    """Nobody is asked to sign in to a server that runs here."""
    await stopped(home, here)
    (Path(home.config.path("face")) / "data" / "admin-token").write_text("old\n")
    assert not await home.config_entries.async_setup(here.entry_id)
    assert here.state is ConfigEntryState.SETUP_RETRY
    assert not list(home.config_entries.flow.async_progress_by_handler(DOMAIN))
    assert await home.config_entries.async_reload(here.entry_id)


async def test_moving_to_an_own_server_and_back_keeps_entry_and_people(
    home: HomeAssistant, here: MockConfigEntry, child: Child, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the same server, with the same folders."""
    monkeypatch.setattr(local, "UNWANTED_S", 0.0)
    form = await reconfigure(home, here)
    assert form["step_id"] == "address", "it runs here already"
    done = await fill_in(home, form, address=peer.url, token=TOKEN)
    assert done["reason"] == "reconfigure_successful"
    await home.async_block_till_done()
    assert here.data == {"url": peer.url, "token": TOKEN}
    await until(home, lambda: not child.alive())
    folder = Path(home.config.path("face"))
    folder.rename(folder.with_name("away"))
    menu = await reconfigure(home, here)
    copy = await choose(home, menu, "here")
    assert (copy["step_id"], copy["description_placeholders"]) == ("copy_first", {"folder": str(folder)})
    assert not folder.exists(), "no other server was made"
    folder.with_name("away").rename(folder)
    done = await through(home, await choose(home, copy, "here"))
    assert done["reason"] == "reconfigure_successful"
    await home.async_block_till_done()
    assert here.data == {"local": True}
    assert here.state is ConfigEntryState.LOADED
    assert here.unique_id == SERVER_ID
    assert child.alive()


async def test_somebody_elses_folder_is_not_taken_for_the_servers_own(
    home: HomeAssistant, server: MockConfigEntry, child: Child, peer: Peer
) -> None:
    """Another server's data would be other people."""
    folder = Folder(Path(home.config.path("face")))
    folder.prepare()
    (folder.data / "face.sqlite3").touch()
    peer.server_id = "another"
    flow = await choose(home, await server.start_reconfigure_flow(home), "here")
    assert (await through(home, flow))["step_id"] == "copy_first"
    assert not child.alive()
    assert (await move(home, server))["step_id"] == "address"
    peer.server_id = SERVER_ID


def rows_in_copy(data: Path, copy: Path, *, held: bool) -> int | None:
    """Copy a database while it is written, first the file and much later its log; how many rows the copy has.

    None where the copy is damaged.
    """
    data.mkdir(parents=True)
    copy.mkdir()
    folder = Folder(data.parent)
    writer = sqlite3.connect(data / "face.sqlite3", isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=4")
    writer.execute("CREATE TABLE seen (id INTEGER PRIMARY KEY, what TEXT)")
    writer.execute("CREATE INDEX by_what ON seen (what)")

    def write(count: int) -> None:
        for _ in range(count):
            writer.execute("INSERT INTO seen (what) VALUES (hex(randomblob(400)))")

    write(300)
    if held:
        folder.hold()
    shutil.copy(data / "face.sqlite3", copy)
    write(300)
    shutil.copy(data / "face.sqlite3-wal", copy)
    write(10)
    folder.release()
    write(10)
    assert writer.execute("SELECT count(*) FROM seen").fetchone() == (620,), "the server was never held up"
    writer.close()
    try:
        copied = sqlite3.connect(copy / "face.sqlite3")
        if copied.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return None
        return int(copied.execute("SELECT count(*) FROM seen").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def test_copy_that_a_backup_makes_of_a_database_in_use_is_whole(tmp_path: Path) -> None:
    """Held it is; not held it would be torn, or lack what was written last."""
    assert rows_in_copy(tmp_path / "held" / "data", tmp_path / "held copy", held=True) == 600
    assert rows_in_copy(tmp_path / "free" / "data", tmp_path / "free copy", held=False) != 600


async def test_backups_hold_the_database_of_the_server_that_runs_here(
    home: HomeAssistant, here: MockConfigEntry
) -> None:
    """From their beginning to their end; without a database there is nothing to hold."""
    folder = home.data[DATA_LOCAL].folder
    file = folder.data / "face.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE seen (id)")
    await backup.async_pre_backup(home)
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO seen VALUES (1)")
        database.commit()
        moved = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert moved[2] < moved[1], "nothing moves from the log to the file"
    await backup.async_post_backup(home)
    with sqlite3.connect(file) as database:
        moved = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert moved[2] == moved[1]
