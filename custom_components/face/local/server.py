"""The server as a child of Home Assistant: installed, started, watched, started again, and ended with it.

There is one for all of Home Assistant, in `hass.data`. It listens on this machine only, at a port that it chooses, and
ends when its standard input closes, so that it never outlives Home Assistant, however that ends. Two never use the
folder: the server itself locks it.
"""
# ruff: noqa: TID252

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from contextlib import suppress
import json
import logging
import os
from pathlib import Path
import shutil
from typing import TYPE_CHECKING, Any

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HassJob, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..client import Address
from ..const import DOMAIN
from .folder import Folder
from .wheel import InstallError, Wheel, async_install, installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant

DATA_LOCAL: HassKey[LocalServer] = HassKey(f"{DOMAIN}_local")
FOLDER = "face"
# The server's own lines; Home Assistant's logger integration can set its level.
LOGGER = logging.getLogger("custom_components.face.server")
LEVELS = {"ERROR": logging.ERROR, "WARN": logging.WARNING, "INFO": logging.INFO}
# `face-server` says this when it can be connected to.
READY = "serving"

# Home Assistant, and whoever looks at it, comes first.
NICENESS = 10
MOST_WORKERS = 2
START_S = 120.0
STOP_S = 10.0
# Nobody has wanted it for so long: its entry is gone for good, or disabled.
UNWANTED_S = 30.0
CHECK_EVERY_S = 60.0
CHECK_TIMEOUT_S = 20.0
# A server that is deaf for so many checks is ended, and started again.
MOST_DEAF_CHECKS = 3
PAUSE_FIRST_S = 1.0
PAUSE_LONGEST_S = 60.0
# So many ends, each soon after the start, are told to a person.
FAILURES_UNTIL_TOLD = 3
# A server that ran for so long has not failed at once.
STEADY_S = 300.0
LINE_LIMIT = 2**20
LINES_KEPT = 20


class LocalServerError(Exception):
    """The server does not run; the message says why."""


@callback
def async_get(hass: HomeAssistant) -> LocalServer:
    """Give the one server of this Home Assistant."""
    if DATA_LOCAL not in hass.data:
        hass.data[DATA_LOCAL] = LocalServer(hass)
    return hass.data[DATA_LOCAL]


class LocalServer:
    """The child process and what is known of it."""

    # Why it does not run, or not the newest; None while all is well.
    failing: str | None = None
    not_updated: str | None = None
    # Whether what is new may not be kept, while everything else goes on.
    disk_full = False
    wheel: Wheel | None = None

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing runs yet."""
        self.hass = hass
        self.folder = Folder(Path(hass.config.path(FOLDER)))
        self._url = ""
        self._token = ""
        self._lock = asyncio.Lock()
        self._ready = asyncio.Event()
        self._told = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._listeners: set[Callable[[], None]] = set()
        self._end_with_home: CALLBACK_TYPE | None = None
        self._unwanted: CALLBACK_TYPE | None = None

    @property
    def address(self) -> Address:
        """Where it is now; another port after each of its starts."""
        return Address(url=self._url, token=self._token)

    @callback
    def async_listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Hear of it when it fails or its disk is full, and when all is well again."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def async_start(self) -> None:
        """Install and start it, unless it runs, and wait until it can be connected to."""
        self._keep()
        async with self._lock:
            if self._watch is None:
                program = await self._async_program()
                await self.hass.async_add_executor_job(self.folder.prepare)
                if self.failing is not None:
                    self._fail(None)
                self._told.clear()
                self._watch = self.hass.async_create_background_task(self._async_watch(program), "face server")
                self._end_with_home = self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._async_home_stops)
            ready, told = (asyncio.ensure_future(event.wait()) for event in (self._ready, self._told))
            await asyncio.wait((ready, told), timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
            for waiting in (ready, told):
                waiting.cancel()
            if not self._ready.is_set():
                await self._async_end()
                self._fail(self.failing or f"it was not ready within {START_S:.0f} s")
                raise LocalServerError(self.failing)
            if not self._token:
                await self._async_take_token()

    async def async_stop(self) -> None:
        """End it."""
        self._keep()
        async with self._lock:
            await self._async_end()

    @callback
    def async_release(self) -> None:
        """End it soon, unless it is wanted again, as after each change of an entry's settings."""
        self._keep()
        if self._watch is not None:
            job = HassJob(self._async_unwanted, "face server", cancel_on_shutdown=True)
            self._unwanted = async_call_later(self.hass, UNWANTED_S, job)

    async def _async_unwanted(self, _now: datetime) -> None:
        self._unwanted = None
        await self.async_stop()

    @callback
    def _keep(self) -> None:
        if self._unwanted is not None:
            self._unwanted()
            self._unwanted = None

    async def async_new_token(self) -> None:
        """Make a token, where the kept one is gone or no longer lets us in."""
        async with self._lock:
            await self._async_make_token()

    async def async_update(self) -> None:
        """Install the newest, and start it."""
        await self.async_stop()
        await self.async_start()
        if self.not_updated is not None:
            raise LocalServerError(self.not_updated)

    async def _async_program(self) -> Path:
        """Install the program; where that fails, the one that ran last will do."""
        self.wheel = await self.hass.async_add_executor_job(Wheel.for_this_machine)
        try:
            program, sha256 = await async_install(self.hass, DOMAIN, self.wheel)
        except InstallError as error:
            found = await self.hass.async_add_executor_job(installed)
            if found is None or found[1] != await self.hass.async_add_executor_job(self.folder.last_program):
                self._fail(str(error))
                raise LocalServerError(self.failing) from error
            self.not_updated = str(error)
            program = found[0]
        else:
            self.not_updated = None
            await self.hass.async_add_executor_job(self.folder.prepare)
            await self.hass.async_add_executor_job(self.folder.keep_last_program, sha256)
        return program

    def _command(self, program: Path) -> list[str]:
        workers = max(1, min(MOST_WORKERS, (os.process_cpu_count() or 1) // 2))
        nice = shutil.which("nice")
        return [
            *([nice, "-n", str(NICENESS)] if nice else []),
            str(program),
            "--stop-with-stdin",
            *("--listen", "127.0.0.1", "--port", "0"),
            *("--faces-dir", str(self.folder.faces), "--data-dir", str(self.folder.data)),
            *("--workers", str(workers)),
            *("--log-format", "json"),
        ]

    async def _async_watch(self, program: Path) -> None:
        """Keep it running."""
        failures = 0
        while True:
            started = self.hass.loop.time()
            try:
                await self._async_run(program)
            except OSError as error:
                self._lines.append(str(error))
            finally:
                self._ready.clear()
            failures = 1 if self.hass.loop.time() - started >= STEADY_S else failures + 1
            reason = next((line for line in reversed(self._lines) if line), "it ended without a word")
            pause = min(PAUSE_FIRST_S * 2 ** (failures - 1), PAUSE_LONGEST_S)
            LOGGER.warning("The server ended (%s); starting it again in %.0f s", reason, pause)
            if failures >= FAILURES_UNTIL_TOLD:
                self._fail(reason)
            await asyncio.sleep(pause)

    async def _async_run(self, program: Path) -> None:
        """Run it once, to its end."""
        self._lines.clear()
        process = await asyncio.create_subprocess_exec(
            *self._command(program),
            # It ends when this closes. What it prints has the token in it; what it logs comes to us.
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=PIPE,
            limit=LINE_LIMIT,
            # Nothing that is set for Home Assistant, such as a PORT, shall change it.
            env={name: value for name, value in os.environ.items() if name in ("PATH", "TZ", "HOME", "LANG")},
        )
        log = self.hass.async_create_background_task(self._async_read_log(process), "face server log")
        try:
            now = self.hass.loop.time()
            deaf, ready, steady = 0, now + START_S, now + STEADY_S
            while process.returncode is None:
                await self._async_look_at_disk()
                with suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_EVERY_S):
                        await process.wait()
                        break
                now = self.hass.loop.time()
                starting = not self._ready.is_set() and now < ready
                deaf = 0 if starting or await self._async_answers() else deaf + 1
                if deaf >= MOST_DEAF_CHECKS:
                    LOGGER.error("The server does not answer any more")
                    process.kill()
                if self.failing is not None and now >= steady:
                    self._fail(None)
            # What it said last belongs to its end.
            await log
        finally:
            log.cancel()
            await self._async_finish(process)

    async def _async_finish(self, process: Process) -> None:
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError, asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _async_look_at_disk(self) -> None:
        # One that is away for a moment, as a share may be, is not full.
        with suppress(OSError):
            full = await self.hass.async_add_executor_job(self.folder.is_full)
            if full != self.disk_full:
                self.disk_full = full
                self._tell()

    async def _async_answers(self) -> bool:
        if not self._ready.is_set():
            return False
        session = async_get_clientsession(self.hass)
        try:
            async with session.get(
                f"{self._url}/healthz", timeout=aiohttp.ClientTimeout(total=CHECK_TIMEOUT_S)
            ) as answer:
                return answer.ok
        except aiohttp.ClientError, TimeoutError:
            return False

    async def _async_read_log(self, process: Process) -> None:
        assert process.stderr is not None  # noqa: S101 (it is a pipe)
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:
                continue  # Longer than any of ours.
            if not line:
                return
            self._take_line(line.decode(errors="replace").rstrip())

    @callback
    def _take_line(self, text: str) -> None:
        level, fields = logging.WARNING, {}
        with suppress(ValueError, KeyError, TypeError):
            line = json.loads(text)
            level, fields = LEVELS.get(line["level"], logging.DEBUG), dict(line["fields"])
            text = _in_words(fields)
        if level >= logging.WARNING:
            self._lines.append(text.removeprefix("error: "))
        LOGGER.log(level, "%s", text)
        if fields.get("message") == READY and "address" in fields:
            self._url = f"http://{fields['address']}"
            self._ready.set()

    async def _async_take_token(self) -> None:
        kept: str | None = await self.hass.async_add_executor_job(self.folder.token)
        self._token = kept or ""
        if not self._token:
            await self._async_make_token()

    async def _async_make_token(self) -> None:
        found = await self.hass.async_add_executor_job(installed)
        if found is None:
            raise LocalServerError("its program is gone")
        name = f"Home Assistant {os.urandom(4).hex()}"
        process = await asyncio.create_subprocess_exec(
            str(found[0]),
            *("token", "add", name, "--role", "admin", "--data-dir", str(self.folder.data)),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        printed, complaint = await process.communicate()
        if process.returncode:
            raise LocalServerError(complaint.decode(errors="replace").strip())
        self._token = printed.decode().strip()
        await self.hass.async_add_executor_job(self.folder.keep_token, self._token)

    async def _async_home_stops(self, _event: Event[Any]) -> None:
        self._end_with_home = None
        # Nobody waits for its start any more.
        self._told.set()
        await self.async_stop()

    async def _async_end(self) -> None:
        watch, self._watch = self._watch, None
        if self._end_with_home is not None:
            self._end_with_home()
            self._end_with_home = None
        if watch is None:
            return
        watch.cancel()
        await asyncio.wait((watch,))
        self._ready.clear()
        self._token = ""

    @callback
    def _fail(self, reason: str | None) -> None:
        """Remember why it does not run, or that it does, and tell."""
        self.failing = reason
        if reason is not None:
            self._told.set()
        self._tell()

    @callback
    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _in_words(fields: dict[str, Any]) -> str:
    """Write a line of the log as people read it."""
    message = str(fields.pop("message", ""))
    more = " ".join(f"{key}={value}" for key, value in fields.items())
    fields["message"] = message
    return f"{message} ({more})" if more and message else message or more
