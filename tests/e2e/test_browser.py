"""Home Assistant's real front end in a real browser, as somebody at home uses it: one story, in this order.

A section of `scripts/test` of its own, since it needs Chromium (`scripts/chromium.sh` gets it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import json
from typing import Any

from browser import logged_in
from playwright.sync_api import Page
import pytest

from . import test_house as story
from .conftest import ROOT, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def look(house: House, at: Callable[[Page], None]) -> None:
    """Log in with a browser of its own, and do this in it."""

    def run() -> None:
        with logged_in(house.home.url) as page:
            at(page)

    await asyncio.to_thread(run)


async def device(house: House, name: str) -> str:
    """Give the path of a device's page."""
    devices: list[dict[str, Any]] = await house.seen.command("config/device_registry/list")
    (found,) = [one["id"] for one in devices if one["name"] == name and one["manufacturer"] == "Face"]
    return f"{house.home.url}/config/devices/device/{found}"


async def test_server_is_added_in_the_dialog(house: House) -> None:
    """With the pairing string, pasted as the server printed it."""
    pairing = f"face://127.0.0.1:{house.server.port}/?token={house.server.token}"

    def add(page: Page) -> None:
        page.goto(f"{house.home.url}/config/integrations/dashboard/add?domain=face")
        page.get_by_role("button", name="OK").first.click()
        page.locator("step-flow-form input").first.fill(pairing)
        page.get_by_role("button", name="Submit").first.click()
        page.locator("step-flow-create-entry").wait_for()

    await look(house, add)
    await house.seen.until(lambda: house.seen.state("sensor.barack_obama_last_seen") == "unknown", "the sample people")


async def test_person_has_a_page_of_their_own(house: House) -> None:
    """Where they were last seen, and how sure that is."""
    await story.test_cameras_are_added_as_subentries(house)
    await story.test_person_is_linked_to_somebody_at_home(house)
    await story.test_somebody_at_the_door_is_recognised_and_comes_home(house)
    address = await device(house, "Barack Obama")

    def read(page: Page) -> None:
        page.goto(address)
        for words in ("Barack Obama", "Last place", "Front door", "Confidence"):
            page.get_by_text(words, exact=True).first.wait_for()

    await look(house, read)


async def test_trigger_stands_in_the_automation_editor_with_its_name(house: House) -> None:
    """In the automation that uses it."""
    english = json.loads((ROOT / "custom_components" / "face" / "translations" / "en.json").read_text())
    name = english["triggers"]["recognized"]["name"]

    def read(page: Page) -> None:
        page.goto(f"{house.home.url}/config/automation/edit/e2e")
        page.locator("ha-automation-trigger-row").get_by_text(name).first.wait_for()

    await look(house, read)


async def test_annotated_picture_is_shown(house: House) -> None:
    """As wide as the camera's."""
    path = house.seen.attribute("image.front_door_last_faces", "entity_picture")

    def show(page: Page) -> None:
        page.goto(house.home.url + path)
        assert page.locator("img").evaluate("picture => picture.naturalWidth") == 1280

    await look(house, show)
