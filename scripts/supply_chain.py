#!/usr/bin/env python3
"""Checks what is built in, by `deny.toml`: licence, source and ban of every crate; with `--advisories` known holes.

The program that looks, cargo-deny, is fetched once into `.cache`. The list of known holes comes from GitHub.
"""

from __future__ import annotations

from pathlib import Path
import subprocess
import sys

sys.path.insert(0, str(Path(__file__).resolve().parent))
import environments


def main() -> None:
    """End with 0 only if nothing is found."""
    checks = ["licenses", "bans", "sources", *(["advisories"] if "--advisories" in sys.argv[1:] else [])]
    deny = environments.tool("cargo-deny") / "bin" / "cargo-deny"
    command = [deny, "--workspace", "--locked", "check", "--hide-inclusion-graph", *checks]
    sys.exit(subprocess.run(command, cwd=environments.ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
