"""What the panel and the card ask for: who may see and do what, and where pictures come from and go to."""

from __future__ import annotations

from base64 import b64decode
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.face.cameras import feed
from custom_components.face.client.wire import PersonInfo, PresenceInfo
from custom_components.face.const import DOMAIN
from custom_components.face.panel import BUNDLE, CARD, PANEL, URL_PATH
from custom_components.face.people.home_people import home_people
from custom_components.face.people.links import links

from .home import CAMERA, DoorCamera, entity, until
from .peer import AT, PICTURES, Peer, Refused, camera, face, known, person
from .test_camera_feed import new_picture_each_time
from .test_entities import full
from .test_people import enabled_trackers_appear

# Every command that changes something, with what it takes.
TEACHING: dict[str, dict[str, Any]] = {
    "unknowns/assign": {"unknown_id": "unknown-1", "person": "Carol"},
    "unknowns/ignore": {"unknown_id": "unknown-1"},
    "sightings/correct": {"sighting_id": "7"},
    "sittings/get": {"sitting_id": "51771265177126aa"},
    "sittings/accept": {"sitting_id": "51771265177126aa", "person": "Carol", "pictures": [1, 3], "allow": []},
    "sittings/decline": {"sitting_id": "51771265177126aa"},
    "proposals/list": {},
    "proposals/accept": {"proposal_ids": ["9a0b0c0d0e0f0a0b"]},
    "proposals/decline": {"proposal_ids": ["9a0b0c0d0e0f0a0b"]},
}
CHANGING: dict[str, dict[str, Any]] = {
    "photos/move": {"person_id": "alice-id", "photo_id": "0123456789abcdef", "person": "Bob"},
    "people/rename": {"person_id": "alice-id", "name": "Alina"},
    "people/merge": {"from": "bob-id", "into": "alice-id"},
    "people/delete": {"person_id": "carol-id", "undo": True},
    "changes/list": {"limit": 100},
    "changes/undo": {"change_id": "de1e7ed000000001"},
    "changes/erase": {"change_id": "de1e7ed000000001"},
    "photos/accept": {"person_id": "alice-id", "photo_id": "0123456789abcdef"},
    "photos/delete": {"person_id": "alice-id", "photo_id": "0123456789abcdef", "undo": True},
    "unknowns/delete": {"unknown_id": "unknown-1", "undo": True},
    "settings/set": {"strangers_per_thousand": 3.0},
}


class Browser:
    """Somebody's browser with the panel open."""

    def __init__(self, socket: Any, http: Any, entry_id: str) -> None:
        """Take both of its ways to Home Assistant."""
        self._socket = socket
        self.http = http
        self._entry_id = entry_id

    async def command(self, request: str, /, **fields: Any) -> Any:
        """Send a command; its whole answer."""
        message = {"type": f"face/{request}", "entry_id": self._entry_id} | fields
        if request == "servers":
            del message["entry_id"]
        await self._socket.send_json_auto_id(message)
        return await self._socket.receive_json()

    async def result(self, request: str, /, **fields: Any) -> Any:
        """Send a command that is carried out; its result."""
        answer = await self.command(request, **fields)
        assert answer["success"], answer["error"]
        return answer["result"]

    async def refused(self, request: str, /, **fields: Any) -> str:
        """Send a command that is refused; the code."""
        answer = await self.command(request, **fields)
        assert not answer["success"], answer["result"]
        return str(answer["error"]["code"])

    async def next_event(self) -> Any:
        """Wait for the next message of a subscription."""
        return (await self._socket.receive_json())["event"]


@pytest.fixture
async def open_panel(
    home: HomeAssistant, server: MockConfigEntry, hass_ws_client: Any, hass_client_no_auth: Any
) -> Any:
    """Give a function that opens the panel as a user of some groups."""

    async def as_one_of(*group_ids: str, **policy: Any) -> Browser:
        user: User = MockUser(is_owner=False).add_to_hass(home)
        await home.auth.async_update_user(user, group_ids=list(group_ids))
        if policy:
            user.mock_policy(policy)  # type: ignore[attr-defined]
        token = await home.auth.async_create_refresh_token(user, client_id="https://example.com/")
        access = home.auth.async_create_access_token(token)
        http = await hass_client_no_auth()
        http.session.headers["Authorization"] = f"Bearer {access}"
        return Browser(await hass_ws_client(home, access), http, server.entry_id)

    return as_one_of


@pytest.fixture(autouse=True)
async def seen(home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a sighting, a stranger, a photo and an annotated picture, all with pictures behind them."""
    for path in ("sightings/7", "unknowns/x1", "photos/alice-id/0123456789abcdef"):
        monkeypatch.setitem(PICTURES, f"/v1/{path}.jpg", path.encode())
    monkeypatch.setattr(peer, "_sightings_list", lambda _: {"items": [peer.sighting(picture="/v1/sightings/7.jpg")]})
    about = {"person_id": "alice-id", "photo_id": "0123456789abcdef"}
    peer.problems = [{"kind": "unlike", "path": "Alice/garden.jpg", "message": "unlike the others"} | about]
    path = f"/v1/cameras/{full(peer).replace('/', '%2F')}/annotated.jpg"
    monkeypatch.setitem(PICTURES, path.replace("%2F", "/"), b"annotated")
    await peer.tell({"kind": "camera_changed", "camera": camera(full(peer), annotated=path, last_picture_at=AT)})
    await until(home, lambda: server.runtime_data.data.cameras[full(peer)].annotated)


async def test_administrator_sees_and_changes_everything(open_panel: Any, server: MockConfigEntry, peer: Peer) -> None:
    """By the server's own requests."""
    browser = await open_panel(GROUP_ID_ADMIN)
    (one,) = await browser.result("servers")
    assert one == {"entry_id": server.entry_id, "title": "Face", "ready": True, "teaches": True, "changes": True}
    state = await browser.result("state")
    assert [person["name"] for person in state["people"]] == ["Alice", "Bob"]
    (door,) = state["cameras"]
    assert (door["name"], door["entity_id"]) == ("Front door", CAMERA)
    (photo,) = (await browser.result("photos/list", person_id="alice-id"))["items"]
    assert photo["file"] == "garden.jpg"
    assert (await browser.result("settings/get"))["retention_days"] == 7
    for kind, fields in (TEACHING | CHANGING).items():
        peer.unknowns = {"unknown-1": {"unknown_id": "unknown-1", "ignored": False}}
        await browser.result(kind, **fields)
        (asked,) = peer.asked_for(kind)
        assert {key: asked[key] for key in asked if key not in ("id", "type")} == fields


async def test_pictures_come_by_signed_paths(open_panel: Any, hass_client_no_auth: Any) -> None:
    """Which are enough by themselves; neither the server's address nor its token is in them."""
    browser = await open_panel(GROUP_ID_ADMIN)
    anybody = await hass_client_no_auth()
    (sighting,) = (await browser.result("sightings/list", limit=5))["items"]
    (photo,) = (await browser.result("photos/list", person_id="alice-id"))["items"]
    (door,) = (await browser.result("state"))["cameras"]
    (wrong,) = (await browser.result("problems/list"))["items"]
    for path, picture in (
        (sighting["picture"], b"sightings/7"),
        (photo["picture"], b"photos/alice-id/0123456789abcdef"),
        (wrong["picture"], b"photos/alice-id/0123456789abcdef"),
        (door["annotated"], b"annotated"),
    ):
        assert path.startswith("/api/face/pictures/")
        answer = await anybody.get(path)
        assert (answer.status, await answer.read()) == (HTTPStatus.OK, picture)
        assert (await anybody.get(path.split("?")[0])).status == HTTPStatus.UNAUTHORIZED


async def test_who_may_see_nothing_is_shown_nothing(open_panel: Any, peer: Peer) -> None:
    """And asks about nothing."""
    guest = await open_panel()
    state = await guest.result("state")
    assert (state["people"], state["cameras"]) == ([], [])
    assert (await guest.result("sightings/list"))["items"] == []
    assert (await guest.result("unknowns/list"))["items"] == []
    assert await guest.refused("photos/list", person_id="alice-id") == "unauthorized"
    assert await guest.refused("explain", kind="sightings", own_id="7") == "unauthorized"
    assert not peer.asked_for("photos/list")


async def test_who_may_see_one_person_sees_nobody_else(
    home: HomeAssistant, open_panel: Any, server: MockConfigEntry
) -> None:
    """By the right to see the entity with their face."""
    allowed = {entity(home, "image", "alice-id_face"): True}
    friend = await open_panel(entities={"entity_ids": allowed})
    assert [person["name"] for person in (await friend.result("state"))["people"]] == ["Alice"]
    # Her photos may come from any camera.
    (photo,) = (await friend.result("photos/list", person_id="alice-id"))["items"]
    assert photo["picture"] is None
    assert await friend.refused("photos/list", person_id="bob-id") == "unauthorized"
    # Who knows a photo's address sees it no more than its person.
    guard = await open_panel(entities={"entity_ids": {CAMERA: True}})
    for path, status in (("sightings/7", HTTPStatus.OK), ("photos/alice-id-0123456789abcdef", HTTPStatus.FORBIDDEN)):
        assert (await guard.http.get(f"/api/face/pictures/{server.entry_id}/{path}")).status == status


async def test_user_looks_and_changes_nothing(home: HomeAssistant, open_panel: Any, peer: Peer) -> None:
    """Unless everybody may teach, and then only that."""
    user = await open_panel(GROUP_ID_USER)
    (one,) = await user.result("servers")
    assert (one["teaches"], one["changes"]) == (False, False)
    assert len((await user.result("state"))["people"]) == 2
    for kind, fields in (TEACHING | CHANGING).items():
        assert await user.refused(kind, **fields) == "unauthorized", kind
        assert not peer.asked_for(kind)
    assert (await user.http.post(f"/api/face/teach/{one['entry_id']}?person=Eve", data=b"x")).status == 401
    home.config_entries.async_update_entry(
        home.config_entries.async_entries("face")[0], options={"everybody_teaches": True}
    )
    (one,) = await user.result("servers")
    assert (one["teaches"], one["changes"]) == (True, False)
    for kind, fields in TEACHING.items():
        peer.unknowns = {"unknown-1": {"unknown_id": "unknown-1", "ignored": False}}
        await user.result(kind, **fields)
    for kind, fields in CHANGING.items():
        assert await user.refused(kind, **fields) == "unauthorized", kind


async def test_administrator_says_who_somebody_is_at_home(
    home: HomeAssistant, open_panel: Any, server: MockConfigEntry, peer: Peer
) -> None:
    """One of Home Assistant's people, a new one, or nobody; nobody else is asked, and nobody is linked unasked."""
    browser = await open_panel(GROUP_ID_ADMIN)
    await home.data["person"][1].async_create_item({"name": "Alice at home", "device_trackers": []})
    offered = await browser.result("home_people")
    people = [{"id": "alice_at_home", "name": "Alice at home"}]
    assert offered == {"people": people, "links": {}, "can_create": True}
    issue = f"people_not_linked_{server.entry_id}"
    assert ir.async_get(home).async_get_issue(DOMAIN, issue)
    assert await browser.result("link", person_id="alice-id", home_person="alice_at_home") == {"by_hand": None}
    assert home_people(home)["alice_at_home"].trackers == ("device_tracker.alice",)
    await browser.result("link", person_id="bob-id", home_person="new")
    assert home_people(home)["bob"].trackers == ("device_tracker.bob",)
    assert (await browser.result("home_people"))["links"] == {"alice-id": "alice_at_home", "bob-id": "bob"}
    assert ir.async_get(home).async_get_issue(DOMAIN, issue) is None, "there is nothing left to ask"
    await browser.result("link", person_id="bob-id", home_person="nobody")
    assert home_people(home)["bob"].trackers == ()
    for wrong in ({"person_id": "carol-id", "home_person": "bob"}, {"person_id": "bob-id", "home_person": "zoe"}):
        assert await browser.refused("link", **wrong) == "not_found"
    user = await open_panel(GROUP_ID_USER)
    assert await user.refused("home_people") == "unauthorized"
    assert await user.refused("link", person_id="alice-id", home_person="nobody") == "unauthorized"
    await enabled_trackers_appear(home)


async def test_link_of_somebody_whose_tracker_is_still_to_come_is_kept(
    home: HomeAssistant, open_panel: Any, server: MockConfigEntry, peer: Peer
) -> None:
    """As right after the first photo."""
    browser = await open_panel(GROUP_ID_ADMIN)
    await home.data["person"][1].async_create_item({"name": "Carol", "device_trackers": []})
    carol = person("carol-id", "Carol")
    server.runtime_data.data.people["carol-id"] = PersonInfo(
        id="carol-id", name="Carol", photos=1, presence=PresenceInfo(present=False, home=False)
    )
    await browser.result("link", person_id="carol-id", home_person="carol")
    assert home_people(home)["carol"].trackers == ()
    await peer.tell({"kind": "person_changed", "person": carol})
    await home.async_block_till_done()
    await peer.tell({"kind": "person_changed", "person": carol})
    await until(home, lambda: home_people(home)["carol"].trackers == ("device_tracker.carol",))
    assert links(server) == {"carol-id": "carol"}
    await enabled_trackers_appear(home)


async def test_photo_is_taught_from_the_browser(open_panel: Any, server: MockConfigEntry, peer: Peer) -> None:
    """The body is the picture; a refusal comes with its code and what there is to choose from."""
    browser = await open_panel(GROUP_ID_ADMIN)
    path = f"/api/face/teach/{server.entry_id}"
    answer = await browser.http.post(f"{path}?person=Zoe&box=1,2,3,4&allow=duplicate", data=b"photo")
    assert answer.status == HTTPStatus.OK
    assert (await answer.json())["result"]["person"]["name"] == "Zoe"
    (asked,) = peer.asked_for("enroll")
    assert b64decode(asked["picture"]["data"]) == b"photo"
    assert (asked["person"], asked["box"]) == ("Zoe", {"x": 1.0, "y": 2.0, "w": 3.0, "h": 4.0})
    assert asked["allow"] == ["duplicate"]
    peer.refuse_next("enroll", Refused("multiple_faces", "2 faces", faces=[{"box": {"x": 1}}]))
    answer = await browser.http.post(f"{path}?person=Zoe", data=b"photo")
    refusal = {"code": "multiple_faces", "message": "2 faces", "details": {"faces": [{"box": {"x": 1}}]}}
    assert await answer.json() == {"success": False, "error": refusal}
    for wrong in ("", "?person=Zoe&box=1,2", "?person=Zoe&allow=anything"):
        answer = await browser.http.post(path + wrong, data=b"photo")
        assert (await answer.json())["error"]["code"] == "invalid_request", wrong
    answer = await browser.http.post("/api/face/teach/nowhere?person=Zoe", data=b"x")
    assert (await answer.json())["error"]["code"] == "no_server"
    await peer.stop()
    answer = await browser.http.post(f"{path}?person=Zoe", data=b"x")
    assert (await answer.json())["error"]["code"] == "no_answer"


async def test_library_is_downloaded_by_a_signed_path_and_sent_back(
    open_panel: Any, server: MockConfigEntry, peer: Peer, hass_client_no_auth: Any
) -> None:
    """In pieces, by administrators only; what breaks off is not taken for whole."""
    browser = await open_panel(GROUP_ID_ADMIN)
    peer.exported = bytes(range(256)) * 2048
    url = (await browser.result("library"))["url"]
    anybody = await hass_client_no_auth()
    download = await anybody.get(url)
    assert download.headers["Content-Disposition"].startswith('attachment; filename="face-library-2')
    assert download.headers["Cache-Control"] == "no-store"
    assert (download.content_type, await download.read()) == ("application/x-tar", peer.exported)
    path = f"/api/face/library/{server.entry_id}"
    assert (await anybody.get(path)).status == HTTPStatus.UNAUTHORIZED
    peer.breaks_off = True
    with pytest.raises(ClientError):
        await (await browser.http.get(path)).read()
    peer.refuse_next("export", Refused("busy", "one at a time"))
    assert (await (await browser.http.get(path)).json())["error"]["code"] == "busy"

    answer = await browser.http.post(path, data=peer.exported)
    (alice,) = (await answer.json())["result"]["people"]
    assert (alice["person"]["name"], alice["photos_known"]) == ("Alice", 3)
    assert peer.imported == peer.exported
    peer.refuse_next("import", Refused("invalid_request", "nothing was changed: it ends too early"))
    error = (await (await browser.http.post(path, data=b"x")).json())["error"]
    assert error["message"] == "nothing was changed: it ends too early"

    user = await open_panel(GROUP_ID_USER)
    assert await user.refused("library") == "unauthorized"
    for request in (user.http.get(path), user.http.post(path, data=b"x")):
        assert (await request).status == HTTPStatus.UNAUTHORIZED


async def test_photo_may_be_as_large_as_the_server_takes(open_panel: Any, server: MockConfigEntry, peer: Peer) -> None:
    """More is not even kept in memory."""
    browser = await open_panel(GROUP_ID_ADMIN)
    most = server.runtime_data.hello.limits.max_photo_bytes
    path = f"/api/face/teach/{server.entry_id}?person=Zoe"
    answer = await browser.http.post(path, data=bytes(most + 1))
    assert (await answer.json())["error"]["code"] == "too_large"
    assert not peer.asked_for("enroll")


async def test_picture_is_asked_about(open_panel: Any, server: MockConfigEntry, peer: Peer) -> None:
    """One of the browser's, or one that the server keeps: then with the photos that are most alike."""
    browser = await open_panel(GROUP_ID_USER)
    peer.faces.append([face(known())])
    answer = await browser.http.post(f"/api/face/ask/{server.entry_id}", data=b"me")
    assert [one["identity"]["label"] for one in (await answer.json())["result"]["faces"]] == ["Alice"]
    (asked,) = peer.asked_for("recognize")
    assert (asked["purpose"], b64decode(asked["picture"]["data"])) == ("ask", b"me")
    peer.faces.append([face(known())])
    explained = await browser.result("explain", kind="sightings", own_id="7")
    assert b64decode(peer.asked_for("recognize")[1]["picture"]["data"]) == b"sightings/7"
    guest = await open_panel()
    peer.faces.append([face(known())])
    answer = await guest.http.post(f"/api/face/ask/{server.entry_id}", data=b"me")
    (told,) = (await answer.json())["result"]["faces"]
    assert (told["identity"], told["nearest"]) == ({"kind": "unknown"}, [])
    (near,) = explained["faces"][0]["nearest"]
    assert near["picture"].startswith(f"/api/face/pictures/{server.entry_id}/photos/alice-id-0123456789abcdef?")
    assert await browser.refused("explain", kind="sightings", own_id="8") == "home_assistant_error"
    assert await browser.refused("explain", kind="photos", own_id="7") == "invalid_format"
    assert await browser.refused("explain", kind="sightings", own_id="../7") == "invalid_format"


async def test_a_face_is_looked_for_among_what_the_user_may_see(
    home: HomeAssistant, open_panel: Any, server: MockConfigEntry, peer: Peer
) -> None:
    """With signed paths; of whom somebody may not see, they hear nothing, not even how often."""
    path = f"/api/face/search/{server.entry_id}"
    browser = await open_panel(GROUP_ID_USER)
    answer = await (await browser.http.post(path, data=b"who")).json()
    (face,) = answer["result"]["faces"]
    assert b64decode(peer.asked_for("search")[0]["picture"]["data"]) == b"who"
    assert [one["person"]["name"] for one in face["people"]] == ["Alice"]
    assert face["unknowns"][0]["picture"].startswith(f"/api/face/pictures/{server.entry_id}/unknowns/x1?")
    assert face["sightings"][0]["picture"].startswith(f"/api/face/pictures/{server.entry_id}/sightings/7?")
    assert face["alike_sightings"] == 3
    guest = await open_panel()
    (face,) = (await (await guest.http.post(path, data=b"who")).json())["result"]["faces"]
    assert (face["people"], face["unknowns"], face["sightings"], face["alike_sightings"]) == ([], [], [], 0)
    friend = await open_panel(entities={"entity_ids": {entity(home, "image", "alice-id_face"): True}})
    (face,) = (await (await friend.http.post(path, data=b"who")).json())["result"]["faces"]
    assert ([one["person"]["name"] for one in face["people"]], face["sightings"]) == (["Alice"], [])
    refused = await (await browser.http.post("/api/face/search/nowhere", data=b"who")).json()
    assert refused["error"]["code"] == "no_server"


async def test_cameras_say_how_well_they_see_to_who_may_see_them(open_panel: Any, peer: Peer) -> None:
    """Each camera to who may see it."""
    browser = await open_panel(GROUP_ID_USER)
    (sight,) = (await browser.result("cameras/sight"))["items"]
    assert (sight["camera"], sight["verdict"]) == (full(peer), "fair")
    assert (await (await open_panel()).result("cameras/sight"))["items"] == []


async def test_care_names_people_to_who_may_see_them(home: HomeAssistant, open_panel: Any, peer: Peer) -> None:
    """With the effect of each suggestion; who it looks like is a person, too."""
    browser = await open_panel(GROUP_ID_ADMIN)
    unlike, _ = (await browser.result("care/list", limit=25))["items"]
    assert unlike["effect"]["strangers_before"] == 3
    assert unlike["picture"].startswith("/api/face/pictures/")
    friend = await open_panel(entities={"entity_ids": {entity(home, "image", "alice-id_face"): True}})
    assert [one["fault"] for one in (await friend.result("care/list"))["items"]] == ["unlike"]
    assert (await (await open_panel()).result("care/list"))["items"] == []
    assert peer.asked_for("care/list")[0]["limit"] == 25


async def test_somebody_is_learned_at_a_camera(
    home: HomeAssistant,
    open_panel: Any,
    peer: Peer,
    server: MockConfigEntry,
    door: DoorCamera,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its pictures go to the server for as long as it wants some, without a trigger; what it keeps can be looked at."""
    monkeypatch.setattr(feed, "LOOK_ON_EVERY_S", 0)
    monkeypatch.setitem(PICTURES, "/v1/sittings/51771265177126aa_1.jpg", b"from the front")
    for somebody in (await open_panel(), await open_panel(GROUP_ID_USER)):
        assert await somebody.refused("sittings/start", camera=full(peer)) == "unauthorized"
    browser = await open_panel(GROUP_ID_ADMIN)
    new_picture_each_time(door, peer)
    peer.looks_wanted = 3
    begun = await browser.result("sittings/start", camera=full(peer))
    assert begun["taking"]
    await until(home, lambda: peer.looks_wanted < 0)
    assert [asked["purpose"] for asked in peer.asked_for("recognize")] == ["observe"] * 3
    now = await browser.result("sittings/get", sitting_id=begun["sitting_id"])
    answer = await browser.http.get(now["pictures"][0]["picture"])
    assert await answer.read() == b"from the front"
    home.config_entries.async_update_entry(server, options={"everybody_teaches": True})
    stranger = await open_panel()
    assert await stranger.refused("sittings/start", camera=full(peer)) == "unauthorized"
    peer.refuse_next("sittings/start", Refused("busy", "this camera is learning somebody already", retry_after_ms=7))
    assert await browser.refused("sittings/start", camera=full(peer)) == "home_assistant_error"


async def test_somebody_is_learned_before_the_browsers_own_camera(
    open_panel: Any, peer: Peer, server: MockConfigEntry
) -> None:
    """The browser sends its pictures, if its user may teach."""
    path = f"/api/face/sit/{server.entry_id}"
    browser = await open_panel(GROUP_ID_ADMIN)
    sitting_id = (await browser.result("sittings/start"))["sitting_id"]
    (asked,) = peer.asked_for("sittings/start")
    assert "camera" not in asked
    answer = await browser.http.post(f"{path}?sitting_id={sitting_id}", data=b"me")
    (taken,) = (await answer.json())["result"]["pictures"]
    assert taken["picture"].startswith(f"/api/face/pictures/{server.entry_id}/sittings/{sitting_id}_1?")
    (asked,) = peer.asked_for("sittings/picture")
    assert (asked["sitting_id"], b64decode(asked["picture"]["data"])) == (sitting_id, b"me")
    user = await open_panel(GROUP_ID_USER)
    assert await user.refused("sittings/start") == "unauthorized"
    answer = await user.http.post(f"{path}?sitting_id={sitting_id}", data=b"me")
    assert answer.status == HTTPStatus.UNAUTHORIZED


async def test_pictures_of_daily_life_are_proposed_to_whoever_may_teach(
    home: HomeAssistant, open_panel: Any, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With signed paths; how many wait of a person, everybody sees who sees the person."""
    monkeypatch.setitem(PICTURES, "/v1/proposals/9a0b0c0d0e0f0a0b.jpg", b"from the left")
    peer.people["alice-id"]["proposals"] = 1
    browser = await open_panel(GROUP_ID_ADMIN)
    (waiting,) = (await browser.result("proposals/list", person_id="alice-id"))["items"]
    assert waiting["adds"] == ["view", "infrared"]
    assert waiting["picture"].startswith(f"/api/face/pictures/{server.entry_id}/proposals/9a0b0c0d0e0f0a0b?")
    answer = await browser.http.get(waiting["picture"])
    assert await answer.read() == b"from the left"
    accepted = await browser.result("proposals/accept", proposal_ids=[waiting["proposal_id"]])
    assert [one["person"]["id"] for one in accepted["photos"]] == ["alice-id"]
    assert peer.asked_for("proposals/accept")[0]["proposal_ids"] == ["9a0b0c0d0e0f0a0b"]
    assert await browser.result("proposals/decline", proposal_ids=[waiting["proposal_id"]]) == {"deleted": True}


async def test_refusals_are_told_in_the_words_of_the_actions(open_panel: Any, peer: Peer) -> None:
    """With their key, so that the panel can say them in its own language."""
    browser = await open_panel(GROUP_ID_ADMIN)
    peer.refuse_next("people/rename", Refused("name_taken"))
    answer = await browser.command("people/rename", person_id="alice-id", name="Bob")
    assert answer["error"]["translation_key"] == "name_taken"
    assert await browser.refused("settings/get", entry_id="nowhere") == "home_assistant_error"


async def test_open_panel_hears_of_changes(open_panel: Any, peer: Peer) -> None:
    """As they happen, without asking."""
    browser = await open_panel(GROUP_ID_USER)
    await browser.result("follow")
    await peer.tell({"kind": "camera_changed", "camera": camera(full(peer), faces=1)})
    assert await browser.next_event() == {"ready": True}


async def test_panel_is_there_as_long_as_a_server_is(
    home: HomeAssistant, server: MockConfigEntry, hass_client_no_auth: Any
) -> None:
    """With its script and the card's, under addresses that change with their content."""
    panel = home.data[DATA_PANELS][URL_PATH]
    assert (panel.sidebar_title, panel.sidebar_icon, panel.require_admin) == ("Faces", "mdi:face-recognition", False)
    assert panel.config is not None
    scripts = {PANEL: panel.config["_panel_custom"]["module_url"]}
    scripts[CARD] = next(url for url in home.data[DATA_EXTRA_MODULE_URL].urls if "face-card" in url)
    client = await hass_client_no_auth()
    for name, url in scripts.items():
        assert "?v=" in url
        answer = await client.get(url)
        assert await answer.read() == (BUNDLE / name).read_bytes()
    await home.config_entries.async_remove(server.entry_id)
    await home.async_block_till_done()
    assert URL_PATH not in home.data[DATA_PANELS]
