"""The documents: every link leads somewhere, and the site has every page."""

from __future__ import annotations

from pathlib import Path
import re
import subprocess
import sys
from urllib.parse import unquote

from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "app").glob("*.md"), *(ROOT / "packaging").glob("*.md")]
)
COMMANDS = re.compile(r"(?:`|^)(face-server|scripts/run) ([a-z]+)", re.MULTILINE)
IN_FENCES = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def prose(document: Path) -> str:
    """Read a document without its blocks of code."""
    return IN_FENCES.sub("", document.read_text(encoding="utf-8"))


def links(document: Path) -> list[str]:
    """What it links to among our own files; pictures too."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(document))
    return [unquote(link) for link in found if not re.match(r"[a-z]+:", link)]


def anchors(document: Path) -> set[str]:
    """Name its headings as links do."""
    headings = re.findall(r"^#+ +(.+?) *$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_addresses_in_the_integration_lead_to_a_heading() -> None:
    """A repair's "learn more" opens the guide at its place."""
    found = [
        one
        for file in (ROOT / "custom_components" / "face").rglob("*.py")
        for one in re.findall(r"/blob/main/([\w/.-]+\.md)#([\w-]+)", file.read_text(encoding="utf-8"))
    ]
    assert found
    assert [(path, anchor) for path, anchor in found if anchor not in anchors(ROOT / path)] == []


def commands(program: Path) -> set[str]:
    """Name the commands of a program."""
    (listed,) = re.findall(r"^enum Command {\n(.*?)^}", program.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return {name.lower() for name in re.findall(r"^    ([A-Z]\w+)", listed, re.MULTILINE)}


def test_commands_that_are_shown_are_there() -> None:
    """Those of the server, and with `scripts/run` those of the laboratory, too."""
    server = commands(ROOT / "src" / "main.rs")
    known = {"face-server": server, "scripts/run": server | commands(ROOT / "lab" / "src" / "main.rs")}
    found = [
        (program, command)
        for document in DOCUMENTS
        for program, command in COMMANDS.findall(document.read_text(encoding="utf-8"))
    ]
    assert len(found) > 10
    assert [(program, command) for program, command in found if command not in known[program]] == []


def test_reference_is_what_the_code_takes() -> None:
    """As the script would write it now; when this fails, run `scripts/reference.py`."""
    command = [sys.executable, str(ROOT / "scripts" / "reference.py"), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr


def test_site_has_every_page_and_stays_inside() -> None:
    """It is built from `docs` alone, and begins somewhere."""
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = set(re.findall(r"([\w/-]+\.md)$", site, re.MULTILINE))
    assert load_yaml_dict(str(ROOT / "mkdocs.yml"))["strict"] is True, "a broken link fails"
    assert pages == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert "index.md" in pages
    for page in DOCS.rglob("*.md"):
        outside = [link for link in links(page) if not (page.parent / link).resolve().is_relative_to(DOCS)]
        assert outside == [], page
