"""What the server keeps in pictures, in Home Assistant's media browser."""

from __future__ import annotations

from base64 import b64decode
from http import HTTPStatus
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import User
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source import async_browse_media, async_resolve_media
from homeassistant.components.media_source.error import Unresolvable
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.face.const import DOMAIN

from .home import OWN_ID, until
from .peer import AT, PICTURES, Peer, Refused, camera, person, unknown
from .test_entities import full

ROOT = f"media-source://{DOMAIN}"


@pytest.fixture
async def browsing(home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a sighting, a stranger, and an annotated picture."""
    for path in ("sightings/7", "unknowns/unknown1"):
        monkeypatch.setitem(PICTURES, f"/v1/{path}.jpg", path.encode())
    peer.unknowns = {
        "unknown0": unknown("unknown0", times_seen=2, ignored=True, last_seen="2025-11-23T08:00:00Z"),
        "unknown1": unknown("unknown1", camera=full(peer)),
    }
    shown = camera(full(peer), annotated="/v1/annotated.jpg", last_picture_at=AT)
    await peer.tell({"kind": "camera_changed", "camera": shown})
    await until(home, lambda: server.runtime_data.data.cameras[full(peer)].annotated)
    assert await async_setup_component(home, "media_source", {})


async def titles(home: HomeAssistant, folder: str) -> list[str]:
    """List a folder."""
    found = await async_browse_media(home, folder)
    assert found.children is not None
    return [child.title for child in found.children]


async def signed_in(home: HomeAssistant, hass_client_no_auth: Any, group_ids: list[str]) -> Any:
    """Give a browser of a user of these groups."""
    user: User = MockUser(is_owner=False).add_to_hass(home)
    await home.auth.async_update_user(user, group_ids=group_ids)
    token = await home.auth.async_create_refresh_token(user, client_id="https://example.com/")
    client = await hass_client_no_auth()
    client.session.headers["Authorization"] = f"Bearer {home.auth.async_create_access_token(token)}"
    return client


@pytest.mark.usefixtures("browsing")
async def test_pictures_are_listed_by_kind(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Newest first, with who, where and when in the home's time; a single server is no folder of its own."""
    await home.config.async_set_time_zone("Europe/Berlin")
    assert await titles(home, ROOT) == ["Sightings", "Unknown people", "Cameras"]
    assert await titles(home, f"{ROOT}/{server.entry_id}") == ["Sightings", "Unknown people", "Cameras"]
    assert await titles(home, f"{ROOT}/{server.entry_id}/sightings") == ["Alice, Front door, 2025-11-24 09:00"]
    assert await titles(home, f"{ROOT}/{server.entry_id}/unknowns") == [
        "Unknown, seen once, Front door, 2025-11-24 09:00",
        "Ignored, seen 2 times, client/door, 2025-11-23 09:00",
    ]
    assert await titles(home, f"{ROOT}/{server.entry_id}/cameras") == ["Front door, 2025-11-24 09:00"]


@pytest.mark.usefixtures("browsing")
async def test_sighting_that_was_taken_back_is_not_listed(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not them."""
    taken_back = peer.sighting(corrected=True)
    monkeypatch.setattr(peer, "_sightings_list", lambda _: {"items": [taken_back]})
    assert await titles(home, f"{ROOT}/{server.entry_id}/sightings") == []


@pytest.mark.usefixtures("browsing")
async def test_several_servers_are_folders(home: HomeAssistant, server: MockConfigEntry) -> None:
    """By their names."""
    async with Peer() as second:
        second.server_id = "server-2"
        second.people = {"zoe-id": person("zoe-id", "Zoe")}
        cabin = MockConfigEntry(
            domain=DOMAIN, unique_id="server-2", data={"url": second.url, "token": second.token}, title="Cabin"
        )
        cabin.add_to_hass(home)
        assert await home.config_entries.async_setup(cabin.entry_id)
        assert await titles(home, ROOT) == ["Face", "Cabin"]
        await home.config_entries.async_remove(cabin.entry_id)


@pytest.mark.usefixtures("browsing")
@pytest.mark.parametrize(
    ("kind", "own_id", "picture"),
    [
        ("sightings", "7", b"sightings/7"),
        ("unknowns", "unknown1", b"unknowns/unknown1"),
        ("cameras", "", b"\xff\xd8annotated"),
    ],
)
async def test_picture_is_fetched_from_the_server_for_whoever_is_signed_in(
    home: HomeAssistant, server: MockConfigEntry, hass_client_no_auth: Any, kind: str, own_id: str, picture: bytes
) -> None:
    """And may see the cameras."""
    identifier = f"{server.entry_id}/{kind}/{own_id or next(iter(server.subentries))}"
    media = await async_resolve_media(home, f"{ROOT}/{identifier}", None)
    assert media.mime_type == "image/jpeg"
    anybody = await hass_client_no_auth()
    assert (await anybody.get(media.url)).status == HTTPStatus.UNAUTHORIZED
    administrator = await signed_in(home, hass_client_no_auth, [GROUP_ID_ADMIN])
    answer = await administrator.get(media.url)
    assert (answer.status, await answer.read()) == (HTTPStatus.OK, picture)
    assert answer.headers["Cache-Control"] == "no-store"
    guest = await signed_in(home, hass_client_no_auth, [])
    assert (await guest.get(media.url)).status == HTTPStatus.FORBIDDEN


@pytest.mark.usefixtures("browsing")
async def test_what_is_no_picture_is_not_served(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, hass_client: Any
) -> None:
    """Nothing else of the server can be reached this way."""
    client = await hass_client()
    own = server.entry_id
    for wrong in (
        f"{own}/sightings/8",
        f"{own}/photos/7",
        f"{own}/cameras/x",
        f"{own}/sightings/a+b",
        "x/cameras/y",
    ):
        assert (await client.get(f"/api/face/pictures/{wrong}")).status == HTTPStatus.NOT_FOUND, wrong
    for wrong in (f"{own}/photos/7", f"{own}/sightings", "x/sightings/7"):
        with pytest.raises(Unresolvable):
            await async_resolve_media(home, f"{ROOT}/{wrong}", None)
    for wrong in (f"{own}/photos", "x", f"{own}/sightings/7"):
        with pytest.raises(BrowseError):
            await async_browse_media(home, f"{ROOT}/{wrong}")
    peer.refuse_next("sightings/list", Refused("internal"))
    with pytest.raises(BrowseError, match="not so"):
        await async_browse_media(home, f"{ROOT}/{own}/sightings")


@pytest.mark.usefixtures("browsing")
async def test_person_is_taught_by_a_kept_picture(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Chosen in the media browser, by somebody who may see the cameras."""
    media = {"media_content_id": f"{ROOT}/{server.entry_id}/unknowns/unknown1", "media_content_type": "image/jpeg"}
    data = {"person": "Carol", "media": media}
    await home.services.async_call(DOMAIN, "enroll", data, blocking=True)
    assert b64decode(peer.asked_for("enroll")[0]["picture"]["data"]) == b"unknowns/unknown1"
    guest: User = MockUser(groups=[]).add_to_hass(home)
    home.config_entries.async_update_entry(server, options={"everybody_teaches": True})
    with pytest.raises(ServiceValidationError, match="not a file"):
        await home.services.async_call(DOMAIN, "enroll", data, blocking=True, context=Context(user_id=guest.id))
    data["media"] = media | {"media_content_id": f"{ROOT}/{server.entry_id}/photos/{OWN_ID}"}
    with pytest.raises(ServiceValidationError, match=r"doesn.t exist"):
        await home.services.async_call(DOMAIN, "enroll", data, blocking=True)
