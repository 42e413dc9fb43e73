"""What is released: one version everywhere, an app as the Supervisor wants it, and nothing fetched by name alone."""

from __future__ import annotations

import json
from pathlib import Path
import re
import tomllib
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
import source
import wheel

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"


def read(*path: str) -> str:
    """Read a file of the project."""
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def test_there_is_one_version() -> None:
    """Cargo.toml has it; everything else says the same."""
    version = wheel.package()["version"]
    assert json.loads(read("custom_components", "face", "manifest.json"))["version"] == version
    assert json.loads(read("custom_components", "face", "local", "wheels.json"))["version"] == version
    assert load_yaml_dict(str(APP / "config.yaml"))["version"] == version
    assert f"face-server:{version}-amd64" in read("packaging", "compose.yaml")
    assert set(re.findall(r"face[-_]server-(\d+\.\d+\.\d+)", read("docs", "install.md"))) == {version}
    assert set(re.findall(r"/download/v([^/]+)/", read("app", "Dockerfile"))) <= {version}
    locked = {one["name"]: one["version"] for one in tomllib.loads(read("Cargo.lock"))["package"]}
    assert locked["face-server"] == version
    assert re.search(rf"^## (Unreleased|{re.escape(version)})", read("CHANGELOG.md"), re.MULTILINE)


# What the Supervisor's documentation allows; it refuses an app with an unknown value, and drops unknown keys.
APP_CONFIG = probatio.Schema(
    {
        probatio.Required("name"): str,
        probatio.Required("version"): str,
        probatio.Required("slug"): probatio.Match(r"^[-_.A-Za-z0-9]+$"),
        probatio.Required("description"): str,
        probatio.Required("arch"): [probatio.In(["aarch64", "amd64"])],
        "url": str,
        "homeassistant": probatio.Match(r"^\d{4}\.\d+\.\d+$"),
        "init": bool,
        "discovery": [str],
        "environment": {probatio.Match(r"^\w+$"): str},
        "map": [
            {"type": probatio.In(["addon_config", "homeassistant_config", "media", "share", "ssl"]), "read_only": bool}
        ],
        "ports": {probatio.Match(r"^\d+/(tcp|udp)$"): probatio.Maybe(int)},
        "watchdog": probatio.Match(r"^(?:https?|tcp)://\[HOST\]:(\[PORT:\d+\]|\d+).*$"),
        "backup": probatio.In(["hot", "cold"]),
    }
)


def test_app_is_as_the_supervisor_wants_it() -> None:
    """Its settings, its words and its pictures."""
    config: dict[str, Any] = load_yaml_dict(str(APP / "config.yaml"))
    APP_CONFIG(config)
    assert set(load_yaml_dict(str(ROOT / "repository.yaml"))) == {"name", "url", "maintainer"}
    assert config["discovery"] == ["face"], "the integration's domain"
    for language in (APP / "translations").glob("*.yaml"):
        assert set(load_yaml_dict(str(language))["network"]) == set(config["ports"])
    for name in ("DOCS.md", "Dockerfile", "apparmor.txt", "icon.png", "logo.png"):
        assert (APP / name).is_file()
    assert "profile face " in read("app", "apparmor.txt"), "named after the app"
    # Home Assistant's folders are not the app's business, and nothing asks for more rights than an app has.
    assert not {"privileged", "full_access", "host_network", "docker_api"} & set(config)


def test_variables_of_app_image_and_unit_are_the_servers() -> None:
    """A misspelt one would be ignored."""
    known = set(re.findall(r'env = "(\w+)"', read("src", "config.rs")))
    unit = " ".join(re.findall(r"^Environment=(.*)$", read("packaging", "face-server.service"), re.MULTILINE))
    image = re.findall(r"^ENV (.*)$", read("packaging", "Containerfile"), re.MULTILINE)
    named = set(load_yaml_dict(str(APP / "config.yaml"))["environment"])
    named |= set(re.findall(r"(\w+)=", f"{unit} {' '.join(image)}"))
    assert named
    assert named <= known


@pytest.mark.parametrize(
    "path", ["README.md", *(str(file.relative_to(ROOT)) for file in (ROOT / "docs").rglob("*.md")), "app/DOCS.md"]
)
def test_nobody_is_told_to_install_by_a_name_that_is_not_ours(path: str) -> None:
    """Whoever registered it first would run their program in people's homes."""
    text = read(path)
    commands = "\n".join(re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL))
    assert not re.search(r"(pip install|uvx|docker pull|cargo install) face-server\b", commands)


def test_everything_fetched_is_named_by_its_hash() -> None:
    """The app's programs, the integration's wheels, the workflows' actions."""
    pinned = json.loads(read("custom_components", "face", "local", "wheels.json"))["wheels"]
    for wheel_pins in pinned.values():
        assert set(wheel_pins) == {"url", "sha256", "program_sha256"}
    lines = re.findall(r"^(?:ADD|COPY) .*$", read("app", "Dockerfile"), re.MULTILINE)
    # What is no release fetches nothing, and says why.
    wanted = r"ADD .*--checksum=sha256:[0-9a-f]{64} https://" if pinned else r"COPY this-is-no-release\S* /face-server$"
    assert [bool(re.match(wanted, line)) for line in lines] == [True, True]
    used = [
        line
        for file in (ROOT / ".github" / "workflows").glob("*.yml")
        for line in re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
    ]
    assert used
    assert [one for one in used if not re.search(r"@[0-9a-f]{40}$", one)] == []


def test_wheel_of_one_program_is_always_the_same(tmp_path: Path) -> None:
    """So its hash can be written down before it is published."""
    program = tmp_path / "face-server"
    program.write_bytes(b"\x7fELF")
    first, second = (wheel.make(program, "x86_64", tmp_path / name) for name in ("one", "two"))
    assert wheel.sha256(first) == wheel.sha256(second)
    assert first.name.endswith("-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl")


def test_program_is_found_only_while_it_and_its_source_are_unchanged(tmp_path: Path) -> None:
    """Otherwise `scripts/run` compiles."""
    program = tmp_path / "face-server"
    program.write_bytes(b"one")
    source.record({"x86_64": program, "aarch64": program}, tmp_path)
    assert source.find(tmp_path) == program
    record = tmp_path / source.RECORD
    kept = record.read_text()
    record.write_text(kept.replace(source.sha256(), "0" * 64))
    assert source.find(tmp_path) is None
    record.write_text(kept)
    program.write_bytes(b"two")
    assert source.find(tmp_path) is None
    assert source.find(tmp_path / "missing") is None


def test_allocator_of_arm_programs_is_made_for_large_pages() -> None:
    """A Raspberry Pi 5 has pages of 16 KiB, others of 64; one made for 4 KiB does not start there."""
    settings = tomllib.loads(read(".cargo", "config.toml"))["env"]
    for system in ("GNU", "MUSL"):
        assert int(settings[f"AARCH64_UNKNOWN_LINUX_{system}_JEMALLOC_SYS_WITH_LG_PAGE"]) == 16
