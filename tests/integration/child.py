"""A program in the place of face-server that starts or fails as a test says, and has the peer answer for it."""

from __future__ import annotations

from pathlib import Path
import platform
import stat
import sys

import wheel

from .peer import TOKEN

PROGRAM = """\
#!{python}
import json, os, pathlib, signal, sys, time
place = pathlib.Path({place!r})
arguments = sys.argv[1:]
data = pathlib.Path(arguments[arguments.index("--data-dir") + 1])
if arguments[0] == "token":
    print("{token}")
    sys.exit()
with (place / "starts").open("a") as starts:
    starts.write(json.dumps({{"arguments": arguments, "port": os.environ.get("PORT"), "nice": os.nice(0)}}) + "\\n")
(place / "pid").write_text(str(os.getpid()))
def log(level, **fields):
    print(json.dumps({{"level": level, "fields": fields}}), file=sys.stderr, flush=True)
if (place / "broken").exists():
    print("error: the disk is full", file=sys.stderr)
    sys.exit(1)
# {note}
if not (data / "admin-token").exists() and not (place / "tokenless").exists():
    (data / "admin-token").write_text("{token}\\n")
(data / "face.sqlite3").touch()
print("face://secret")
log("WARN", message="a photo was skipped", file="a.jpg")
log("INFO", message="serving", address=(place / "address").read_text())
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
sys.stdin.read()
"""


class Child:
    """Its program, wheel and what it did."""

    def __init__(self, place: Path, pins: Path) -> None:
        """Take a folder to live in, and the file that says what may be installed."""
        self.place = place
        self.pins = pins
        place.mkdir()
        self.release("1.0.0")

    def release(self, version: str, *, promised: str = "") -> None:
        """Publish a version; with a program that is another than it promises."""
        program = self.place / "face-server"
        words = {"python": sys.executable, "place": str(self.place), "token": TOKEN, "note": version}
        program.write_text(PROGRAM.format(**words))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        machine = platform.machine()
        made = wheel.make(program, machine, self.place / "dist", version)
        if promised:
            program.write_text(promised)
        self.pins.write_text(
            wheel.pins({machine: program}, {machine: made}, f"file://{self.place}/dist/", version), encoding="utf-8"
        )

    def answers_at(self, address: str) -> None:
        """Say where it serves."""
        (self.place / "address").write_text(address)

    def set(self, what: str, *, on: bool) -> None:
        """Break it, or mend it."""
        (self.place / what).touch() if on else (self.place / what).unlink()

    @property
    def pid(self) -> int:
        """The process that was started last."""
        return int((self.place / "pid").read_text())

    @property
    def starts(self) -> list[str]:
        """How it was started each time."""
        file = self.place / "starts"
        return file.read_text().splitlines() if file.exists() else []

    def alive(self) -> bool:
        """Whether the last one still runs."""
        try:
            return "Z" not in Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return False
