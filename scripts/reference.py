#!/usr/bin/env python3
"""Writes the reference pages of the documentation, so that what is described is what the code takes.

`.cache/harness/bin/python scripts/reference.py` writes `docs/reference` from the server's schema and from the
descriptions of the integration's actions, triggers and conditions; with `--check` it only says, by its exit code,
whether the pages are what these say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import json
from pathlib import Path
import re
import sys
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "face"
SCHEMA = ROOT / "src" / "server" / "protocol" / "schema.json"
PAGES = ROOT / "docs" / "reference"
# Every list comes in pages of the same form.
PAGE = "ListPage"
# What the schema calls types, but are the messages themselves.
MESSAGES = {"Request", "Event", "Auth", "AuthAnswer", "event", "hello", "result"}


def table(head: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Write a table; nothing where it would have no rows."""
    lines = ["| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |" for row in rows]
    if lines:
        yield from ("", f"| {head} |", "|" + " --- |" * (head.count("|") + 1), *lines)


class Wire:
    """Describes what the schema has."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Take the schema."""
        self.schema = schema
        self.types: dict[str, Any] = schema["$defs"]

    def words(self, item: dict[str, Any]) -> str:
        """Give a description, without the paths that only the program's source has."""
        words = re.sub(r"[\w)]$", r"\g<0>.", item.get("description", ""))
        words = re.sub(r"(\d+)\.\.=(\d+)", r"\1 to \2", words)
        return re.sub(r"\[`(?:[\w]+::)*(\w+)(?:::\w+)?`\]", lambda found: self.name(found[1]), words)

    def name(self, name: str) -> str:
        """Name a type, with a link where the page of types has it."""
        return f"[{name}](types.md#{name.lower()})" if name in self.types and name not in MESSAGES else f"`{name}`"

    def kind(self, item: dict[str, Any]) -> str:
        """Say of what type a value is."""
        if "$ref" in item:
            name = item["$ref"].removeprefix("#/$defs/")
            if name.startswith(PAGE):
                return f"a page of {self.kind(self.types[name]['properties']['items']['items'])}"
            return self.name(name)
        if values := item.get("enum") or ([item["const"]] if "const" in item else []):
            return ", ".join(f"`{json.dumps(one)}`" for one in values)
        kind = item.get("type", "anything")
        several = item.get("anyOf") or item.get("oneOf") or ()
        if isinstance(kind, list):
            several = [{**item, "type": one} for one in kind]
        if several:
            return " or ".join(self.kind(one) for one in several)
        return f"list of {self.kind(item['items'])}" if "items" in item and kind == "array" else str(kind)

    def fields(self, item: dict[str, Any], leave_out: str = "") -> Iterator[str]:
        """Describe the fields of an object."""
        required = item.get("required", ())
        yield from table(
            "field | type | needed | meaning",
            (
                (f"`{name}`", self.kind(one), "yes" if name in required else "", self.words(one))
                for name, one in item.get("properties", {}).items()
                if name != leave_out
            ),
        )

    def variants(self, name: str, tag: str) -> dict[str, dict[str, Any]]:
        """Give the kinds of a message by their names."""
        found = {one["properties"][tag]["const"]: one for one in self.types[name]["oneOf"]}
        return dict(sorted(found.items()))

    def requests(self) -> Iterator[str]:
        """Write the page of requests."""
        yield "# Requests"
        yield ""
        yield "What a client may ask the server, over WebSocket. `PROTOCOL.md` shows each in a conversation."
        yield "A page of a list has `items`, and `next_cursor` where there are more: ask again with it as `cursor`."
        for name, one in self.variants("Request", "type").items():
            yield from ("", f"## `{name}`", "", self.words(one))
            yield from self.fields(one, "type")
            if (answer := self.schema["x-results"].get(name)) is not None:
                yield from ("", f"Answer: {self.kind(answer)}.")

    def events(self) -> Iterator[str]:
        """Write the page of events."""
        yield "# Events"
        yield ""
        yield "What the server tells a client that has subscribed. Each comes with these fields:"
        yield from self.fields(self.types["event"], "event")
        yield ""
        yield "Under `event` is one of these, by its `kind`:"
        for name, one in self.variants("Event", "kind").items():
            yield from ("", f"## `{name}`", "", self.words(one))
            yield from self.fields(one, "kind")

    def all_types(self) -> Iterator[str]:
        """Write the page of types."""
        yield "# Types"
        yield ""
        yield "What requests, answers and events are made of. Sizes and places are in pixels of the upright picture."
        for name, one in sorted(self.types.items(), key=lambda item: item[0].lower()):
            if name in MESSAGES or name.startswith(PAGE):
                continue
            yield from ("", f"## {name}")
            if words := self.words(one):
                yield from ("", words)
            if "properties" in one:
                yield from self.fields(one)
            elif "oneOf" in one and all("properties" in variant for variant in one["oneOf"]):
                for variant in one["oneOf"]:
                    if words := self.words(variant):
                        yield from ("", words)
                    yield from self.fields(variant)
            elif "oneOf" in one:
                yield from table("value | meaning", ((self.kind(value), self.words(value)) for value in one["oneOf"]))
            else:
                yield from ("", f"Written as: {self.kind(one)}.")


def selector(field: dict[str, Any]) -> str:
    """Say what is chosen in a field: the options, or the kind of selector."""
    ((kind, settings),) = field["selector"].items()
    options = (settings or {}).get("options")
    return ", ".join(f"`{one}`" for one in options) if options else str(kind).replace("_", " ")


def described(file: str, kind: str, words: dict[str, Any]) -> Iterator[str]:
    """Describe every action, trigger or condition of a file."""
    for name, one in load_yaml_dict(str(INTEGRATION / file)).items():
        if name.startswith("."):
            continue
        said = words[kind][name]
        yield from ("", f"### `face.{name}`", "", f"**{said['name']}.** {said['description']}")
        yield from table(
            "field | value | needed | meaning",
            (
                (
                    f"`{field}`",
                    selector(about),
                    "yes" if about.get("required") else "",
                    said["fields"][field]["description"],
                )
                for field, about in (one.get("fields") or {}).items()
            ),
        )


def actions() -> Iterator[str]:
    """Write the page of the integration's actions, triggers and conditions."""
    words = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
    yield "# Actions, triggers and conditions"
    yield ""
    yield "What automations in Home Assistant can use."
    yield "[The guide](../home-assistant.md#actions) says who may use what, and what triggers and responses bring."
    for kind, file in (("services", "services"), ("triggers", "triggers"), ("conditions", "conditions")):
        yield from ("", f"## {'Actions' if kind == 'services' else kind.capitalize()}")
        yield from described(f"{file}.yaml", kind, words)


def main() -> None:
    """Write the pages, or compare them."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(f"usage: {sys.argv[0]} [--check]")
    wire = Wire(json.loads(SCHEMA.read_text(encoding="utf-8")))
    pages = {"actions": actions(), "requests": wire.requests(), "events": wire.events(), "types": wire.all_types()}
    PAGES.mkdir(exist_ok=True)
    stale = []
    for name, lines in pages.items():
        file, text = PAGES / f"{name}.md", "\n".join(lines) + "\n"
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not sys.argv[1:]:
            file.write_text(text, encoding="utf-8")
    if stale and sys.argv[1:]:
        sys.exit(f"docs/reference: {', '.join(stale)} isn't what the code says: run scripts/reference.py")


if __name__ == "__main__":
    main()
