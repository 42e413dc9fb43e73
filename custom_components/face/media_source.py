"""What the servers keep in pictures, for Home Assistant's media browser: sightings, unknown people, cameras.

An item is SERVER/KIND/ID, where SERVER is the id of a config entry and a camera's ID that of its subentry. The pictures
stay on the server; a view fetches them for whoever is signed in and may see the cameras they come from.
"""
# ruff: noqa: D107

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import PurePosixPath
import re
from typing import override
from urllib.parse import unquote

from aiohttp import web
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.components.media_player.const import MediaClass, MediaType
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.components.media_source.const import URI_SCHEME
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from .actions.permissions import may_see_person
from .client.errors import FaceError
from .const import DOMAIN
from .coordinator import FaceConfigEntry, FaceCoordinator
from .error_text import translated

MIME_TYPE = "image/jpeg"
# A face that is deleted is gone from browsers, too.
NOT_KEPT = {"Cache-Control": "no-store"}
PREFIX = f"{URI_SCHEME}{DOMAIN}/"
VIEW_URL = "/api/face/pictures/{entry_id}/{kind}/{own_id}"
SIGHTINGS, UNKNOWNS, CAMERAS, PHOTOS = "sightings", "unknowns", "cameras", "photos"
SITTINGS, PROPOSALS = "sittings", "proposals"
# Those whose picture the server gives by an id of its own.
BY_ID = (SIGHTINGS, UNKNOWNS, SITTINGS, PROPOSALS)
# What the media browser lists; the others are for the panel only.
TITLES = {SIGHTINGS: "Sightings", UNKNOWNS: "Unknown people", CAMERAS: "Cameras"}
# The newest so many are shown.
MOST_ITEMS = 100


async def async_get_media_source(hass: HomeAssistant) -> FaceMediaSource:
    """Give the source."""
    return FaceMediaSource(hass)


def _connected(hass: HomeAssistant) -> list[FaceConfigEntry]:
    entries: list[FaceConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    return [entry for entry in entries if entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready]


def _coordinator(hass: HomeAssistant, entry_id: str) -> FaceCoordinator | None:
    return next((entry.runtime_data for entry in _connected(hass) if entry.entry_id == entry_id), None)


def _path(coordinator: FaceCoordinator, kind: str, own_id: str) -> str | None:
    """Where on the server a picture is; `None` for what cannot be one."""
    if kind == CAMERAS:
        subentry = coordinator.config_entry.subentries.get(own_id)
        known = None if subentry is None else coordinator.data.cameras.get(coordinator.full_camera_id(subentry))
        return None if known is None else known.annotated
    if kind == PHOTOS and (photo := re.fullmatch(r"([\w-]+)-(\w+)", own_id, re.ASCII)) is not None:
        return f"/v1/photos/{photo[1]}/{photo[2]}.jpg"
    if kind in BY_ID and re.fullmatch(r"\w+", own_id, re.ASCII):
        return f"/v1/{kind}/{own_id}.jpg"
    return None


def may_see(coordinator: FaceCoordinator, user: User, kind: str, own_id: str) -> bool:
    """Whether a user may see a picture's camera, or all where it may come from any of them; and a photo's person."""
    if kind == PHOTOS and not may_see_person(coordinator.hass, coordinator, user, own_id.rpartition("-")[0]):
        return False
    feeds = coordinator.feeds
    if not feeds:
        # Then they come from cameras that Home Assistant does not have, and cannot ask about.
        return bool(user.is_admin)
    concerned = [feeds[own_id]] if kind == CAMERAS and own_id in feeds else feeds.values()
    return all(user.permissions.check_entity(feed.entity_id, POLICY_READ) for feed in concerned)


class PictureView(HomeAssistantView):
    """Serves a picture that a server keeps."""

    url = VIEW_URL
    name = "api:face:pictures"

    async def get(self, request: web.Request, entry_id: str, kind: str, own_id: str) -> web.Response:
        """Fetch it."""
        coordinator = _coordinator(request.app[KEY_HASS], entry_id)
        path = None if coordinator is None else _path(coordinator, kind, own_id)
        if coordinator is None or path is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        if not may_see(coordinator, request[KEY_HASS_USER], kind, own_id):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        try:
            picture = await coordinator.client.picture(path)
        except FaceError:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(body=picture, content_type=MIME_TYPE, headers=NOT_KEPT)


async def async_kept_picture(hass: HomeAssistant, media_content_id: str, user: User | None) -> bytes | None:
    """Fetch a picture of this source for an action; `None` for what is not a picture of it, or not for this user."""
    if not media_content_id.startswith(PREFIX):
        return None
    match media_content_id.removeprefix(PREFIX).split("/"):
        case [entry_id, kind, own_id] if (coordinator := _coordinator(hass, entry_id)) is not None:
            path = _path(coordinator, kind, own_id)
            if path is not None and (user is None or may_see(coordinator, user, kind, own_id)):
                return await coordinator.client.picture(path)
    return None


class FaceMediaSource(MediaSource):
    """Servers, kinds of pictures, pictures."""

    name = "Face"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        match item.identifier.split("/"):
            case [entry_id, kind, own_id] if (coordinator := _coordinator(self.hass, entry_id)) is not None:
                if _path(coordinator, kind, own_id) is not None:
                    return PlayMedia(_url(entry_id, kind, own_id), MIME_TYPE)
        raise Unresolvable(**translated("no_such_media", media=item.identifier))

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Show what is in a folder; a single server is not a folder of its own."""
        servers = _connected(self.hass)
        parts = item.identifier.split("/") if item.identifier else []
        if not parts and len(servers) == 1:
            return _folder(None, "Face", self._kinds(servers[0].entry_id))
        if not parts:
            return _folder(None, "Face", [_folder(one.entry_id, one.title) for one in servers])
        if (coordinator := _coordinator(self.hass, parts[0])) is not None:
            if len(parts) == 1:
                return _folder(parts[0], coordinator.config_entry.title, self._kinds(parts[0]))
            if len(parts) == 2 and parts[1] in TITLES:  # noqa: PLR2004 (server and kind)
                try:
                    children = await _pictures(coordinator, parts[1])
                except FaceError as error:
                    raise BrowseError(**translated("no_answer", reason=str(error))) from error
                return _folder(item.identifier, TITLES[parts[1]], children)
        raise BrowseError(**translated("no_such_media", media=item.identifier))

    def _kinds(self, entry_id: str) -> list[BrowseMediaSource]:
        return [_folder(f"{entry_id}/{kind}", title) for kind, title in TITLES.items()]


async def _pictures(coordinator: FaceCoordinator, kind: str) -> list[BrowseMediaSource]:
    """List the pictures of a kind, newest first."""
    entry_id = coordinator.config_entry.entry_id
    if kind == SIGHTINGS:
        return [
            _picture(entry_id, kind, one.sighting_id, one.person.name, coordinator.camera_name(one.camera), one.at)
            for one in await coordinator.client.sightings(most=MOST_ITEMS)
            if not one.corrected
        ]
    if kind == UNKNOWNS:
        unknowns = sorted(await coordinator.client.unknowns(), key=lambda one: one.last_seen, reverse=True)
        return [
            _picture(
                entry_id,
                kind,
                one.unknown_id,
                f"{'Ignored' if one.ignored else 'Unknown'}, seen {_times(one.times_seen)}",
                coordinator.camera_name(one.camera),
                one.last_seen,
            )
            for one in unknowns[:MOST_ITEMS]
        ]
    return [
        _picture(entry_id, kind, subentry.subentry_id, subentry.title, None, known.last_picture_at)
        for subentry in coordinator.cameras()
        if (known := coordinator.data.cameras.get(coordinator.full_camera_id(subentry))) is not None
        and known.annotated is not None
    ]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


@dataclass(frozen=True, slots=True)
class PictureUrl:
    """A picture of a server as Home Assistant serves it."""

    entry_id: str
    kind: str
    own_id: str

    @property
    def url(self) -> str:
        """Its path."""
        return _url(self.entry_id, self.kind, self.own_id)


def picture_url(coordinator: FaceCoordinator, path: str) -> PictureUrl | None:
    """Where the picture is that is at this path of the server; `None` for what Home Assistant does not serve."""
    entry_id = coordinator.config_entry.entry_id
    match path.removeprefix("/v1/").removesuffix(".jpg").split("/"):
        case ["photos", person_id, photo_id]:
            return PictureUrl(entry_id, PHOTOS, f"{person_id}-{photo_id}")
        case ["cameras", quoted, "annotated"]:
            subentry = coordinator.camera_subentry(unquote(quoted))
            return None if subentry is None else PictureUrl(entry_id, CAMERAS, subentry.subentry_id)
        case [kind, own_id] if kind in BY_ID:
            return PictureUrl(entry_id, kind, own_id)
    return None


def url_of(entry_id: str, kind: str, path: str) -> str:
    """Where on Home Assistant a picture is to be had that is at this path of the server."""
    return _url(entry_id, kind, PurePosixPath(path).stem)


def _url(entry_id: str, kind: str, own_id: str) -> str:
    return VIEW_URL.format(entry_id=entry_id, kind=kind, own_id=own_id)


def _folder(
    identifier: str | None, title: str, children: Iterable[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.IMAGE,
        title=title,
        can_play=False,
        can_expand=True,
        children=None if children is None else list(children),
        children_media_class=MediaClass.IMAGE,
    )


def _picture(
    entry_id: str, kind: str, own_id: str, title: str, place: str | None, at: datetime | None
) -> BrowseMediaSource:
    moment = None if at is None else f"{dt_util.as_local(at):%Y-%m-%d %H:%M}"
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=f"{entry_id}/{kind}/{own_id}",
        media_class=MediaClass.IMAGE,
        media_content_type=MIME_TYPE,
        title=", ".join(part for part in (title, place, moment) if part is not None),
        can_play=True,
        can_expand=False,
        thumbnail=_url(entry_id, kind, own_id),
    )
