"""Teaching a face by a form: one photo, and the face that is meant."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .peer import Peer, Refused

LEFT = {"x": 80.0, "y": 60.0, "w": 90.0, "h": 120.0}
RIGHT = {"x": 300.0, "y": 70.0, "w": 85.0, "h": 112.0}


def words(step: Any) -> dict[str, str]:
    """Give what goes into the words of a form."""
    return dict(step["description_placeholders"])


def photo() -> bytes:
    """Make a picture with a red half and a blue one."""
    picture, file = Image.new("RGB", (480, 320), "red"), BytesIO()
    picture.paste("blue", (240, 0, 480, 320))
    picture.save(file, "JPEG")
    return file.getvalue()


async def upload(client: Any, content: bytes) -> str:
    """Upload a file as the frontend does."""
    answer = await client.post("/api/file_upload", data={"file": BytesIO(content)})
    return str((await answer.json())["file_id"])


@pytest.fixture
async def browser(home: HomeAssistant, server: MockConfigEntry, hass_client: ClientSessionGenerator) -> Any:
    """Give a signed-in browser."""
    assert "file_upload" in home.config.components
    return await hass_client()


async def teach(home: HomeAssistant, server: MockConfigEntry) -> Any:
    """Open the form."""
    menu = await home.config_entries.options.async_init(server.entry_id)
    return await home.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "teach"})


async def test_photo_with_one_face_is_taught(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, browser: Any
) -> None:
    """And what would help is said."""
    form = await teach(home, server)
    fields = {"photo": await upload(browser, photo()), "person": "Carol"}
    done = await home.config_entries.options.async_configure(form["flow_id"], fields)
    assert done["reason"] == "taught"
    assert words(done) == {
        "person": "Carol",
        "photos": "1",
        "advice": "add a photo in which the face looks straight ahead",
    }
    (asked,) = peer.asked_for("enroll")
    assert (b64decode(asked["picture"]["data"]), asked["person"]) == (photo(), "Carol")
    assert "box" not in asked


async def test_several_faces_are_shown_to_choose_from(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, browser: Any
) -> None:
    """From left to right, each with its number; the one that is chosen is taught by its box."""
    faces = [{"box": RIGHT}, {"box": LEFT}]
    peer.refuse_next("enroll", Refused("multiple_faces", "the picture has 2 faces", faces=faces))
    form = await teach(home, server)
    fields = {"photo": await upload(browser, photo()), "person": "Alice"}
    choice = await home.config_entries.options.async_configure(form["flow_id"], fields)
    assert (choice["step_id"], words(choice)["person"]) == ("which_face", "Alice")
    shown = words(choice)["faces"].split("\n\n")
    assert [one.split()[0] for one in shown] == ["**1**", "**2**"]
    reddest = []
    for one in shown:
        cut = Image.open(BytesIO(b64decode(one.partition("base64,")[2].removesuffix(")"))))
        red, _, blue = cut.convert("RGB").resize((1, 1)).tobytes()
        reddest.append(red > blue)
    assert reddest == [True, False]
    done = await home.config_entries.options.async_configure(choice["flow_id"], {"face": "2"})
    assert done["reason"] == "taught"
    assert peer.asked_for("enroll")[-1]["box"] == RIGHT


async def test_refused_photo_can_be_sent_again(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, browser: Any
) -> None:
    """With another word on it, though the upload is gone by then; one that never was is refused in words."""
    form = await teach(home, server)
    again = await home.config_entries.options.async_configure(form["flow_id"], {"photo": "0" * 32, "person": "Alice"})
    assert again["errors"] == {"base": "refused"}
    peer.refuse_next("enroll", Refused("duplicate", "this photo is there"))
    fields = {"photo": await upload(browser, photo()), "person": "Alice"}
    again = await home.config_entries.options.async_configure(form["flow_id"], fields)
    assert (again["errors"], words(again)["reason"]) == (
        {"base": "refused"},
        "this photo is there",
    )
    done = await home.config_entries.options.async_configure(form["flow_id"], fields | {"allow": ["duplicate"]})
    assert done["reason"] == "taught"
    assert peer.asked_for("enroll")[-1]["allow"] == ["duplicate"]


async def test_photo_that_only_the_server_can_read_is_chosen_from_by_number(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, browser: Any, tmp_path: Path
) -> None:
    """There is no picture of the faces then, but their numbers from left to right; and the server may go away."""
    peer.refuse_next("enroll", Refused("multiple_faces", faces=[{"box": LEFT}, {"box": RIGHT}]))
    form = await teach(home, server)
    fields = {"photo": await upload(browser, b"no picture"), "person": "Alice"}
    choice = await home.config_entries.options.async_configure(form["flow_id"], fields)
    assert (choice["step_id"], words(choice)["faces"]) == ("which_face", "")
    await peer.stop()
    again = await home.config_entries.options.async_configure(choice["flow_id"], {"face": "1"})
    assert (again["step_id"], again["errors"]) == ("teach", {"base": "refused"})
