"""What a program was made from: the hash of every file that goes into it, recorded beside it.

`scripts/release` records it; `scripts/run` asks `source.py FOLDER` whether a program there is made from exactly this
source, and runs that instead of compiling.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parent.parent
RECORD = "made-from.json"
# What the compiler reads, besides libraries, which Cargo.lock names with their hashes.
INPUTS = ("Cargo.toml", "Cargo.lock", ".cargo/config.toml", "src", "weights", "docs/face-server.example.toml")


def sha256() -> str:
    """Hash names and contents of all inputs, in order."""
    digest = hashlib.sha256()
    for name in INPUTS:
        place = ROOT / name
        files = sorted(one for one in place.rglob("*") if one.is_file()) if place.is_dir() else [place]
        for file in files:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def record(programs: dict[str, Path], folder: Path) -> None:
    """Write down what the programs in a folder were made from, each with its own hash."""
    file = folder / RECORD
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    now = sha256()
    for machine, program in programs.items():
        own = hashlib.sha256(program.read_bytes()).hexdigest()
        known[machine] = {"source": now, "program": program.name, "sha256": own}
    file.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def find(folder: Path) -> Path | None:
    """Find a program for this machine that was made from exactly this source, and is unchanged since."""
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))[os.uname().machine]
        program = folder / known["program"]
        same = hashlib.sha256(program.read_bytes()).hexdigest() == known["sha256"]
    except (OSError, KeyError, ValueError):
        return None
    return program if same and known["source"] == sha256() else None


if __name__ == "__main__":
    found = find(Path(sys.argv[1]))
    if found is None:
        sys.exit(1)
    print(found)
