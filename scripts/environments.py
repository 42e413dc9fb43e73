#!/usr/bin/env python3
"""Makes the Python environments that scripts and tests need, each once, under `.cache`, and prints its interpreter.

`scripts/environments.py NAME` with a name of `ENVIRONMENTS`. Needs only Python 3.11: `scripts/python314.sh` brings
3.14. An environment is made anew when what it should hold changes; a half-made one is never used.
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
import time

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
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


def make(name: str) -> Path:
    """Make the environment if it is not there yet and return its interpreter."""
    environment = ENVIRONMENTS[name]
    folder = CACHE / name
    python = folder / "bin" / "python"
    integrations = sorted({*environment.integrations, *own_dependencies()})
    contents = hashlib.sha256(json.dumps([environment.packages, integrations, REQUIREMENTS_OF]).encode()).hexdigest()
    stamp = folder / "made-of"
    with alone(name):
        if stamp.exists() and stamp.read_text() == contents:
            return python
        started = time.monotonic()
        say(f"{name}: making its Python environment")
        if folder.exists():
            shutil.rmtree(folder)
        subprocess.run([python314(), "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        install: list[str | Path] = [folder / "bin" / "uv", "pip", "install", "--quiet", "--link-mode", "copy"]
        install += ["--python", python]
        subprocess.run([*install, *environment.packages], check=True)
        listed = subprocess.run(
            [python, "-c", REQUIREMENTS_OF, *integrations], stdout=subprocess.PIPE, text=True, check=True
        )
        constraints = next(folder.glob("lib/python3.*/site-packages/homeassistant/package_constraints.txt"))
        subprocess.run([*install, "--constraint", constraints, *listed.stdout.split("\n")[:-1]], check=True)
        stamp.write_text(contents)
        say(f"{name}: ready after {time.monotonic() - started:.0f} s")
    return python


def main() -> None:
    """Print the interpreter of the environment that the command line names."""
    if len(sys.argv) != 2 or sys.argv[1] not in ENVIRONMENTS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(ENVIRONMENTS)}")
    try:
        print(make(sys.argv[1]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{sys.argv[1]}: could not be made: {error}")


if __name__ == "__main__":
    main()
