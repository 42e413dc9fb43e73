"""What the scripts of the repository take from a machine, and what they fetch themselves."""

from __future__ import annotations

import os
from pathlib import Path

from environments import ENVIRONMENTS, TOOLS, locked
import pytest

from panel import own_npm


@pytest.mark.parametrize("name", [*ENVIRONMENTS, *TOOLS])
def test_every_package_is_known_by_its_hash(name: str) -> None:
    """And the lock is of what is to be installed now."""
    first, *lines = locked(name).splitlines()
    assert first.startswith("# ")
    packages = [line for line in lines if not line.startswith((" ", "#"))]
    assert packages
    assert [package for package in packages if "==" not in package or not package.endswith("\\")] == []


def test_a_lock_of_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes a version here writes the lock, too."""
    monkeypatch.setitem(TOOLS, "uv", ("uv==0.0.1",))
    with pytest.raises(SystemExit, match="--lock uv"):
        locked("uv")


@pytest.mark.parametrize(
    ("version", "new_enough"),
    [("v18.19.1", False), ("v20.18.9", False), ("v20.19.0", True), ("v24.19.0", True), (None, False)],
)
def test_a_machines_own_node_is_used_where_it_is_new_enough(
    version: str | None, new_enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise one is fetched, so that nothing has to be installed by hand."""
    if version is not None:
        for name in ("node", "npm"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), "/nowhere"]))
    own = own_npm()
    assert own == (str(tmp_path / "npm") if new_enough else None)
