"""The actions, as people and automations call them."""

from __future__ import annotations

from base64 import b64decode
import os
from pathlib import Path
from typing import Any

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.components.media_source import PlayMedia
from homeassistant.components.media_source.error import Unresolvable
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.face.const import DOMAIN

from .home import CAMERA, OWN_ID, DoorCamera, entity
from .peer import BOX, Peer, Refused, face, known


async def call(home: HomeAssistant, action: str, user: User | None = None, **data: Any) -> Any:
    """Call an action with its answer."""
    context = Context(user_id=None if user is None else user.id)
    return await home.services.async_call(DOMAIN, action, data, blocking=True, return_response=True, context=context)


@pytest.fixture
def guest(home: HomeAssistant) -> User:
    """Give a user who may nothing."""
    user: User = MockUser(groups=[]).add_to_hass(home)
    return user


async def test_person_is_taught_from_a_camera(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """And the answer has the verdict, the quality and advice."""
    answer = await call(home, "enroll", person="Carol", camera=CAMERA, box=BOX, allow=["duplicate"])
    assert (answer["person"], answer["photos"], answer["box"]) == ("Carol", 1, BOX)
    assert answer["quality"]["reasons"] == ["the face looks to the side"]
    assert answer["advice"]
    asked = peer.asked_for("enroll")[0]
    assert b64decode(asked["picture"]["data"]) == b"first"
    assert asked["allow"] == ["duplicate"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("no_face", "There is no face"),
        ("multiple_faces", "several faces"),
        ("looks_like_someone_else", "looks more like Bob"),
        ("duplicate", "already been added"),
    ],
)
async def test_refused_photo_is_explained(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, code: str, words: str
) -> None:
    """In translated words."""
    peer.refuse_next("enroll", Refused(code, "so it is", person={"id": "bob-id", "name": "Bob"}))
    with pytest.raises(ServiceValidationError, match=words):
        await call(home, "enroll", person="Carol", camera=CAMERA)


async def test_fault_of_the_server_is_no_mistake_of_the_caller(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Another class of error."""
    peer.refuse_next("people/list", Refused("internal", "its log says more"))
    with pytest.raises(HomeAssistantError, match="its log says more") as caught:
        await call(home, "list_people")
    assert not isinstance(caught.value, ServiceValidationError)
    await peer.stop()
    with pytest.raises(HomeAssistantError, match="did not answer"):
        await call(home, "list_people")


async def test_camera_is_asked_about_and_nothing_changes(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Known, unsure and unknown faces are told apart."""
    unsure = {
        "kind": "unsure",
        "label": "unsure, perhaps Bob",
        "person": {"id": "bob-id", "name": "Bob"},
        "probability": 0.4,
        "settle_by": ["closer"],
        "reason": "the face is small",
    }
    peer.faces.append([face(known(grade="seen")), face(unsure), face({"kind": "unknown"})])
    answer = await call(home, "recognize", camera=CAMERA)
    assert [(one["identity"], one.get("person"), one.get("label")) for one in answer["faces"]] == [
        ("looks_like", "Alice", "looks like Alice"),
        ("unsure", "Bob", "unsure, perhaps Bob"),
        ("unknown", None, None),
    ]
    assert answer["faces"][0]["nearest"] == [{"person": "Alice", "similarity": 0.61}]
    assert peer.asked_for("recognize")[0]["purpose"] == "ask"


async def test_annotated_picture_is_saved_where_it_may_be(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, tmp_path: Path
) -> None:
    """And nowhere else."""
    await call(home, "recognize", camera=CAMERA, save_to=str(tmp_path / "who.jpg"))
    assert (tmp_path / "who.jpg").read_bytes() == b"\xff\xd8annotated"
    with pytest.raises(ServiceValidationError, match="allowlist_external_dirs"):
        await call(home, "recognize", camera=CAMERA, save_to="/etc/who.jpg")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ServiceValidationError, match="could not be written"):
        await call(home, "recognize", camera=CAMERA, save_to=str(tmp_path / "folder"))


async def test_image_entity_and_file_are_sources(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, tmp_path: Path
) -> None:
    """As a camera is."""
    await call(home, "recognize", image=entity(home, "image", "alice-id_face"))
    (tmp_path / "x.jpg").write_bytes(b"file")
    await call(home, "recognize", file=str(tmp_path / "x.jpg"))
    sent = [b64decode(asked["picture"]["data"]) for asked in peer.asked_for("recognize")]
    assert sent == [b"\xff\xd8alice", b"file"]


async def test_uploaded_media_is_a_source(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is a file of this Home Assistant."""
    home.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(home, "media_source", {})
    (tmp_path / "x.jpg").write_bytes(b"media")
    media = {"media_content_id": "media-source://media_source/local/x.jpg", "media_content_type": "image/jpeg"}
    await call(home, "enroll", person="Alice", media=media)
    assert b64decode(peer.asked_for("enroll")[0]["picture"]["data"]) == b"media"
    with pytest.raises(ServiceValidationError, match=r"doesn.t provide a picture"):
        await call(home, "enroll", person="Alice", media={"media_content_id": "media-source://nothing/x"})

    async def elsewhere(*_: object) -> PlayMedia:
        return PlayMedia(url="http://elsewhere/x.jpg", mime_type="image/jpeg")

    monkeypatch.setattr("custom_components.face.actions.pictures.media_source.async_resolve_media", elsewhere)
    with pytest.raises(ServiceValidationError, match="not a file of this"):
        await call(home, "enroll", person="Alice", media=media)
    assert issubclass(Unresolvable, HomeAssistantError)


async def test_source_that_gives_nothing_is_explained(
    home: HomeAssistant, server: MockConfigEntry, door: DoorCamera, tmp_path: Path
) -> None:
    """Whichever it is."""
    door.breaks()
    sources: list[dict[str, Any]] = [{"camera": CAMERA}, {"image": "image.none"}, {"file": str(tmp_path / "none.jpg")}]
    for source in sources:
        with pytest.raises(ServiceValidationError, match=r"doesn.t provide a picture"):
            await call(home, "recognize", **source)
    with pytest.raises(ServiceValidationError, match="choose a picture"):
        await call(home, "recognize")


async def test_folder_is_scanned_picture_by_picture(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is none is told and the rest goes on."""
    party = tmp_path / "party"
    (party / "later").mkdir(parents=True)
    for name in ("a.jpg", "b.png", "later/c.JPG", "notes.txt"):
        (party / name).write_bytes(name.encode())
    peer.faces.append([face(known())])
    peer.refuse_next("recognize", Refused("unreadable_image", "no picture"))
    answer = await call(home, "scan_folder", folder=str(party))
    assert [(one["file"], one.get("error")) for one in answer["pictures"]] == [
        ("a.jpg", "unreadable_image"),
        ("b.png", None),
        ("later/c.JPG", None),
    ]
    assert answer["pictures"][1]["faces"][0]["person"] == "Alice"
    monkeypatch.setattr("custom_components.face.services.MOST_FILES", 2)
    with pytest.raises(ServiceValidationError, match="has 3 pictures"):
        await call(home, "scan_folder", folder=str(party))
    with pytest.raises(ServiceValidationError, match=r"isn.t a folder"):
        await call(home, "scan_folder", folder=str(party / "a.jpg"))


async def test_unknown_is_named_or_ignored_and_sightings_are_taken_back(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """By the ids that the events carry."""
    assert (await call(home, "ignore_unknown", unknown_id="unknown-1"))["ignored"] is True
    assert (await call(home, "assign_unknown", unknown_id="unknown-1", person="Carol"))["person"] == "Carol"
    with pytest.raises(ServiceValidationError, match=r"doesn.t have this"):
        await call(home, "assign_unknown", unknown_id="unknown-1", person="Carol")
    answer = await call(home, "reject_sighting", sighting_id="7", person="Bob")
    assert answer == {"sighting_id": "7", "was_not": "Alice", "corrected": True}
    answer = await call(home, "reject_sighting", sighting_id="7", person="Alice")
    assert answer == {"sighting_id": "7", "was_not": None, "corrected": False}, "it was her after all"
    await home.services.async_call(DOMAIN, "reject_sighting", {"sighting_id": "8"}, blocking=True)
    assert not peer.asked_for("sightings/correct")[-1].keys() & {"person", "reason"}
    await call(home, "reject_sighting", sighting_id="7", not_a_person=True)
    assert peer.asked_for("sightings/correct")[-1]["reason"] == "not_a_person"
    with pytest.raises(probatio.Invalid):
        await call(home, "reject_sighting", sighting_id="7", not_a_person=True, person="Bob")


async def test_people_are_listed_renamed_and_forgotten(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """By name, whatever its case, or by id."""
    people = (await call(home, "list_people"))["people"]
    assert [who["person"] for who in people] == ["Alice", "Bob"]
    assert (await call(home, "rename_person", person="bob", new_name="Robert"))["person"] == "Robert"
    assert (await call(home, "delete_person", person="alice-id")) == {"deleted": "Alice"}
    assert list(peer.people) == ["bob-id"]
    with pytest.raises(ServiceValidationError, match=r"doesn.t know Nobody"):
        await call(home, "delete_person", person="Nobody")


async def test_deleting_renaming_scanning_and_files_are_for_administrators(
    home: HomeAssistant, server: MockConfigEntry, guest: User, tmp_path: Path
) -> None:
    """And the camera's permission counts."""
    forbidden: list[tuple[str, dict[str, Any]]] = [
        ("delete_person", {"person": "Alice"}),
        ("rename_person", {"person": "Alice", "new_name": "Eve"}),
        ("scan_folder", {"folder": str(tmp_path)}),
        ("enroll", {"person": "Eve", "file": str(tmp_path / "x.jpg")}),
        ("recognize", {"camera": CAMERA, "save_to": str(tmp_path / "x.jpg")}),
        ("recognize", {"camera": CAMERA}),
        ("recognize", {"image": entity(home, "image", "alice-id_face")}),
    ]
    for action, data in forbidden:
        with pytest.raises(Unauthorized):
            await call(home, action, guest, **data)
    admin = MockUser(is_owner=True).add_to_hass(home)
    assert (await call(home, "recognize", admin, camera=CAMERA))["faces"] == []
    assert (await call(home, "delete_person", admin, person="Bob")) == {"deleted": "Bob"}
    for action, data in (("delete_person", {"person": "Alice"}), ("recognize", {"camera": CAMERA})):
        with pytest.raises(UnknownUser):
            await home.services.async_call(
                DOMAIN, action, data, blocking=True, return_response=True, context=Context(user_id="nobody")
            )


async def test_whom_a_user_may_not_see_is_neither_listed_nor_named(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, guest: User
) -> None:
    """As in the panel: by the right to see the entity with their face."""
    face_of_alice = entity(home, "image", "alice-id_face")
    friend: User = MockUser(groups=[]).add_to_hass(home)
    friend.mock_policy({"entities": {"entity_ids": {face_of_alice: True, CAMERA: True}}})  # type: ignore[attr-defined]
    assert (await call(home, "list_people", guest))["people"] == []
    assert [who["person"] for who in (await call(home, "list_people", friend))["people"]] == ["Alice"]
    peer.faces.append([face(known()), face(known("bob-id", "Bob"))])
    alice, somebody = (await call(home, "recognize", friend, camera=CAMERA))["faces"]
    assert (alice["person"], somebody["identity"], "person" in somebody) == ("Alice", "unknown", False)
    for user, sentence in ((None, "Bob has not been seen yet."), (friend, "I don't know Bob.")):
        assert (await call(home, "answer", user, question="last_seen", about="Bob"))["sentence"] == sentence
    assert (await call(home, "answer", guest, question="who_is_there"))["sentence"] == "I don't know any camera."


async def test_only_what_can_be_a_picture_is_read(
    home: HomeAssistant, server: MockConfigEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film would fill memory, and a pipe would be waited for."""
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "film.jpg").write_bytes(bytes(5))
    monkeypatch.setattr("custom_components.face.actions.pictures.MOST_BYTES", 4)
    for name, words in (("pipe.jpg", "not a file"), ("film.jpg", "more than 4 bytes")):
        with pytest.raises(ServiceValidationError, match=words):
            await call(home, "recognize", file=str(tmp_path / name))


async def test_server_must_be_named_where_there_are_several(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And be connected."""
    second = MockConfigEntry(domain=DOMAIN, unique_id="server-2", title="Cabin", data={"url": "http://x", "token": "t"})
    second.add_to_hass(home)
    with pytest.raises(ServiceValidationError, match="config_entry_id"):
        await call(home, "list_people")
    assert (await call(home, "list_people", config_entry_id=server.entry_id))["people"]
    with pytest.raises(ServiceValidationError, match="Cabin is not connected"):
        await call(home, "list_people", config_entry_id=second.entry_id)
    with pytest.raises(ServiceValidationError, match="No such face server"):
        await call(home, "list_people", config_entry_id="nothing")
    assert peer.cameras[f"{peer.client_id}/{OWN_ID}"]


TEACHING: list[tuple[str, dict[str, Any]]] = [
    ("enroll", {"person": "Dad", "camera": CAMERA}),
    ("assign_unknown", {"unknown_id": "unknown-1", "person": "Dad"}),
    ("ignore_unknown", {"unknown_id": "unknown-1"}),
    ("reject_sighting", {"sighting_id": "7", "person": "Dad"}),
]


@pytest.mark.parametrize(("action", "data"), TEACHING)
async def test_only_administrators_and_automations_teach_unless_the_home_says_otherwise(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    """A wall tablet's user could make a visitor Dad, and Dad's face opens doors."""
    tablet: User = MockUser(groups=[await home.auth.async_get_group(GROUP_ID_USER)]).add_to_hass(home)
    with pytest.raises(Unauthorized):
        await call(home, action, tablet, **data)
    assert not [one for one in peer.asked if one["type"] in ("enroll", "unknowns/assign", "sightings/correct")]
    flow = await home.config_entries.options.async_init(server.entry_id)
    flow = await home.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "teachers"})
    await home.config_entries.options.async_configure(flow["flow_id"], {"everybody_teaches": True})
    assert await call(home, action, tablet, **data)


@pytest.mark.parametrize(("action", "data"), TEACHING)
async def test_automations_teach(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    """They have no user; somebody who may write automations wrote them."""
    assert await call(home, action, None, **data)
