"""The Faces panel and the card in a real browser, with a real Home Assistant and a real server: one story, in order.

A section of `scripts/test` of its own. With a folder in the variable `SCREENSHOTS` it keeps what it sees.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
import json
import os
from pathlib import Path
import re
from typing import Any
import zipfile

from browser import PATIENCE_MS, logged_in
from home_assistant import HomeAssistant
from playwright.sync_api import ConsoleMessage, Locator, Page, expect
import pytest
import pytest_asyncio

from panel import modules

from . import test_house as story
from .cameras import NOBODY, album, film, in_view, scene, show as show_camera, walk
from .conftest import ROOT, House, home_with_cameras, house_with
from .face_server import FaceServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

# As long as for the rest of the front end; several photos are taught one after another.
expect.set_options(timeout=PATIENCE_MS)
TEACHING_MS = 3 * PATIENCE_MS
PAGES = ("now", "people", "unknown", "timeline", "check", "cameras", "settings")
OBAMA_PHOTOS = sorted((ROOT / "faces" / "Barack Obama").glob("*.jpg"))
PICTURES = ROOT / "tests" / "pictures"
AXE = "axe-core/axe.min.js"
# Whether the page came over HTTPS, or from this machine.
SECURE = "(secure) => Object.defineProperty(window, 'isSecureContext', { value: secure, configurable: true })"
# Runs axe on what is ours alone: the rest of the page is Home Assistant's.
RUN_AXE = """
async (element) => {
  const { violations } = await axe.run(element, { resultTypes: ["violations"] });
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
}
"""


@pytest.fixture(scope="module")
def panel_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    """Give a Home Assistant of its own."""
    with home_with_cameras(tmp_path_factory.mktemp("panel_home")) as instance:
        yield instance


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(panel_home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Give a house where only the two astronauts and admirals are known, and both cameras look."""
    people = ("Eileen Collins", "Grace Hopper")
    server = FaceServer(tmp_path_factory.mktemp("panel_server"), people=people)
    async with house_with(panel_home, server) as made:
        pairing = f"face://127.0.0.1:{server.port}/?token={server.token}"
        done = await made.seen.flow("flow", "face", {"next_step_id": "connect"}, {"address": pairing}, {"cameras": []})
        assert done["type"] == "create_entry", done.get("errors")
        await story.test_cameras_are_added_as_subentries(made)
        yield made


async def look(house: House, at: Callable[[Page], None], **browser: Any) -> None:
    """Log in with a browser of its own and do this in it; nothing may go wrong in the panel meanwhile."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "face" in f"{message.location['url']} {message.text}".lower():
            faults.append(f"{message.text} ({message.location['url']})")

    def run() -> None:
        with logged_in(house.home.url, **browser) as page:
            page.on("console", note)
            page.on("pageerror", lambda error: faults.append(str(error)))
            at(page)

    await asyncio.to_thread(run)
    assert not faults


def keep(page: Page, name: str, element: str = "face-panel") -> None:
    """Keep what the page shows, where somebody wants it; axe finds nothing serious in it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"panel_{name}.png", animations="disabled")
    page.add_script_tag(path=modules() / AXE)
    assert page.locator(element).evaluate(RUN_AXE) == [], name


def words(language: str) -> dict[str, str]:
    """Read what the panel says in a language, by the names that its source has for it."""
    source = (ROOT / "panel" / "src" / "words" / f"{language}.ts").read_text()
    return {name: json.loads(text) for name, text in re.findall(r'^  (\w+): (".*"),$', source, re.MULTILINE)}


def show(page: Page, name: str) -> Locator:
    """Go to a page of the panel by its link."""
    page.locator(f"face-panel nav a[href='/faces/{name}']").click()
    shown = page.locator(f"face-panel face-{name}")
    shown.wait_for()
    return shown


def open_panel(page: Page, url: str, name: str = "now") -> Locator:
    """Open a page of the panel by its address."""
    page.goto(f"{url}/faces/{name}")
    shown = page.locator(f"face-panel face-{name}")
    shown.wait_for()
    return shown


def open_person(page: Page, name: str) -> Locator:
    """Open a person's page from the list."""
    show(page, "people").get_by_role("link", name=name).click()
    person = page.locator("face-panel face-person")
    person.get_by_role("heading", name=name).wait_for()
    return person


async def test_somebody_is_learned_before_the_phones_own_camera(house: House, tmp_path: Path) -> None:
    """Nobody else sees its pictures: by them nobody is anywhere. Where pages may not have the camera, that is said."""
    views = walk(story.OBAMA, OBAMA_PHOTOS[0])
    recording = tmp_path / "film.mjpeg"
    film([views[name] for name in ("far", "blurred", "ahead", "right", "left")], recording)
    server = {"entry_id": await story.entry_id(house)}

    def learn(page: Page) -> None:
        people = open_panel(page, house.home.url, "people")
        people.get_by_role("button", name="Learn at a camera").click()
        dialog = page.locator("face-panel face-learn")
        dialog.get_by_role("combobox", name="Name").fill("Barack")
        dialog.get_by_role("combobox", name="Camera").select_option(label="This device's camera")
        page.evaluate(SECURE, arg=False)
        dialog.get_by_role("button", name="Start").click()
        expect(dialog.get_by_text("browsers give a page their camera only over HTTPS")).to_be_visible()
        keep(page, "own_camera_insecure")
        page.evaluate(SECURE, arg=True)
        dialog.get_by_role("button", name="Start").click()
        expect(dialog.get_by_label("What this device's camera sees")).to_be_visible()
        expect(dialog.get_by_text(re.compile(r"^\d pictures?$"))).to_be_visible()
        keep(page, "own_camera")
        expect(dialog.get_by_text("Are these pictures right?")).to_be_visible()
        expect(dialog.locator("video")).to_have_count(0)
        expect(dialog.locator("li img")).to_have_count(3)
        dialog.get_by_role("button", name="Keep these").click()
        expect(page.get_by_text("Barack is now known by these pictures.")).to_be_visible()
        expect(people.get_by_role("link", name="Barack")).to_contain_text("3 photos")

    await look(house, learn, width=360, height=740, film=recording)
    for kind in ("sightings", "unknowns"):
        assert (await house.seen.command(f"face/{kind}/list", **server))["items"] == []
    (barack,) = [one for one in (await house.seen.command("face/state", **server))["people"] if one["name"] == "Barack"]
    await house.seen.command("face/people/delete", person_id=barack["id"], **server)


async def test_somebody_is_taught_by_many_photos_at_once(house: House, tmp_path: Path) -> None:
    """From a zip file, too; each has its verdict, one of several faces is chosen, and who shows nobody is refused."""
    album = tmp_path / "album.zip"
    with zipfile.ZipFile(album, "w", zipfile.ZIP_DEFLATED) as packed:
        for photo in OBAMA_PHOTOS:
            packed.write(photo, f"holiday/{photo.name}")
            packed.writestr(f"__MACOSX/holiday/._{photo.name}", "what a Mac puts beside it")
        packed.writestr("holiday/notes.txt", "no photo")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(album.read_bytes()[:1000])

    def teach(page: Page) -> None:
        page.locator("ha-sidebar").get_by_text("Faces", exact=True).click()
        page.locator("face-panel face-now").wait_for()
        people = show(page, "people")
        people.get_by_role("link", name="Grace Hopper").wait_for()
        people.get_by_role("button", name="Add somebody").click()
        dialog = page.locator("face-panel face-dialog")
        expect(dialog.get_by_label("Choose photos")).to_be_disabled()
        dialog.get_by_role("textbox", name="Name").fill("Barack Obama")
        more = [PICTURES / f"{name}.jpg" for name in ("two_people", "nobody")]
        dialog.get_by_label("Choose photos").set_input_files([album, broken, *more])
        expect(dialog.get_by_text("4 of 4 photos")).to_be_visible(timeout=TEACHING_MS)
        expect(dialog.get_by_text("One file was left out")).to_be_visible()
        expect(dialog.get_by_text("broken.zip can't be unpacked.")).to_be_visible()
        expect(dialog.locator("li.accepted")).to_have_count(2)
        expect(dialog.locator("li.refused").filter(has_text="nobody.jpg")).to_contain_text("no face found")
        several = dialog.locator("li.refused").filter(has_text="two_people.jpg")
        expect(several).to_contain_text("several faces: choose one")
        keep(page, "upload")
        several.get_by_role("button", name="Face 1").click()
        expect(dialog.locator("li.accepted")).to_have_count(3)
        dialog.get_by_role("button", name="Done").click()
        expect(people.get_by_role("link", name="Barack Obama")).to_contain_text("3 photos")
        person = open_person(page, "Barack Obama")
        expect(person.locator("li.card")).to_have_count(3)
        expect(person.get_by_text("Quality").first).to_be_visible()

    await look(house, teach)
    await house.seen.until(lambda: "sensor.barack_obama_last_seen" in house.seen.states, "the person in Home Assistant")


def is_called(page: Page, stranger: Locator, name: str) -> None:
    """Say who an unknown person is."""
    stranger.get_by_role("button", name="This is").click()
    dialog = page.locator("face-panel face-who")
    dialog.get_by_text("Most alike").wait_for()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{name} is now known by these pictures.")).to_be_visible()


async def test_visitors_appear_while_the_panel_is_open(house: House) -> None:
    """Somebody known is named; a stranger is ignored, forgotten and named, each of which is undone, and known then."""
    seen = house.seen
    async with in_view(house.front, story.OBAMA):
        await story.motion(house, on=True)
        await seen.until(lambda: "confirmed" in seen.event_types(story.FRONT_EVENT), "the known visitor")
        await story.motion(house, on=False)
    async with in_view(house.garden, story.BIDEN):
        await story.motion(house, on=True, where="garden")
        await seen.until(lambda: "unknown" in seen.event_types("event.garden_face"), "the stranger")
        await story.motion(house, on=False, where="garden")

    def name(page: Page) -> None:
        now = open_panel(page, house.home.url)
        expect(now.locator("li").filter(has_text="Front door").locator("img").first).to_be_visible()
        expect(now.locator("li").filter(has_text="At Front door")).to_contain_text("Barack Obama")
        keep(page, "now")
        unknown = show(page, "unknown")
        stranger = unknown.locator("li.card").first
        expect(stranger).to_contain_text("at Garden")
        keep(page, "unknown")
        undo = page.locator("face-panel .notice").get_by_role("button", name="Undo")
        ignored = unknown.get_by_text("Show ignored people (1)")
        strangers = unknown.locator("li.card")
        others = strangers.count() - 1
        stranger.get_by_role("button", name="Ignore").click()
        ignored.wait_for()
        undo.click()
        expect(ignored).to_have_count(0)
        expect(stranger).to_contain_text("at Garden")
        stranger.get_by_role("button", name="Delete").click()
        page.locator("face-panel face-dialog").get_by_role("button", name="Delete").click()
        expect(strangers).to_have_count(others)
        unknown.get_by_role("button", name="Put back: Unknown person forgotten").click()
        expect(stranger).to_contain_text("at Garden")
        is_called(page, stranger, "Somebody Else")
        expect(strangers).to_have_count(others)
        undo.click()
        expect(stranger).to_contain_text("at Garden")
        expect(show(page, "people").get_by_role("link", name="Somebody Else")).to_have_count(0)
        show(page, "unknown")
        is_called(page, stranger, "Joe Biden")
        show(page, "people").get_by_role("link", name="Joe Biden").wait_for()

    await look(house, name)
    async with in_view(house.garden, story.BIDEN):
        await story.motion(house, on=True, where="garden")
        await seen.until(lambda: "event.joe_biden_sighting" in seen.states, "the person who was named")
        await seen.until(lambda: seen.event_types("event.joe_biden_sighting"), "the next visit")
        await story.motion(house, on=False, where="garden")


async def test_somebody_is_looked_for_by_a_picture(house: House) -> None:
    """Who was seen is found, with when and where; one of several faces is picked; who was not is said to be nobody."""

    def use(page: Page) -> None:
        people = open_panel(page, house.home.url, "people")
        people.get_by_role("button", name="Have we seen this person?").click()
        dialog = people.locator("face-search face-dialog")
        chooser = dialog.get_by_label("Choose a photo", exact=True)
        chooser.set_input_files(OBAMA_PHOTOS[0])
        found = dialog.locator("li").filter(has_text="Barack Obama")
        expect(found.first).to_contain_text("almost certainly")
        expect(found.filter(has_text="taken for Barack Obama").first).to_contain_text("Front door")
        expect(found.locator("img").first).to_be_visible()
        keep(page, "search")
        chooser.set_input_files(PICTURES / "four_people.jpg")
        expect(dialog.get_by_text("4 faces: choose one.")).to_be_visible()
        expect(dialog.locator("li")).to_have_count(0)
        dialog.get_by_role("button", name="Face 2").click()
        expect(dialog.get_by_text(re.compile("Nobody who is remembered|These look alike"))).to_be_visible()
        chooser.set_input_files(PICTURES / "nobody.jpg")
        expect(dialog.get_by_text("No face was found in this picture.")).to_be_visible()
        keep(page, "search_nobody")
        dialog.get_by_role("button", name="Done").click()
        expect(dialog).to_have_count(0)

    await look(house, use)
    await look(house, use, width=360, height=740)


async def test_sighting_is_explained_corrected_and_taken_back(house: House) -> None:
    """With what decided; filters leave the others out."""

    def correct(page: Page) -> None:
        timeline = open_panel(page, house.home.url, "timeline")
        timeline.get_by_label("Person").select_option(label="Barack Obama")
        expect(timeline.locator("li.card").filter(has_text="Joe Biden")).to_have_count(0)
        sighting = timeline.locator("li.card").filter(has_text="Barack Obama").first
        sighting.get_by_role("button", name="Why?").click()
        decided = re.compile(r"Decided with similarity 0\.\d\d: \d.*% sure that it is Barack Obama")
        expect(sighting).to_contain_text(decided)
        expect(sighting.locator(".near li").first).to_contain_text("Barack Obama")
        expect(sighting.locator(".near img").first).to_be_visible()
        keep(page, "timeline")
        sighting.get_by_role("button", name="That's wrong").click()
        dialog = page.locator("face-panel face-who")
        dialog.get_by_role("button", name="I don't know who it was").click()
        expect(sighting).to_contain_text("corrected")
        sighting.get_by_role("button", name="Undo").click()
        expect(sighting).not_to_contain_text("corrected")

    await look(house, correct)


def merge_into_eileen(page: Page, person: Locator) -> None:
    """Make somebody Eileen Collins."""
    person.get_by_role("button", name="Merge").click()
    dialog = page.locator("face-panel face-dialog")
    dialog.get_by_label("Merge into").select_option(label="Eileen Collins")
    dialog.get_by_role("button", name="Merge").click()
    person.get_by_role("heading", name="Eileen Collins").wait_for()


async def test_person_is_renamed_merged_and_deleted(house: House) -> None:
    """And a photo alone; each is asked about first, and a merge is undone once."""

    def change(page: Page) -> None:
        open_panel(page, house.home.url, "people")
        person = open_person(page, "Joe Biden")
        person.get_by_role("button", name="Rename").click()
        dialog = page.locator("face-panel face-dialog")
        dialog.get_by_label("New name").fill("Grace Hopper")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_text("That didn't work: somebody else has this name")).to_be_visible()
        dialog.get_by_label("New name").fill("Joe")
        dialog.get_by_role("button", name="Save").click()
        person.get_by_role("heading", name="Joe", exact=True).wait_for()
        merge_into_eileen(page, person)
        page.locator("face-panel .notice").get_by_role("button", name="Undo").click()
        show(page, "people").get_by_role("link", name="Eileen Collins").wait_for()
        merge_into_eileen(page, open_person(page, "Joe"))
        expect(person.locator("li.card").nth(1)).to_be_visible()
        photos = person.locator("li.card").count()
        person.get_by_role("button", name="Somebody else: Photo of Eileen Collins").first.click()
        who = page.locator("face-panel face-who")
        who.get_by_label("Name").fill("Grace Hopper")
        who.get_by_role("button", name="Save").click()
        expect(person.locator("li.card")).to_have_count(photos - 1)
        photos -= 1
        person.get_by_role("button", name="Delete: Photo of Eileen Collins").first.click()
        dialog.get_by_role("button", name="Delete").click()
        expect(person.locator("li.card")).to_have_count(photos - 1)
        person.get_by_role("button", name="Delete", exact=True).click()
        dialog.get_by_role("button", name="Delete").click()
        people = page.locator("face-panel face-people")
        people.get_by_role("link", name="Grace Hopper").wait_for()
        expect(people.get_by_role("link", name="Eileen Collins")).to_have_count(0)
        expect(people.get_by_role("link", name="Joe")).to_have_count(0)

    await look(house, change)


def is_found(page: Page, name: str, picture: Path) -> bool:
    """Whether somebody is whom a picture looks like."""
    people = show(page, "people")
    people.get_by_role("button", name="Have we seen this person?").click()
    dialog = people.locator("face-search face-dialog")
    dialog.get_by_label("Choose a photo", exact=True).set_input_files(picture)
    expect(dialog.get_by_text(re.compile("These look alike|Nobody who is remembered"))).to_be_visible()
    found: int = dialog.locator("li").filter(has_text=name).filter(has_text="almost certainly").count()
    dialog.get_by_role("button", name="Done").click()
    return found > 0


async def test_deleted_person_is_put_back(house: House) -> None:
    """By the notice, or from the list of the last hour; whoever is back is recognised, and in Home Assistant, too."""
    entity, portrait = "sensor.grace_hopper_last_seen", ROOT / "faces" / "Grace Hopper" / "portrait.jpg"

    def delete(page: Page) -> None:
        person = open_person(page, "Grace Hopper")
        person.get_by_role("button", name="Delete", exact=True).click()
        dialog = page.locator("face-panel face-dialog")
        expect(dialog).to_contain_text("You can undo this for an hour")
        dialog.get_by_role("button", name="Delete", exact=True).click()
        people = page.locator("face-panel face-people")
        expect(people.get_by_role("link", name="Grace Hopper")).to_have_count(0)

    def take_back(page: Page) -> None:
        people = open_panel(page, house.home.url, "people")
        delete(page)
        page.locator("face-panel .notice").get_by_role("button", name="Undo").click()
        people.get_by_role("link", name="Grace Hopper").wait_for()
        assert is_found(page, "Grace Hopper", portrait)
        delete(page)
        assert not is_found(page, "Grace Hopper", portrait)
        keep(page, "deleted")
        people.get_by_role("button", name="Put back: Grace Hopper").click()
        people.get_by_role("link", name="Grace Hopper").wait_for()
        assert is_found(page, "Grace Hopper", portrait)

    await house.seen.until(lambda: entity in house.seen.states, "the person in Home Assistant")
    await look(house, take_back)
    await house.seen.until(lambda: entity in house.seen.states, "the person who is back")


async def test_deleted_photo_is_put_back(house: House) -> None:
    """The same way."""

    def take_back(page: Page) -> None:
        open_panel(page, house.home.url, "people")
        person = open_person(page, "Grace Hopper")
        cards = person.locator("li.card")
        expect(cards.first).to_be_visible()
        photos = cards.count()
        remove = person.get_by_role("button", name="Delete: Photo of Grace Hopper").first
        confirm = page.locator("face-panel face-dialog").get_by_role("button", name="Delete", exact=True)
        remove.click()
        confirm.click()
        expect(cards).to_have_count(photos - 1)
        page.locator("face-panel .notice").get_by_role("button", name="Undo").click()
        expect(cards).to_have_count(photos)
        remove.click()
        confirm.click()
        expect(cards).to_have_count(photos - 1)
        back = show(page, "people").get_by_role("button", name="Put back: Photo of Grace Hopper")
        back.click()
        expect(back).to_have_count(0)
        expect(open_person(page, "Grace Hopper").locator("li.card")).to_have_count(photos)

    await look(house, take_back)


async def test_everybody_is_exported_as_one_file_and_imported_again(house: House, tmp_path: Path) -> None:
    """Who was deleted meanwhile is back as the same person; of a file that is not whole nothing is taken."""
    file, cut = tmp_path / "library.tar", tmp_path / "cut.tar"
    entity = "sensor.grace_hopper_last_seen"

    def take(page: Page) -> None:
        settings = open_panel(page, house.home.url, "settings")
        with page.expect_download() as begun:
            settings.get_by_role("button", name="Download").click()
        assert re.fullmatch(r"face-library-[\d-]+\.tar", begun.value.suggested_filename)
        begun.value.save_as(file)
        cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        show(page, "people")
        person = open_person(page, "Grace Hopper")
        person.get_by_role("button", name="Delete", exact=True).click()
        page.locator("face-panel face-dialog").get_by_role("button", name="Delete", exact=True).click()
        people = page.locator("face-panel face-people")
        expect(people.get_by_role("link", name="Grace Hopper")).to_have_count(0)
        erase = people.get_by_role("button", name="Erase now: Grace Hopper")
        erase.click()
        page.locator("face-panel face-dialog").get_by_role("button", name="Erase", exact=True).click()
        expect(erase).to_have_count(0)
        settings = show(page, "settings")
        chooser = settings.locator("face-library input")
        chooser.set_input_files(cut)
        expect(settings.get_by_text("nothing was changed: it ends too early")).to_be_visible()
        chooser.set_input_files(file)
        expect(settings.locator("face-library li").filter(has_text="Grace Hopper")).to_contain_text("new")
        expect(settings.locator("face-library li").filter(has_text="Barack Obama")).to_contain_text("already")
        keep(page, "imported")
        show(page, "people").get_by_role("link", name="Grace Hopper").wait_for()

    await house.seen.until(lambda: entity in house.seen.states, "the person in Home Assistant")
    await look(house, take)
    await house.seen.until(lambda: entity in house.seen.states, "the person who is back")


@pytest.mark.parametrize(("language", "scheme", "width", "height"), [("de", "dark", 360, 740)])
async def test_everything_is_changed_in_another_language_in_the_dark_on_a_phone(
    house: House, tmp_path: Path, language: str, scheme: Any, width: int, height: int
) -> None:
    """Photos are uploaded, moved and deleted, people are merged and deleted, and a sighting is corrected."""
    say = words(language)
    photos = album([story.COLLINS], tmp_path)[:4]
    await house.seen.command("frontend/set_user_data", key="language", value={"language": language})

    def change(page: Page) -> None:
        page.emulate_media(color_scheme=scheme)
        people = open_panel(page, house.home.url, "people")
        dialog = page.locator("face-panel face-dialog")
        people.get_by_role("button", name=say["add_person"]).click()
        dialog.get_by_role("textbox", name=say["name"]).fill("Eileen")
        dialog.get_by_label(say["choose_photos"]).set_input_files(photos)
        expect(dialog.locator("li.accepted")).to_have_count(len(photos), timeout=TEACHING_MS)
        seen(page, "upload")
        dialog.get_by_role("button", name=say["done"]).click()
        person = open_person(page, "Eileen")
        cards = person.locator("li.card")
        photo = say["photo_of"].format(name="Eileen")
        person.get_by_role("button", name=f"{say['somebody_else']}: {photo}").first.click()
        dialog.get_by_label(say["name"]).fill("Carla")
        seen(page, "move")
        dialog.get_by_role("button", name=say["save"]).click()
        expect(cards).to_have_count(3)
        person.get_by_role("button", name=f"{say['delete']}: {photo}").first.click()
        seen(page, "delete")
        dialog.get_by_role("button", name=say["delete"]).click()
        expect(cards).to_have_count(2)
        person = open_person(page, "Carla")
        person.get_by_role("button", name=say["merge"]).click()
        dialog.get_by_label(say["merge_into"]).select_option(label="Eileen")
        seen(page, "merge")
        dialog.get_by_role("button", name=say["merge"]).click()
        person.get_by_role("heading", name="Eileen").wait_for()
        expect(cards).to_have_count(3)
        person.get_by_role("button", name=say["delete"], exact=True).click()
        dialog.get_by_role("button", name=say["delete"]).click()
        people.get_by_role("link", name="Grace Hopper").wait_for()
        expect(people.get_by_role("link", name="Eileen")).to_have_count(0)
        sighting = show(page, "timeline").locator("li.card").filter(has_text="Barack Obama").first
        sighting.get_by_role("button", name=say["wrong"]).click()
        seen(page, "correct")
        page.locator("face-panel face-who").get_by_role("button", name=say["dont_know"]).click()
        expect(sighting).to_contain_text(say["corrected"])
        sighting.get_by_role("button", name=say["undo"]).click()
        expect(sighting).not_to_contain_text(say["corrected"])

    def seen(page: Page, what: str) -> None:
        main = page.locator("face-panel main")
        assert main.evaluate("element => element.scrollWidth <= element.clientWidth"), what
        keep(page, f"{language}_{scheme}_{width}_{what}")

    await look(house, change, width=width, height=height)
    await house.seen.command("frontend/set_user_data", key="language", value={"language": "en"})


async def test_pictures_of_a_visit_are_kept_or_declined_by_one_tap(house: House) -> None:
    """They show somebody as no photo does; what is kept is a photo, and can be undone."""
    views = walk(story.OBAMA, OBAMA_PHOTOS[0])
    folder = house.server.folder / "faces" / "Barack Obama"
    before = len(list(folder.glob("*.jpg")))

    def answer(page: Page) -> None:
        open_panel(page, house.home.url, "people")
        proposals = page.locator("face-panel face-people face-proposals")
        cards = proposals.locator("li")
        for number, view in enumerate(("right", "left")):
            show_camera(house.front, views[view])
            expect(cards.nth(number)).to_be_visible()
        show_camera(house.front, scene(NOBODY, 0))
        waiting = cards.count()
        expect(page.locator("face-panel nav a[href='/faces/people']")).to_contain_text(str(waiting))
        expect(cards.first).to_contain_text("Barack Obama")
        expect(cards.first.locator("img")).to_be_visible()
        keep(page, "proposals")
        cards.first.get_by_role("button", name=re.compile("^Keep: Barack Obama, ")).click()
        expect(page.get_by_text("One photo added")).to_be_visible()
        expect(cards).to_have_count(waiting - 1)
        assert len(list(folder.glob("*.jpg"))) == before + 1
        page.locator("face-panel .notice").get_by_role("button", name="Undo").click()
        expect(page.get_by_text("One photo added")).to_have_count(0)
        person = open_person(page, "Barack Obama")
        expect(person.get_by_role("heading", name=f"{before} photos")).to_be_visible()
        cards = person.locator("face-proposals li")
        expect(cards.first).to_be_visible()
        waiting = cards.count()
        cards.first.get_by_role("button", name=re.compile("^Don't keep: Barack Obama, ")).click()
        expect(page.get_by_text("Nothing like that will be suggested again")).to_be_visible()
        expect(cards).to_have_count(waiting - 1)

    show_camera(house.front, views["ahead"])
    await story.motion(house, on=True)
    await look(house, answer)
    await story.motion(house, on=False)


async def test_somebody_is_learned_by_walking_up_to_a_camera(house: House) -> None:
    """On a phone; poor pictures are told. What is cancelled is forgotten, what is accepted are their photos."""
    seen = walk(story.OBAMA, OBAMA_PHOTOS[0])
    folder = house.server.folder / "faces" / "Barack Obama"
    before = len(list(folder.glob("*.jpg")))

    def learn(page: Page) -> None:
        show_camera(house.front, scene(NOBODY, 0))
        cameras = open_panel(page, house.home.url, "cameras")
        door = cameras.locator("li.card").filter(has_text="Front door")
        door.get_by_role("button", name="Learn somebody here").click()
        dialog = page.locator("face-panel face-learn")
        expect(dialog.get_by_role("button", name="Start")).to_be_disabled()
        dialog.get_by_role("combobox", name="Name").fill("Barack Obama")
        dialog.get_by_role("button", name="Start").click()
        expect(dialog.get_by_text("Step into view")).to_be_visible()
        expect(dialog.get_by_role("img", name="What Front door sees")).to_be_visible()
        expect(dialog.get_by_role("button", name="Keep these")).to_be_disabled()
        for view, asked in (
            ("far", "Come closer"),
            ("blurred", "Hold still"),
            ("dark", "More light, please"),
            ("ahead", "Turn your head a little to your left"),
            ("right", "Turn your head a little to your right"),
        ):
            show_camera(house.front, seen[view])
            expect(dialog.get_by_text(asked)).to_be_visible()
        keep(page, "learn")
        show_camera(house.front, seen["left"])
        expect(dialog.get_by_text("Are these pictures right?")).to_be_visible()
        expect(dialog.locator("li img")).to_have_count(3)
        keep(page, "learned")
        dialog.get_by_role("button", name="Keep these").click()
        expect(page.get_by_text("Barack Obama is now known by these pictures.")).to_be_visible()
        # One that is like a photo they have already is left out.
        kept = len(list(folder.glob("*.jpg")))
        assert kept in (before + 2, before + 3)
        person = open_person(page, "Barack Obama")
        expect(person.locator("li.card")).to_have_count(kept)
        person.get_by_role("button", name="Learn at a camera").click()
        dialog.get_by_role("combobox", name="Camera").select_option(label="Front door")
        dialog.get_by_role("button", name="Start").click()
        # Loaded: what is forgotten cannot be fetched any more.
        dialog.locator("li img").evaluate("image => image.decode()")
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)
        expect(person.locator("li.card")).to_have_count(kept)

    await look(house, learn, width=360, height=740)
    show_camera(house.front, scene(NOBODY, 0))


async def test_thirty_photos_are_taught_at_once(house: House, tmp_path: Path) -> None:
    """Three of them can't be: of each it is said why."""
    photos = album([*OBAMA_PHOTOS, story.OBAMA], tmp_path)
    bad = [PICTURES / "nobody.jpg", PICTURES / "four_people.jpg", PICTURES / "broken" / "web_page.jpg"]

    def teach(page: Page) -> None:
        open_panel(page, house.home.url, "people")
        person = open_person(page, "Barack Obama")
        before = person.locator("li.card").count()
        person.get_by_label("Choose photos").set_input_files([*photos[:20], *bad, *photos[20:]])
        expect(person.get_by_text("30 of 30 photos")).to_be_visible(timeout=TEACHING_MS)
        expect(person.locator("li.accepted")).to_have_count(len(photos))
        for file, why in zip(bad, ("no face found", "several faces", "not a picture that can be read"), strict=True):
            expect(person.locator("li.refused").filter(has_text=file.name)).to_contain_text(why)
        expect(person.locator("li.card")).to_have_count(before + len(photos))
        keep(page, "thirty")

    await look(house, teach)


async def test_accuracy_is_a_sentence_and_camera_says_how_well_it_sees(house: House) -> None:
    """By the keyboard, too."""
    async with in_view(house.front, story.OBAMA):

        def use(page: Page) -> None:
            settings = open_panel(page, house.home.url, "settings")
            settings.get_by_text("at most 1 may be taken for somebody you know").wait_for()
            settings.get_by_role("slider").focus()
            page.keyboard.press("ArrowRight")
            settings.get_by_text("at most 3 may be taken for somebody you know").wait_for()
            page.get_by_text("Saved.").wait_for()
            cameras = show(page, "cameras")
            door = cameras.locator("li.card").filter(has_text="Front door")
            door.get_by_role("button", name="Check the picture now").click()
            expect(door).to_contain_text(re.compile("Picture 1280 . 720"))
            expect(door).to_contain_text(re.compile(r"Barack Obama: \d+ pixels"))
            expect(door).to_contain_text(re.compile("In the last .*visit"))
            expect(door.locator("dd").first).to_contain_text("pixels")

        await look(house, use)


LOOKS: list[Any] = [
    ("en", "light", 1280, 900),
    ("de", "dark", 360, 740),
    ("de", "light", 1280, 900),
    ("en", "dark", 360, 740),
]


@pytest.mark.parametrize(("language", "scheme", "width", "height"), LOOKS)
async def test_every_page_fits_reads_and_is_accessible(
    house: House, language: str, scheme: str, width: int, height: int
) -> None:
    """In each language, light and dark, on a desktop and a phone; axe finds nothing serious."""
    await house.seen.command("frontend/set_user_data", key="language", value={"language": language})
    title = {"en": "Faces", "de": "Gesichter"}[language]

    def read(page: Page) -> None:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for name in PAGES:
            shown = open_panel(page, house.home.url, name)
            page.locator("face-panel h1").get_by_text(title, exact=True).wait_for()
            expect(shown.locator("[role=status].empty")).to_have_count(0)
            if name == "check":
                expect(shown.get_by_role("listitem").filter(has_text="Grace Hopper").first).to_be_visible()
            main = page.locator("face-panel main")
            assert main.evaluate("element => element.scrollWidth <= element.clientWidth"), name
            keep(page, f"{language}_{scheme}_{width}_{name}")

    await look(house, read, width=width, height=height)
    await house.seen.command("frontend/set_user_data", key="language", value={"language": "en"})


async def test_card_is_offered_by_the_picker_and_shows_who_came_last(house: House) -> None:
    """On a dashboard of its own."""
    dashboard = {"url_path": "face-e2e", "title": "Hall", "show_in_sidebar": True, "mode": "storage"}
    await house.seen.command("lovelace/dashboards/create", **dashboard)
    config = {"views": [{"title": "Hall", "cards": [{"type": "custom:face-card"}]}]}
    await house.seen.command("lovelace/config/save", url_path="face-e2e", config=config)

    def read(page: Page) -> None:
        page.goto(f"{house.home.url}/face-e2e")
        card = page.locator("face-card")
        expect(card).to_contain_text("Barack Obama")
        expect(card).to_contain_text("Front door")
        keep(page, "card", "face-card")
        offered = page.evaluate("window.customCards.map((one) => one.type)")
        assert "face-card" in offered

    await look(house, read)
