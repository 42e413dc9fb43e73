"""What Home Assistant's own checks (hassfest, HACS, Marketplace) ask of our files, by the newest Home Assistant.

The checkers are in no package. What they ask for is taken from where they have left their mark: the files of the
integrations that this Home Assistant brings, all of which have passed them. A key that none of them has is one that the
checkers would refuse, or that nobody looks at any more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
import json
from pathlib import Path
import re
import string
from typing import Any
from urllib.parse import urlparse

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import hass_frontend
from homeassistant import components
from homeassistant.components.marketplace.utils.validate import (
    INTEGRATION_MANIFEST_VALUES,
    REPOSITORY_MANIFEST_VALUES,
)
from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest

from .cameras import ROOT

OURS = ROOT / "custom_components" / "face"
CORE = Path(components.__path__[0])
LANGUAGES = sorted(file.stem for file in (OURS / "translations").glob("*.json"))
DESCRIPTIONS = ("services", "triggers", "conditions")
# What only integrations outside of core say of themselves.
FOR_CUSTOM_ONES = {"version", "issue_tracker", "import_executor"}
# Parts of core that anybody may import without naming them as dependencies.
FOR_EVERYBODY = {
    *(str(platform) for platform in Platform),
    *("homeassistant", "media_source", "persistent_notification", "person", "system_health", "websocket_api"),
}
A_URL = re.compile(r"\b(?:https?|ftps?|wss?|mqtts?)://|\bwww\.", re.IGNORECASE)
A_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def json_of(file: Path) -> Any:
    """Read a JSON file."""
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def manifests_of_core() -> list[dict[str, Any]]:
    """Read every manifest of core."""
    return [json_of(file) for file in CORE.glob("*/manifest.json")]


def descriptions(file: Path) -> dict[str, Any]:
    """Read services, triggers or conditions, without what is only there to be repeated."""
    return {name: one or {} for name, one in load_yaml_dict(str(file)).items() if not name.startswith(".")}


def fields(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every field of an action, trigger or condition, those in sections, too."""
    for name, field in (described.get("fields") or {}).items():
        if "fields" in (field or {}):
            yield from field["fields"].items()
        else:
            yield name, field or {}


def test_manifest_says_what_manifests_may_say() -> None:
    """In order, with values that core uses, too."""
    manifest = json_of(OURS / "manifest.json")
    known: set[str] = set().union(*manifests_of_core())
    assert not set(manifest) - known - FOR_CUSTOM_ONES
    assert list(manifest) == ["domain", "name", *sorted(set(manifest) - {"domain", "name"})]
    for key in ("integration_type", "iot_class"):
        assert manifest[key] in {one.get(key) for one in manifests_of_core()}, key
    for key in ("categories", "connectivity"):
        assert set(manifest[key]) <= {value for one in manifests_of_core() for value in one.get(key, ())}, key
    assert manifest["domain"] == OURS.name
    assert manifest["domain"] not in {one["domain"] for one in manifests_of_core()}
    for key in ("documentation", "issue_tracker"):
        url = urlparse(manifest[key])
        assert url.scheme == "https", key
        assert url.netloc != "www.home-assistant.io", key
    assert all(re.fullmatch(r"@[\w-]+(?:/[\w-]+)?", owner) for owner in manifest["codeowners"])
    AwesomeVersion(manifest["version"], ensure_strategy=[AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.CALVER])
    assert not set(manifest["dependencies"]) & set(manifest["after_dependencies"])


def imported_parts_of_core(file: Path) -> set[str]:
    """Name the parts of core that a file imports when it runs."""
    found: set[str] = set()

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.ImportFrom) and node.module == "homeassistant.components":
            found.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeassistant.components."):
            found.add(str(node.module).split(".")[2])
        for child in ast.iter_child_nodes(node):
            look(child)

    look(ast.parse(file.read_text(encoding="utf-8")))
    return found


def test_whatever_is_imported_of_core_is_a_dependency() -> None:
    """Unless it is there for everybody, or the file is our part of just that integration."""
    manifest = json_of(OURS / "manifest.json")
    allowed = FOR_EVERYBODY | {manifest["domain"], *manifest["dependencies"], *manifest["after_dependencies"]}
    for file in OURS.rglob("*.py"):
        own = {file.relative_to(OURS).parts[0].removesuffix(".py")}
        assert not imported_parts_of_core(file) - allowed - own, file


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_actions_triggers_and_conditions_use_keys_that_core_uses(kind: str) -> None:
    """A key that core has given up does nothing any more."""
    keys_of_one: set[str] = set()
    keys_of_a_field: set[str] = set()
    for file in CORE.glob(f"*/{kind}.yaml"):
        for described in descriptions(file).values():
            keys_of_one |= set(described)
            for _, details in fields(described):
                keys_of_a_field |= set(details)
    for name, described in descriptions(OURS / f"{kind}.yaml").items():
        assert A_KEY.fullmatch(name)
        assert set(described) <= keys_of_one, name
        own = [field for field, _ in fields(described)]
        assert len(own) == len(set(own)), f"{name} has a field in two sections"
        sections = [one for one in (described.get("fields") or {}).values() if "fields" in (one or {})]
        assert all(set(one) <= {"fields", "collapsed"} for one in sections), name
        for field, details in fields(described):
            assert set(details) <= keys_of_a_field, (name, field)
            assert None not in details.values(), (name, field)
            if "selector" in details:
                validate_selector(details["selector"])


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_actions_triggers_and_conditions_have_words_and_icons(kind: str) -> None:
    """Core's own must; ours do."""
    words, icons = json_of(OURS / "translations" / "en.json"), json_of(OURS / "icons.json")
    for name, described in descriptions(OURS / f"{kind}.yaml").items():
        said = words[kind][name]
        assert said["name"], name
        assert said["description"], name
        assert name in icons[kind], name
        for field, details in fields(described):
            assert said["fields"][field]["name"], (name, field)
            assert said["fields"][field]["description"], (name, field)
            key = details.get("selector", {}).get("select") or {}
            if "translation_key" in key:
                options = words["selector"][key["translation_key"]]["options"]
                assert set(options) >= set(key["options"]), (name, field)
        sections = [one for one, details in (described.get("fields") or {}).items() if "fields" in (details or {})]
        for section in sections:
            assert said["sections"][section]["name"], (name, section)


def words_of(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give every string of a translation with its keys."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from words_of(value, (*path, key))
    else:
        yield path, tree


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_no_html_url_or_quoted_placeholder(language: str) -> None:
    """Nor spaces around, nor a placeholder that is no name, nor core's references."""
    for path, words in words_of(json_of(OURS / "translations" / f"{language}.json")):
        assert cv.string_with_no_html(words) == words.strip(), path
        assert not re.search(r"'\{\w+\}'", words), path
        assert not A_URL.search(words), path
        assert "[%" not in words, path
        for _, name, _, _ in string.Formatter().parse(words):
            assert not name or name.isidentifier(), path
            assert not name or "state" not in path, path


@cache
def shapes_of_core() -> frozenset[tuple[str, ...]]:
    """Give where core's translations have words: their keys, with a star for each that an integration may choose."""
    found: set[tuple[str, ...]] = set()
    for file in CORE.glob("*/strings.json"):
        found |= {shape(path) for path, _ in words_of(json_of(file))}
    return frozenset(found)


# The keys whose children an integration names itself.
_CHOSEN = {
    *("step", "data", "data_description", "menu_options", "menu_option_descriptions", "sections", "error", "abort"),
    *("exceptions", "issues", "services", "triggers", "conditions", "fields", "options", "selector", "info"),
    *("common", "config_subentries", "progress", "state", "state_attributes", "initiate_flow"),
}


def shape(path: tuple[str, ...]) -> tuple[str, ...]:
    """Put a star in place of every key that is an integration's own name for something."""
    if path[0] == "entity":
        return ("entity", "*", "*", *shape(path[3:])) if len(path) > 3 else path
    return tuple(
        "*" if index and path[index - 1] in _CHOSEN and not (index == 1 and path[0] == "options") else key
        for index, key in enumerate(path)
    )


def test_translations_say_nothing_where_nobody_reads() -> None:
    """Every string is where core has some, too."""
    for path, _ in words_of(json_of(OURS / "translations" / "en.json")):
        assert shape(path) in shapes_of_core(), path


def test_every_described_field_of_a_form_is_a_field() -> None:
    """And issues have either a description or a flow that mends them."""
    words = json_of(OURS / "translations" / "en.json")
    flows = [words["config"], words["options"], *words["config_subentries"].values()]
    flows += [issue["fix_flow"] for issue in words["issues"].values() if "fix_flow" in issue]
    for flow in flows:
        for name, step in flow["step"].items():
            for form in (step, *step.get("sections", {}).values()):
                assert set(form.get("data_description", ())) <= set(form.get("data", ())), name
    for subentry in words["config_subentries"].values():
        assert subentry["entry_type"]
        assert subentry["initiate_flow"]["user"]
    for name, issue in words["issues"].items():
        assert issue["title"], name
        assert ("description" in issue) != ("fix_flow" in issue), name


def test_icons_exist_and_none_repeats_its_default() -> None:
    """In the icons that this Home Assistant's front end brings."""
    drawn: set[str] = set()
    for file in (Path(hass_frontend.__file__).parent / "static" / "mdi").glob("*.json"):
        content = json_of(file)
        if isinstance(content, dict):
            drawn |= {f"mdi:{name}" for name in content}
    assert len(drawn) > 5000
    icons = json_of(OURS / "icons.json")
    known = set().union(*(json_of(file) for file in CORE.glob("*/icons.json")))
    assert set(icons) <= known
    for path, icon in words_of(icons):
        assert icon in drawn, path
    for platform in icons["entity"].values():
        for key, one in platform.items():
            assert one["default"] not in one.get("state", {}).values(), key


def test_flow_that_can_be_discovered_has_a_unique_id_and_files_are_where_they_are_looked_for() -> None:
    """And what is set up by `async_setup` says that it takes nothing from YAML."""
    flow = (OURS / "config_flow.py").read_text(encoding="utf-8")
    assert "async_step_zeroconf" in flow
    assert "self.async_set_unique_id" in flow
    init = (OURS / "__init__.py").read_text(encoding="utf-8")
    assert "async def async_setup(" in init
    assert "CONFIG_SCHEMA" in init
    for kind in DESCRIPTIONS:
        assert (OURS / f"{kind}.yaml").is_file()
    assert (OURS / "quality_scale.yaml").is_file()
    assert not (OURS / "strings.json").exists(), "core's own; a custom integration has translations only"


def test_marketplace_takes_what_is_said_to_it() -> None:
    """It leaves out what has another type than it expects."""
    hacs, manifest = json_of(ROOT / "hacs.json"), json_of(OURS / "manifest.json")
    for key, value in hacs.items():
        assert REPOSITORY_MANIFEST_VALUES[key](value) == value
    for key, check in INTEGRATION_MANIFEST_VALUES.items():
        assert check(manifest[key]) == manifest[key]
