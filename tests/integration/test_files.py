"""The files beside the code, by Home Assistant's own rules: manifest, descriptions, words, icons, brand, HACS."""

from __future__ import annotations

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import struct
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant import components
from homeassistant.const import REQUIRED_PYTHON_VER
from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, config_validation as cv, icon, service, translation, trigger
from homeassistant.helpers.selector import validate_selector
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN
from custom_components.face.error_text import ABOUT_THE_REQUEST
from custom_components.face.repairs import KINDS

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "custom_components" / "face"
LANGUAGES = sorted(file.stem for file in (COMPONENT / "translations").glob("*.json"))


def read(*path: str) -> dict[str, Any]:
    """Read one of the integration's JSON files."""
    content: dict[str, Any] = json.loads(COMPONENT.joinpath(*path).read_text(encoding="utf-8"))
    return content


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give every string of a tree with its keys."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, tree


ENGLISH = dict(leaves(read("translations", "en.json")))


async def test_home_assistant_loads_the_manifest(home: HomeAssistant) -> None:
    """With all that a custom integration must say."""
    integration = await async_get_integration(home, DOMAIN)
    assert not integration.is_built_in
    assert integration.config_flow
    assert integration.integration_type == "service"
    assert integration.iot_class == "local_push"
    assert integration.version is not None
    assert AwesomeVersion(integration.version).strategy is AwesomeVersionStrategy.SEMVER
    await integration.resolve_dependencies()
    manifest = read("manifest.json")
    assert list(manifest)[:2] == ["domain", "name"]
    assert list(manifest)[2:] == sorted(list(manifest)[2:])
    assert not manifest["requirements"]
    for name in [*manifest["dependencies"], *manifest["after_dependencies"]]:
        assert (await async_get_integration(home, name)).is_built_in, name


# The keys that HACS's action knows, and of what type they are; it refuses every other.
HACS_KEYS = probatio.Schema(
    {
        probatio.Required("name"): str,
        probatio.Optional("content_in_root"): bool,
        probatio.Optional("country"): probatio.Any(str, [str]),
        probatio.Optional("filename"): str,
        probatio.Optional("hacs"): str,
        probatio.Optional("hide_default_branch"): bool,
        probatio.Optional("homeassistant"): str,
        probatio.Optional("persistent_directory"): str,
        probatio.Optional("render_readme"): bool,
        probatio.Optional("zip_release"): bool,
    }
)
HACS_MANIFEST = probatio.Schema(
    {
        probatio.Required("codeowners"): [str],
        probatio.Required("documentation"): cv.url,
        probatio.Required("domain"): str,
        probatio.Required("issue_tracker"): cv.url,
        probatio.Required("name"): str,
        probatio.Required("version"): probatio.Coerce(AwesomeVersion),
    },
    extra=probatio.ALLOW_EXTRA,
)


def test_checks_of_hacs_that_a_repository_can_answer_by_its_files() -> None:
    """Brand, domain, hacs.json, information, manifest, licence.

    The rest is said where the repository is published: a description, topics, issues switched on, not archived.
    """
    (only,) = (folder for folder in (ROOT / "custom_components").iterdir() if (folder / "manifest.json").exists())
    assert only == COMPONENT, "only the first folder is downloaded"
    assert (only / "brand" / "icon.png").is_file()
    assert DOMAIN not in {folder.name for folder in Path(components.__path__[0]).iterdir()}, "core has it, too"
    hacs = HACS_KEYS(json.loads((ROOT / "hacs.json").read_text(encoding="utf-8")))
    assert "zip_release" not in hacs, "then it needs a filename, and we a release with that file"
    assert re.fullmatch(r"\d{4}\.\d+\.\d+", hacs["homeassistant"])
    assert REQUIRED_PYTHON_VER >= (3, 14)
    HACS_MANIFEST(read("manifest.json"))
    assert (ROOT / "README.md").read_text(encoding="utf-8").startswith("# Face")
    licences = {file.name: file.read_text(encoding="utf-8") for file in ROOT.glob("LICENSE*")}
    assert set(licences) == {"LICENSE-APACHE", "LICENSE-MIT"}
    assert "Apache License\n                           Version 2.0" in licences["LICENSE-APACHE"]
    assert "Permission is hereby granted, free of charge" in licences["LICENSE-MIT"]


@pytest.mark.parametrize("name", ["icon", "dark_icon", "logo", "dark_logo"])
def test_brand_images_have_the_sizes_that_home_assistant_shows(name: str) -> None:
    """256 pixels high, and twice that; icons are square."""
    for suffix, height in (("", 256), ("@2x", 512)):
        content = (COMPONENT / "brand" / f"{name}{suffix}.png").read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        width, actual = struct.unpack(">II", content[16:24])
        assert actual == height
        assert (width == height) == name.endswith("icon")


async def test_every_action_is_described_named_and_has_an_icon(home: HomeAssistant, server: MockConfigEntry) -> None:
    """By core's schema; every field that the code takes, and none that it does not."""
    described = service._SERVICES_SCHEMA(load_yaml_dict(str(COMPONENT / "services.yaml")))  # noqa: SLF001
    registered = home.services.async_services_for_domain(DOMAIN)
    assert set(described) == set(registered)
    for name, action in registered.items():
        assert isinstance(action.schema, probatio.Schema)
        taken = {str(key) for key in action.schema.schema}
        fields = described[name]["fields"]
        assert set(fields) == taken, name
        for field, description in fields.items():
            validate_selector(description["selector"])
            assert ("services", name, "fields", field, "name") in ENGLISH
            assert ("services", name, "fields", field, "description") in ENGLISH
        assert ("services", name, "name") in ENGLISH
        assert ("services", name, "description") in ENGLISH
        assert name in read("icons.json")["services"]
    assert (await service.async_get_all_descriptions(home))[DOMAIN]


async def test_every_trigger_and_condition_is_described_named_and_has_an_icon(
    home: HomeAssistant, server: MockConfigEntry
) -> None:
    """As the automation editor shows them."""
    assert await async_setup_component(home, "automation", {})
    triggers = await trigger.async_get_all_descriptions(home)
    conditions = await condition.async_get_all_descriptions(home)
    for kind, described, expected in (
        ("triggers", triggers, {"recognized", "unknown_seen", "arrived", "departed"}),
        ("conditions", conditions, {"is_present", "was_seen"}),
    ):
        ours = {
            key.removeprefix(f"{DOMAIN}."): value for key, value in described.items() if key.startswith(f"{DOMAIN}.")
        }
        assert set(ours) == expected
        for name, description in ours.items():
            assert description is not None
            assert (kind, name, "name") in ENGLISH
            assert name in read("icons.json")[kind]
            for field, details in description["fields"].items():
                validate_selector(details["selector"])
                assert (kind, name, "fields", field, "name") in ENGLISH
    icons = await icon.async_get_icons(home, "triggers", {DOMAIN})
    assert set(icons[DOMAIN]) == {"recognized", "unknown_seen", "arrived", "departed"}


async def test_every_entity_has_a_name_and_an_icon(home: HomeAssistant, server: MockConfigEntry) -> None:
    """By its translation key."""
    named = {path[:3] for path in ENGLISH if path[0] == "entity"}
    icons = {("entity", platform, key) for platform, keys in read("icons.json")["entity"].items() for key in keys}
    assert named == icons
    from homeassistant.helpers import entity_registry as er  # noqa: PLC0415

    for entry in er.async_entries_for_config_entry(er.async_get(home), server.entry_id):
        if entry.domain != "device_tracker":
            assert ("entity", entry.domain, entry.translation_key) in named, entry.entity_id


def strings_of(call: str, keyword: str | None = None) -> set[str]:
    """Find the literal strings that the code gives a call: by a keyword, or as its first argument."""
    found: set[str] = set()
    for file in COMPONENT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(call):
                values = [one.value for one in node.keywords if one.arg == keyword] if keyword else node.args[:1]
                found |= {
                    constant.value
                    for value in values
                    for constant in ast.walk(value)
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
                }
    return found


def test_every_error_has_words_and_no_words_are_left_over() -> None:
    """Exceptions, issues and the reasons of flows."""
    raised = strings_of("translated") | ABOUT_THE_REQUEST
    assert raised == {path[1] for path in ENGLISH if path[0] == "exceptions"}
    assert set(KINDS) == {path[1] for path in ENGLISH if path[0] == "issues"}
    aborts = strings_of("async_abort", "reason") | strings_of("_mismatch", "reason")
    worded = {path[-1] for path in ENGLISH if "abort" in path}
    # Where a failed log-in ends a flow, its words come from a table.
    assert aborts - {"base"} <= worded


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_missing_or_left_over(language: str) -> None:
    """Every language has English's keys, none empty, with the same placeholders."""
    translated = dict(leaves(read("translations", f"{language}.json")))
    assert list(translated) == list(ENGLISH)
    for path, english in ENGLISH.items():
        words = translated[path]
        assert words.strip(), path
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", english)), path
        assert words.count("`") == english.count("`"), path
        assert not re.search(r"https?://", words), "addresses do not belong into translations"


def test_the_promised_languages_are_there() -> None:
    """English, German, Spanish, French, Italian, Dutch."""
    assert LANGUAGES == ["de", "en", "es", "fr", "it", "nl"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_home_assistant_finds_the_translations(home: HomeAssistant, language: str) -> None:
    """Under its own categories."""
    assert await async_setup_component(home, DOMAIN, {})
    for category in ("config", "config_subentries", "entity", "services", "exceptions", "issues", "triggers"):
        found = await translation.async_get_translations(home, language, category, {DOMAIN})
        assert any(key.startswith(f"component.{DOMAIN}.{category}.") for key in found), category


# The rules of Home Assistant 2026.11, tier by tier.
BRONZE = """action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
dependency-transparency docs-actions docs-conditions docs-high-level-description docs-installation-instructions
docs-removal-instructions docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
test-before-configure test-before-setup unique-config-entry"""
SILVER = """action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage"""
GOLD = """devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations
docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices entity-category
entity-device-class entity-disabled-by-default entity-translations exception-translations icon-translations
reconfiguration-flow repair-issues stale-devices"""
PLATINUM = "async-dependency inject-websession strict-typing"


def test_quality_scale_names_every_rule_and_none_is_left_to_do() -> None:
    """Done, or exempt with a reason."""
    rules = load_yaml_dict(str(COMPONENT / "quality_scale.yaml"))["rules"]
    assert sorted(rules) == sorted(f"{BRONZE} {SILVER} {GOLD} {PLATINUM}".split())
    for name, status in rules.items():
        if isinstance(status, dict):
            assert status["status"] == "exempt", name
            assert status["comment"], name
        else:
            assert status == "done", name


def test_what_the_quality_scale_says_of_files_is_so() -> None:
    """Every platform limits its updates, and the documentation has every chapter that the rules ask for."""
    offered = re.compile(r"^(async def )?async_setup_entry\b", re.MULTILINE)
    platforms = [file.stem for file in COMPONENT.glob("*.py") if offered.search(file.read_text())]
    assert len(platforms) == 10
    for name in set(platforms) - {"__init__"}:
        assert re.search(r"^PARALLEL_UPDATES = \d$", (COMPONENT / f"{name}.py").read_text(), re.MULTILINE), name
    docs = (ROOT / "docs" / "home-assistant.md").read_text(encoding="utf-8")
    chapters = re.findall(r"^## (.+)$", docs, re.MULTILINE)
    assert chapters == [
        "Install",
        "Connect",
        "The Faces panel",
        "Cameras",
        "People",
        "Server settings",
        "Entities",
        "What is recorded",
        "Triggers and conditions",
        "Actions",
        "Alerts on a phone",
        "Blueprints",
        "Voice",
        "What it is good for",
        "Known limits",
        "When something doesn't work",
        "Remove",
    ]
    for word in ("Several servers", "Any Home Assistant camera", "every 30 seconds"):
        assert word in docs, word
