#!/usr/bin/env python3
"""Home Assistant's real front end in a real browser: logged in, ready to be looked at.

For people: `scripts/browser.py URL FOLDER PATH…` writes a screenshot of every path (the login is that of
`scripts/home_assistant.py`). For the end-to-end tests: `logged_in`. The browser comes from `scripts/chromium.sh`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import subprocess
import sys
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
import environments
from home_assistant import PASSWORD, USERNAME

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The front end is some megabytes of scripts, on a machine that may be busy.
PATIENCE_MS = 180_000
# Root in a container has no sandbox to give; nothing but our own loopback pages is opened.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def chromium() -> str:
    """The path of a browser that starts."""
    script = environments.ROOT / "scripts" / "chromium.sh"
    return subprocess.run([script], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@contextmanager
def logged_in(url: str, width: int = 1280, height: int = 900, film: Path | None = None) -> Iterator[Page]:
    """A page of Home Assistant's front end at `url`, logged in as the user of `scripts/home_assistant.py`.

    With a film (`.mjpeg`) the browser has a camera, which shows it over and over.
    """
    from playwright.sync_api import sync_playwright

    arguments = list(ARGUMENTS)
    if film is not None:
        arguments += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        arguments.append(f"--use-file-for-fake-video-capture={film}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.locator("input[name=username]").fill(USERNAME)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        # A phone's sidebar is out of sight.
        page.locator("ha-sidebar").wait_for(state="attached")
        try:
            yield page
        finally:
            browser.close()


def main() -> None:
    """Screenshots for a person."""
    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} URL FOLDER PATH…")
    python = environments.make("home_assistant")
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 (the environment's own interpreter)
    url, folder, *paths = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with logged_in(url) as page:
        for number, path in enumerate(paths):
            page.goto(url + path)
            page.locator("home-assistant-main").wait_for()
            page.wait_for_load_state("networkidle")
            file = Path(folder) / f"{number}.png"
            page.screenshot(path=file)
            print(f"{path} -> {file}")


if __name__ == "__main__":
    main()
