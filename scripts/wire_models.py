#!/usr/bin/env python3
"""Writes the client's wire types from the server's schema, so that the wire is described in one place.

`scripts/wire_models.py` writes `custom_components/face/client/wire.py`; with `--check` it only says, by its exit code,
whether that file is what the schema says.
"""

from __future__ import annotations

import json
from pathlib import Path
import sys
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "src" / "server" / "protocol" / "schema.json"
WIRE = ROOT / "custom_components" / "face" / "client" / "wire.py"

HEADER = '''"""The messages as types, written by `scripts/wire_models.py` from the server's schema; do not edit."""

# ruff: noqa: D101, E501

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

'''

# What the client sends and reads; whatever these refer to comes along.
WANTED = ["hello", "event", "Role", "Purpose", "Override", "AboutMissing", "Since", "CameraChange"]
# Requests are written by the client's methods, and these are never used by the integration.
LEFT_OUT = {"FaceInfo": {"landmarks", "evidence"}, "Recognition": {"timings"}, "hello": {"auth"}}
RESULTS_LEFT_OUT = {
    "ping",
    "photos/list",
    "people/delete",
    "photos/delete",
    "unknowns/delete",
    "changes/list",
    "changes/undo",
    "changes/erase",
    "sittings/start",
    "sittings/picture",
    "sittings/get",
    "sittings/accept",
    "sittings/decline",
    "proposals/list",
    "proposals/accept",
    "proposals/decline",
    "search",
    "care/list",
    "cameras/sight",
}
# Answers may bring new words within a version; of these the client asks nothing but that they are words.
OPEN = {"AuthErrorCode", "ErrorCode", "HeldBackBy", "SettleBy"}
NAMES = {"event": "EventMessage", "hello": "Hello"}
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


class Writer:
    """Turns the definitions of one schema into Python."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Take the schema."""
        self.definitions: dict[str, Any] = schema["$defs"]
        self.results: dict[str, Any] = schema["x-results"]
        self.written: dict[str, str] = {}

    def text(self) -> str:
        """Give the whole module."""
        wanted = [*WANTED, *(_referred(one) for kind, one in self.results.items() if kind not in RESULTS_LEFT_OUT)]
        for name in wanted:
            self.write(name)
        return "\n".join([HEADER, *self.written.values()])

    def write(self, name: str) -> str:
        """Write a definition, after those that it refers to; its name in Python."""
        definition = self.definitions[name]
        if name == "Timestamp":
            return "datetime"
        if name in OPEN:
            return "str"
        if "enum" in definition:
            return SCALARS[definition["type"]]
        python = NAMES.get(name, name)
        if python in self.written:
            return python
        if name.startswith("ListPage"):
            # Pages are walked by the client; their items are what counts.
            self.write(_referred(definition["properties"]["items"]["items"]))
        elif "properties" in definition:
            self.record(python, definition, LEFT_OUT.get(name, set()))
        elif all("const" in one for one in definition["oneOf"]):
            words = [f'    {one["const"].upper()} = "{one["const"]}"' for one in definition["oneOf"]]
            self.written[python] = "\n".join([f"class {python}(StrEnum):", *words, ""])
        else:
            kinds = [self.variant(python, one) for one in definition["oneOf"]]
            self.written[python] = f"type {python} = {' | '.join(kinds)}\n"
        return python

    def variant(self, union: str, definition: dict[str, Any]) -> str:
        """Write one kind of a union whose kinds are told apart by the field `kind`."""
        kind = definition["properties"]["kind"]["const"]
        python = "".join(word.capitalize() for word in kind.split("_")) + union
        self.record(python, definition, {"kind"}, f'    kind: ClassVar = "{kind}"')
        return python

    def record(self, python: str, definition: dict[str, Any], left_out: set[str], *first: str) -> None:
        """Write an object."""
        required = set(definition["required"])
        names = [*definition["required"], *sorted(definition["properties"].keys() - required)]
        fields = [
            self.field(one, definition["properties"][one], required=one in required)
            for one in names
            if one not in left_out
        ]
        head = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {python}:"]
        self.written[python] = "\n".join([*head, *first, *fields, ""])

    def field(self, name: str, schema: dict[str, Any], *, required: bool) -> str:
        """Write a field; one that may be missing has a default."""
        kind = self.kind(schema)
        if required:
            return f"    {name}: {kind}"
        default = schema.get("default")
        if isinstance(default, list):
            return f"    {name}: {kind} = ()"
        if isinstance(default, dict):
            # Types of the wire do not change, so one value does for all.
            return f"    {name}: {kind} = {kind}({_arguments(default)})"
        return f"    {name}: {kind if default is not None else _optional(kind)} = {default!r}"

    def kind(self, schema: dict[str, Any]) -> str:
        """Name the type of a field."""
        if "$ref" in schema:
            python = self.write(_referred(schema))
            # A kind that a later server may have is nothing to this client.
            return _optional(python) if self.written.get(python, "").startswith("type ") else python
        if "anyOf" in schema:
            return _optional(self.kind(next(one for one in schema["anyOf"] if one != {"type": "null"})))
        kinds = schema.get("type", "object")
        if isinstance(kinds, list):
            return _optional(self.kind(schema | {"type": next(one for one in kinds if one != "null")}))
        if kinds == "array":
            return f"tuple[{self.kind(schema['items'])}, ...]"
        return SCALARS[kinds]


def _optional(kind: str) -> str:
    return kind if kind.endswith(" | None") else f"{kind} | None"


def _arguments(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def _referred(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].removeprefix("#/$defs/"))


def generated() -> str:
    """Give what the file should be."""
    return Writer(json.loads(SCHEMA.read_text(encoding="utf-8"))).text()


def main() -> None:
    """Write the file, or check it."""
    if sys.argv[1:] == ["--check"]:
        sys.exit(WIRE.read_text(encoding="utf-8") != generated())
    WIRE.write_text(generated(), encoding="utf-8")


if __name__ == "__main__":
    main()
