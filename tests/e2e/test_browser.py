"""Home Assistant's real front end in a real browser, as somebody at home uses it: one story, in this order.

A section of `scripts/test` of its own, since it needs Chromium (`scripts/chromium.sh` gets it). With a folder in the
variable `SCREENSHOTS` it keeps what it sees; the documentation's pictures are made so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
from typing import Any

from browser import PATIENCE_MS, logged_in
from playwright.sync_api import Page, expect
import pytest

from . import test_house as story
from .cameras import scene, show
from .conftest import CAMERAS, ROOT, House
from .face_server import FaceServer
from .home_log import burst_ends
from .observer import Observer
from .test_discovery import offered

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENGLISH: dict[str, Any] = json.loads((ROOT / "custom_components" / "face" / "translations" / "en.json").read_text())


async def look(url: str, at: Callable[[Page], None], **size: Any) -> None:
    """Log in with a browser of its own, and do this in it."""

    def run() -> None:
        with logged_in(url, **size) as page:
            at(page)

    await asyncio.to_thread(run)


def picture(page: Page, name: str) -> None:
    """Keep what the page shows, where somebody wants it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.mouse.move(0, 0)
        # Only for the looks: icons and pictures that are still on their way.
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"home_assistant_{name}.png", animations="disabled")


async def device(house: House, name: str) -> str:
    """Give the path of a device's page."""
    devices: list[dict[str, Any]] = await house.seen.command("config/device_registry/list")
    (found,) = [one["id"] for one in devices if one["name"] == name and one["manufacturer"] == "Face"]
    return f"{house.home.url}/config/devices/device/{found}"


async def test_discovered_server_is_offered_on_a_card_and_added(looking: Observer, announced: FaceServer) -> None:
    """Nothing but its token has to be typed."""
    server_id = await announced.id()
    await looking.until(lambda: offered(looking, server_id), "the server is offered")

    def add(page: Page) -> None:
        page.goto(f"{looking.url}/config/integrations/dashboard")
        card = page.locator("ha-config-flow-card").filter(has_text=f"Face {server_id[:8]}")
        card.wait_for()
        picture(page, "discovered")
        card.get_by_role("button", name="Add").click()
        page.locator("step-flow-form input[type=password]").first.fill(announced.token)
        page.get_by_role("button", name="Submit").first.click()
        # Its key is its own, so its fingerprint is shown once, to be compared.
        page.get_by_text(ENGLISH["config"]["step"]["trust"]["title"]).first.wait_for()
        picture(page, "fingerprint")
        page.get_by_role("button", name="Submit").first.click()
        page.locator("step-flow-create-entry").wait_for()

    await look(looking.url, add)
    await looking.until(lambda: looking.state("sensor.barack_obama_last_seen") == "unknown", "its people")


async def test_server_is_added_in_the_dialog(house: House) -> None:
    """With the pairing string, pasted as the server printed it; and with no camera yet."""
    pairing = f"face://127.0.0.1:{house.server.port}/?token={house.server.token}"

    def add(page: Page) -> None:
        page.goto(f"{house.home.url}/config/integrations/dashboard/add?domain=face")
        page.get_by_role("button", name="OK").first.click()
        page.get_by_text(ENGLISH["config"]["step"]["user"]["menu_options"]["connect"]).first.click()
        page.locator("step-flow-form input").first.wait_for()
        picture(page, "flow")
        page.locator("step-flow-form input").first.fill(pairing)
        page.get_by_role("button", name="Submit").first.click()
        chosen = page.locator("step-flow-form ha-selector-select").first
        for name in CAMERAS:
            chosen.get_by_text(name, exact=True).click()
            expect(chosen.get_by_role("checkbox", name=name)).not_to_be_checked()
        page.get_by_role("button", name="Submit").first.click()
        page.locator("step-flow-create-entry").wait_for()

    await look(house.home.url, add)
    await house.seen.until(lambda: house.seen.state("sensor.barack_obama_last_seen") == "unknown", "the sample people")


async def test_camera_form_asks_for_what_sets_it_off_and_for_the_pace(house: House) -> None:
    """Behind the button on the integration's page."""
    words = ENGLISH["config_subentries"]["camera"]

    def read(page: Page) -> None:
        page.goto(f"{house.home.url}/config/integrations/integration/face")
        page.get_by_role("button", name=words["initiate_flow"]["user"]).first.click()
        form = page.locator("step-flow-form")
        for label in words["step"]["user"]["data"].values():
            form.get_by_text(label).first.wait_for()
        picture(page, "subentry")

    await look(house.home.url, read)


async def test_repair_asks_who_somebody_is_at_home(house: House) -> None:
    """A person of Home Assistant, a new one, or nobody."""

    def answer(page: Page) -> None:
        page.goto(f"{house.home.url}/config/repairs")
        title = ENGLISH["issues"]["people_not_linked"]["title"]
        page.get_by_text(title).first.click()
        form = page.locator("step-flow-form")
        words = ENGLISH["issues"]["people_not_linked"]["fix_flow"]["step"]["link"]["data"]
        form.get_by_text(words["home_person"], exact=True).first.wait_for()
        picture(page, "link")
        form.get_by_text(words["nobody_else"], exact=True).first.wait_for()
        form.locator("ha-switch").first.click()
        page.get_by_role("button", name="Submit").first.click()
        expect(page.get_by_text(title)).to_have_count(0, timeout=PATIENCE_MS)

    await look(house.home.url, answer)


async def test_person_and_camera_have_pages_of_their_own(house: House) -> None:
    """Where somebody was last seen, and how sure that is; who is before a camera."""
    await story.test_cameras_are_added_as_subentries(house)
    await story.test_person_is_linked_to_somebody_at_home(house)
    await story.test_somebody_at_the_door_is_recognised_and_comes_home(house)
    person, camera = await device(house, "Barack Obama"), await device(house, "Front door")

    def read(page: Page) -> None:
        page.goto(person)
        for words in ("Barack Obama", "Last place", "Front door", "Last seen"):
            page.get_by_text(words, exact=True).first.wait_for()
        picture(page, "person")
        page.goto(camera)
        for words in ("Front door", "People present", "Last faces", "Counts as home"):
            page.get_by_text(words, exact=True).first.wait_for()
        picture(page, "camera")

    await look(house.home.url, read)


async def test_trigger_is_chosen_in_the_automation_editor(house: House) -> None:
    """By its name, from the list; it has our fields then."""
    words = ENGLISH["triggers"]["recognized"]

    def choose(page: Page) -> None:
        page.goto(f"{house.home.url}/config/automation/edit/new")
        page.get_by_role("button", name="Add trigger").first.click()
        dialog = page.locator("add-automation-element-dialog")
        dialog.locator("input").first.fill("recognized")
        found = dialog.get_by_text(words["name"]).first
        found.wait_for()
        picture(page, "editor")
        found.click()
        page.locator("ha-automation-trigger-row").get_by_text(words["name"]).first.wait_for()
        for field in words["fields"].values():
            page.get_by_text(field["name"], exact=True).first.wait_for()
        picture(page, "trigger")

    await look(house.home.url, choose)


async def test_automation_of_our_trigger_is_shown_with_its_name(house: House) -> None:
    """In the automation that uses it."""
    name = ENGLISH["triggers"]["recognized"]["name"]

    def read(page: Page) -> None:
        page.goto(f"{house.home.url}/config/automation/edit/e2e")
        page.locator("ha-automation-trigger-row").get_by_text(name).first.wait_for()

    await look(house.home.url, read)


async def test_annotated_picture_is_shown(house: House) -> None:
    """After a press of the button; as wide as the camera's."""
    await burst_ends(house.home, "front_door")
    before = house.seen.state("image.front_door_last_faces")
    show(house.front, scene(story.OBAMA, 0))
    await house.seen.act("button", "press", entity_id="button.front_door_recognize_now")
    await house.seen.until(lambda: house.seen.state("image.front_door_last_faces") != before, "a new picture")
    path = house.seen.attribute("image.front_door_last_faces", "entity_picture")

    def open_it(page: Page) -> None:
        page.goto(house.home.url + path)
        assert page.locator("img").evaluate("picture => picture.naturalWidth") == 1280
        picture(page, "annotated")

    await look(house.home.url, open_it)


async def test_media_browser_shows_sightings(house: House) -> None:
    """With their pictures."""

    def browse(page: Page) -> None:
        page.goto(f"{house.home.url}/media-browser")
        for folder in ("Face", "Sightings"):
            page.get_by_text(folder, exact=True).locator("visible=true").first.click()
        page.get_by_text("Barack Obama, Front door").locator("visible=true").first.wait_for()
        picture(page, "media")

    await look(house.home.url, browse)
