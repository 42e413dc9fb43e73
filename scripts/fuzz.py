#!/usr/bin/env python3
"""Fuzzes what reads what others wrote, with coverage: `scripts/fuzz.py [--seconds N] [--keep] [TARGET…]`.

Builds `tests/fuzz` and runs each target for ten minutes unless told otherwise. Fails where one crashes, hangs or takes
too much memory, and names the input, which is repeated by `FUZZ_TARGET=TARGET target/fuzz/debug/driver FILE`.
What reaches something new stays in `.cache/fuzz`, where the next run begins. `--keep` runs nothing, and copies what
reaches code that `tests/fuzz/corpus` doesn't from there to the corpus, which every run of the tests repeats.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = Path(__file__).resolve().parent.parent
FUZZ = ROOT / "tests" / "fuzz"
TARGETS = sorted(path.stem for path in (FUZZ / "targets").glob("*.rs") if path.stem != "mod")
DRIVER = ROOT / "target" / "fuzz" / "debug" / "driver"
FOUND = ROOT / ".cache" / "fuzz"
SECONDS = 600
# Of one input. A picture may take 3 s; what takes longer here, where all that is reached is counted, is reported.
BYTES = {"pictures": 16_384}
OTHER_BYTES = 4_096
KEPT_BYTES = 1_000
TIMEOUT_S = 30
SLOW_S = 3
# The driver itself takes a quarter of it.
MEGABYTES = 600
PNG = b"\x89PNG\r\n\x1a\n"


def build() -> None:
    """Build the driver from the very libraries of the server; only what reads hostile bytes is instrumented."""
    shutil.copy(ROOT / "Cargo.lock", FUZZ / "Cargo.lock")
    environment = {**os.environ, "RUSTC_WRAPPER": str(FUZZ / "instrument"), "CARGO_INCREMENTAL": "0"}
    command = ["cargo", "build", "--target-dir", "target/fuzz", "--manifest-path", "tests/fuzz/Cargo.toml"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def beginnings(target: str) -> list[Path]:
    """Folders of inputs to begin with."""
    folders = [FUZZ / "corpus" / target]
    if target == "pictures":
        folders += [ROOT / "tests" / "pictures" / "formats", ROOT / "tests" / "pictures" / "broken"]
    if target == "protocol":
        examples = FOUND / "examples"
        examples.mkdir(parents=True, exist_ok=True)
        blocks = (ROOT / "PROTOCOL.md").read_text(encoding="utf-8").split("```json")[1:]
        for number, block in enumerate(blocks):
            (examples / str(number)).write_text(block.split("```")[0].partition("\n")[2], encoding="utf-8")
        folders.append(examples)
    return folders


def drive(target: str, words: list[str | Path]) -> bool:
    """Start the driver, and tell whether it ended well."""
    limits = [f"-max_len={BYTES.get(target, OTHER_BYTES)}", f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={MEGABYTES}"]
    limits.append(f"-report_slow_units={SLOW_S}")
    command = [str(word) for word in (DRIVER, *limits, f"-artifact_prefix={FOUND}/{target}-", *words)]
    # Thousands of small files need no disk; the folder of their own has a name nobody can guess.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="face-fuzz-", dir=memory if memory.is_dir() else None) as folder:
        environment = {**os.environ, "FUZZ_TARGET": target, "TMPDIR": folder}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def run(target: str, seconds: int) -> bool:
    """Fuzz one target, and tell whether it held."""
    found = FOUND / target
    found.mkdir(parents=True, exist_ok=True)
    print(f"--- {target}, {seconds} s", flush=True)
    words = [f"-max_total_time={seconds}", "-print_final_stats=1", "-verbosity=0", found, *beginnings(target)]
    return drive(target, words)


def with_checksums(picture: bytes) -> bytes:
    """A PNG whose parts have the right checksums, which are not looked at while fuzzing; anything else as it is."""
    if not picture.startswith(PNG):
        return picture
    parts, at = [PNG], len(PNG)
    while at + 12 <= len(picture):
        end = at + 8 + struct.unpack(">I", picture[at : at + 4])[0]
        if end + 4 > len(picture):
            break
        parts += [picture[at:end], struct.pack(">I", zlib.crc32(picture[at + 4 : end]))]
        at = end + 4
    return b"".join([*parts, picture[at:]])


def keep(target: str) -> bool:
    """Copy what reaches new code in few bytes into the committed corpus."""
    corpus = FUZZ / "corpus" / target
    with tempfile.TemporaryDirectory(prefix="face-fuzz-") as folder:
        for file in (FOUND / target).iterdir():
            if file.stat().st_size <= KEPT_BYTES:
                shutil.copy(file, folder)
        held = drive(target, ["-set_cover_merge=1", "-use_counters=0", corpus, folder])
    for file in corpus.iterdir():
        file.write_bytes(with_checksums(file.read_bytes()))
    return held


def main() -> None:
    """Build, do what the command line says, and end with 0 only if all of it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    build()
    targets = asked.targets or TARGETS
    failed = [target for target in targets if not (keep(target) if asked.keep else run(target, asked.seconds))]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
