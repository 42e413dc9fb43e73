"""A disk so small that a test can fill it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
import os
from pathlib import Path
import shutil
import subprocess
import tempfile
from typing import IO

SIZE = 64 * 2**20
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (what is wanted of it is its size)
AGAIN_SECONDS = 0.1


def mount(place: Path) -> tuple[str, ...] | None:
    """Let a folder be a disk, if we may; how we came to be allowed to."""
    about = f"size={SIZE},uid={os.getuid()},gid={os.getgid()},mode=700"
    for allowed in ((), ("sudo", "--non-interactive")):
        command = [*allowed, "mount", "-t", "tmpfs", "-o", about, "tmpfs", str(place)]
        with suppress(FileNotFoundError):
            if subprocess.run(command, check=False).returncode == 0:  # noqa: S603
                return allowed
    return None


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Let a folder be a disk of its own for as long as the block lasts.

    Making one takes an administrator. A container whose administrator may not has a small disk for shared memory.
    """
    place.mkdir()
    if (allowed := mount(place)) is not None:
        try:
            yield
        finally:
            # Lazily: whatever still uses it keeps it until it ends.
            subprocess.run([*allowed, "umount", "--lazy", str(place)], check=True)  # noqa: S603
        return
    size = shutil.disk_usage(SHARED_MEMORY).total if SHARED_MEMORY.exists() else 0
    assert 0 < size <= 4 * SIZE, "no small disk can be made: where that takes a password, run `sudo --validate` first"
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as folder:
        place.rmdir()
        place.symlink_to(folder, target_is_directory=True)
        yield


@asynccontextmanager
async def filled(place: Path) -> AsyncIterator[None]:
    """Let something take every byte of a folder's disk, those that become free too; then it goes away."""
    ballast = place / "ballast"

    def take(file: IO[bytes]) -> None:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))

    async def go_on(file: IO[bytes]) -> None:
        while True:
            take(file)
            await asyncio.sleep(AGAIN_SECONDS)

    with ballast.open("wb", buffering=0) as file:
        take(file)
        assert shutil.disk_usage(place).free == 0
        taking = asyncio.create_task(go_on(file))
        try:
            yield
        finally:
            taking.cancel()
            with suppress(asyncio.CancelledError):
                await taking
            ballast.unlink()
