"""A `face-server` program → a wheel around it, for pip, uv and Home Assistant; and what the wheels are pinned by.

The program is linked statically, so one wheel serves every Linux of its machine, with glibc or musl. The same program
makes the same bytes.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
import hashlib
import json
from pathlib import Path
import re
import tomllib
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "custom_components" / "face" / "local" / "wheels.json"
MACHINES = ("x86_64", "aarch64")
# Zip files begin here.
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def package() -> dict[str, str]:
    """What Cargo.toml says of every member; the version stands there once."""
    content = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    return {**content["workspace"]["package"], "description": content["package"]["description"]}


def sha256(file: Path) -> str:
    """Hash a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def tags(machine: str) -> list[str]:
    """Name the systems that the program runs on."""
    return [f"py3-none-{system}_{machine}" for system in ("manylinux_2_17", "manylinux2014", "musllinux_1_1")]


def file_name(version: str, machine: str) -> str:
    """Name the wheel, with all its tags in short."""
    return f"face_server-{version}-py3-none-{'.'.join(tag.removeprefix('py3-none-') for tag in tags(machine))}.whl"


def make(program: Path, machine: str, folder: Path, version: str | None = None, *, pressed: int = 9) -> Path:
    """Write the wheel into a folder; `pressed` is how hard it is compressed."""
    about = package()
    version = version or about["version"]
    name = f"face_server-{version}"
    metadata = f"""\
Metadata-Version: 2.4
Name: face-server
Version: {version}
Summary: {about["description"]}
Project-URL: Source, {about["repository"]}
License-Expression: {re.sub("/", " OR ", about["license"])}
License-File: LICENSE-MIT
License-File: LICENSE-APACHE
Requires-Python: >=3.8
Description-Content-Type: text/markdown

{(ROOT / "packaging" / "wheel.md").read_text(encoding="utf-8")}"""
    tag_lines = "".join(f"Tag: {tag}\n" for tag in tags(machine))
    wheel = f"Wheel-Version: 1.0\nGenerator: scripts/wheel.py\nRoot-Is-Purelib: false\n{tag_lines}"
    files = {
        f"{name}.data/scripts/face-server": program.read_bytes(),
        f"{name}.dist-info/METADATA": metadata.encode(),
        f"{name}.dist-info/WHEEL": wheel.encode(),
    }
    for licence in ("LICENSE-MIT", "LICENSE-APACHE"):
        files[f"{name}.dist-info/licenses/{licence}"] = (ROOT / licence).read_bytes()
    record = f"{name}.dist-info/RECORD"
    lines = [f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in files.items()]
    files[record] = ("".join(lines) + f"{record},,\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / file_name(version, machine)
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=pressed) as archive:
        for path, content in files.items():
            info = ZipInfo(path, LONG_AGO)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            archive.writestr(info, content)
    return made


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def pins(programs: dict[str, Path], wheels: dict[str, Path], where: str, version: str | None = None) -> str:
    """Write down what the integration may install: each wheel's address and hash, and its program's."""
    pinned = {
        machine: {"url": where + wheel.name, "sha256": sha256(wheel), "program_sha256": sha256(programs[machine])}
        for machine, wheel in wheels.items()
    }
    return json.dumps({"version": version or package()["version"], "wheels": pinned}, indent=2) + "\n"
