"""The wheel with the server's program: which one fits this machine, and whether exactly that is installed.

`wheels.json`, written by `scripts/release`, names each wheel by its address and SHA-256, and its program by its own.
A wheel is never asked for by name alone: whoever owns the name in some index would run a program here.
"""

from dataclasses import dataclass
from hashlib import file_digest
from importlib import invalidate_caches, metadata
import json
from pathlib import Path
import platform
import sys
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.requirements import RequirementsNotFound, async_clear_install_history, async_process_requirements

PACKAGE = "face-server"
RELEASED = Path(__file__).with_name("wheels.json")


class InstallError(Exception):
    """The wheel could not be installed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One released wheel."""

    version: str
    url: str
    sha256: str
    program_sha256: str

    @classmethod
    def for_this_machine(cls) -> Self | None:
        """Choose the one that runs here, if there is any. Blocks: it reads a file."""
        released = _released()
        wheel = released["wheels"].get(_machine())
        return None if wheel is None else cls(version=released["version"], **wheel)

    @property
    def requirement(self) -> str:
        """As installers read it: exactly these bytes from exactly there."""
        return f"{PACKAGE} @ {self.url}#sha256={self.sha256}"


def none_released() -> bool:
    """Whether this copy of the integration, which isn't a release, names no wheel at all. Blocks."""
    return not _released()["wheels"]


def _released() -> dict[str, Any]:
    released: dict[str, Any] = json.loads(RELEASED.read_text(encoding="utf-8"))
    return released


def machine() -> str:
    """What this machine is called, for people."""
    return f"{platform.system()} {platform.machine()}{'' if sys.maxsize > 2**32 else ' (32 bits)'}"


def _machine() -> str:
    """What this Python runs on, as `wheels.json` names it."""
    if sys.platform != "linux" or sys.maxsize <= 2**32:
        return ""
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())


def installed() -> tuple[Path, str] | None:
    """Find the installed program, and its SHA-256. Blocks."""
    try:
        files = metadata.distribution(PACKAGE).files or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.parts[-2:] == ("bin", PACKAGE):
            path = Path(str(file.locate())).resolve()
            if path.is_file():
                with path.open("rb") as content:
                    return path, file_digest(content, "sha256").hexdigest()
    return None


def _why_none() -> str:
    """Say why there is no wheel for this machine. Blocks."""
    if none_released():
        return "this copy of the integration is not a release, so it names no face-server to download"
    return "there is no face-server for this machine"


async def async_install(hass: HomeAssistant, domain: str, wheel: Wheel | None) -> tuple[Path, str]:
    """Give the wheel's program and its SHA-256, installed first where it is another or none."""
    if wheel is None:
        raise InstallError(await hass.async_add_executor_job(_why_none))
    found = await hass.async_add_executor_job(installed)
    if found is None or found[1] != wheel.program_sha256:
        # Home Assistant does not try again what failed once; a person, or a later start, may.
        async_clear_install_history(hass)
        try:
            await async_process_requirements(hass, domain, [wheel.requirement], is_built_in=False)
        except RequirementsNotFound as error:
            raise InstallError(f"{wheel.url} could not be installed; Home Assistant's log says why") from error
        invalidate_caches()
        found = await hass.async_add_executor_job(installed)
    if found is None:
        raise InstallError(f"{wheel.url} was installed, but its program is not there")
    if found[1] != wheel.program_sha256:
        raise InstallError(f"the program from {wheel.url} is not the released one, so it is not started")
    return found
