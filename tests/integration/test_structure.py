"""How the integration's files hang together."""

from __future__ import annotations

from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "custom_components" / "face"
MODULES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in COMPONENT.rglob("*.py")
)

# The package's own file would import everything in an order of its own, so an empty one stands in for it.
IMPORT_FIRST = """
import importlib, sys, types
package = types.ModuleType("custom_components.face")
package.__path__ = [{path!r}]
sys.modules["custom_components.face"] = package
import homeassistant.components.image_processing
for name in {names!r}:
    kept = set(sys.modules)
    importlib.import_module(name)
    for added in [one for one in sys.modules if one.startswith("custom_components.face.")]:
        del sys.modules[added]
"""


@pytest.mark.parametrize("modules", [MODULES])
def test_every_module_can_be_the_first_that_is_imported(modules: list[str]) -> None:
    """So none of them hangs on the order in which others happen to be imported."""
    inner = [name for name in modules if name != "custom_components.face"]
    assert len(inner) > 30
    program = IMPORT_FIRST.format(path=str(COMPONENT), names=inner)
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
