"""A real face-server in a folder of its own: started, killed, started again, its tokens made and removed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
import shutil
import signal

import aiohttp
from home_assistant import free_port

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("FACE_SERVER", str(ROOT / "target" / "release" / "face-server"))
START_SECONDS = 300
# Home Assistant's steps are timed; they shall not wait for a processor behind the recognition.
YIELDING = ("nice", "-n", "10")


class FaceServer:
    """One server, kept between starts."""

    def __init__(
        self, folder: Path, listen: str = "127.0.0.1", people: tuple[str, ...] = ("*",), *, yields: bool = True
    ) -> None:
        """Choose a port; the people are those of the samples whose names fit. Beyond loopback it announces itself."""
        self.folder = folder
        self.listen = listen
        self.port = free_port()
        self._before = YIELDING if yields else ()
        # Variables that it gets besides ours.
        self.environment: dict[str, str] = {}
        (folder / "faces").mkdir()
        for name in people:
            for person in (one for one in (ROOT / "faces").glob(name) if one.is_dir()):
                # Here they are people of the home, and no samples.
                ignored = shutil.ignore_patterns(".sample")
                shutil.copytree(person, folder / "faces" / person.name, ignore=ignored)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The token of the first start."""
        return (self.folder / "data" / "admin-token").read_text().strip()

    def _arguments(self, *more: str) -> list[str]:
        folders = ["--faces-dir", str(self.folder / "faces"), "--data-dir", str(self.folder / "data")]
        return [BINARY, *more, *folders]

    async def refuses_to_start(self) -> str:
        """Start it, which must fail; what it says."""
        process = await asyncio.create_subprocess_exec(
            *self._arguments(),
            "--port",
            str(self.port),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(START_SECONDS):
            said, _ = await process.communicate()
        assert process.returncode, "it started"
        return said.decode()

    async def start(self) -> None:
        """Start, and wait until it listens."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._before,
                *self._arguments(),
                *("--listen", self.listen, "--port", str(self.port)),
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
            )
        async with asyncio.timeout(START_SECONDS):
            while not await self._listens():
                assert self._process.returncode is None, (self.folder / "server.log").read_text()
                await asyncio.sleep(0.1)

    async def id(self) -> str:
        """Ask it for its lasting id."""
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{self.url}/v1/ws") as connection:
            return str((await connection.receive_json())["server"]["id"])

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    def _proc(self, name: str) -> Path:
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/{name}")

    def memory_mb(self) -> float:
        """How much memory it has now."""
        fields = dict(line.split(":", 1) for line in self._proc("status").read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) / 1024

    def cpu_s(self) -> float:
        """Processor seconds that it has used."""
        fields = self._proc("stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self) -> int:
        """How many files and connections it has open."""
        return len(list(self._proc("fd").iterdir()))

    def threads(self) -> int:
        """How many threads it has."""
        return len(list(self._proc("task").iterdir()))

    async def kill(self) -> None:
        """End it without a warning, as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it in peace."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(how)
            await process.wait()

    async def token_command(self, *arguments: str) -> str:
        """Run `face-server token …`; what it prints."""
        process = await asyncio.create_subprocess_exec(
            *self._arguments("token", *arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        printed, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        return printed.decode()
