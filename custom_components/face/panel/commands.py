"""The WebSocket commands of the panel and the card: `face/…`.

Most are the requests of PROTOCOL.md under the same name, with the id of the config entry for the server. Answers are
the server's, less what the user may not see, with signed paths of Home Assistant for the server's paths of pictures.
"""
# ruff: noqa: TID252

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components import websocket_api
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import probatio

from ..actions.permissions import May, async_require, may_see_camera, may_see_person
from ..client.errors import FaceError
from ..client.wire import Override, Purpose
from ..const import CONF_EVERYBODY_TEACHES, DOMAIN
from ..coordinator import FaceConfigEntry, FaceCoordinator, loaded
from ..error_text import server_error, translated
from ..media_source import SIGHTINGS, UNKNOWNS, may_see, picture_url
from ..people.home_people import can_create, home_people
from ..people.links import CONF_HOME_PERSON, NEW, NOBODY, async_apply_link, links

# A panel that stays open on a wall asks again long before.
PICTURES_LAST = timedelta(hours=12)
# For one click.
DOWNLOAD_BEGINS_WITHIN = timedelta(minutes=1)
LIBRARY_URL = "/api/face/library/{entry_id}"

_ENTRY: dict[Any, Any] = {probatio.Required("entry_id"): str}
_PAGE: dict[Any, Any] = {probatio.Optional("limit"): int, probatio.Optional("cursor"): str}
_PERSON: dict[Any, Any] = {probatio.Required("person_id"): str}
_PHOTO: dict[Any, Any] = _PERSON | {probatio.Required("photo_id"): str}
_NAME = probatio.All(str, probatio.Length(min=1, max=100))
_UNDO: dict[Any, Any] = {probatio.Optional("undo"): bool}
_UNKNOWN: dict[Any, Any] = {probatio.Required("unknown_id"): str}
_SITTING: dict[Any, Any] = {probatio.Required("sitting_id"): str}
_PROPOSALS: dict[Any, Any] = {probatio.Required("proposal_ids"): [str]}

# The server's requests, by who may send them; what somebody may not see is left out of their answer.
_REQUESTS: dict[May, dict[str, dict[Any, Any]]] = {
    May.ALL: {
        "photos/list": _PERSON | _PAGE,
        "unknowns/list": _PAGE,
        "sightings/list": {probatio.Optional("person_id"): str, probatio.Optional("camera"): str} | _PAGE,
        "cameras/sight": _PAGE,
        "care/list": _PAGE,
        "settings/get": {},
    },
    May.TEACH: {
        "unknowns/assign": _UNKNOWN | {probatio.Required("person"): _NAME},
        "unknowns/ignore": _UNKNOWN,
        "sightings/correct": {
            probatio.Required("sighting_id"): str,
            probatio.Optional("person"): _NAME,
            probatio.Optional("reason"): str,
        },
        "sittings/get": _SITTING,
        "sittings/accept": _SITTING
        | {
            probatio.Required("person"): _NAME,
            probatio.Required("pictures"): [int],
            probatio.Optional("allow"): [probatio.In([one.value for one in Override])],
        },
        "sittings/decline": _SITTING,
        "proposals/list": {probatio.Optional("person_id"): str} | _PAGE,
        "proposals/accept": _PROPOSALS,
        "proposals/decline": _PROPOSALS,
    },
    May.ADMINISTER: {
        "people/rename": _PERSON | {probatio.Required("name"): _NAME},
        "people/merge": {probatio.Required("from"): str, probatio.Required("into"): str},
        "people/delete": _PERSON | _UNDO,
        "problems/list": _PAGE,
        "photos/accept": _PHOTO,
        "photos/delete": _PHOTO | _UNDO,
        "photos/move": _PHOTO | {probatio.Required("person"): _NAME},
        "changes/list": _PAGE,
        "changes/undo": {probatio.Required("change_id"): str},
        "changes/erase": {probatio.Optional("change_id"): str},
        "unknowns/delete": _UNKNOWN | _UNDO,
        "settings/set": {
            probatio.Optional("strangers_per_thousand"): probatio.Coerce(float),
            probatio.Optional("presence_timeout_s"): int,
            probatio.Optional("in_view_timeout_s"): int,
            probatio.Optional("retention_days"): int,
        },
    },
}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Answer from now on."""
    for command in (_servers, _state, _follow, _explain, _home_people, _link, _sit, _library):
        websocket_api.async_register_command(hass, command)
    for may, requests in _REQUESTS.items():
        for kind, fields in requests.items():
            websocket_api.async_register_command(hass, _passed_on(kind, fields, may))


def coordinator_of(hass: HomeAssistant, entry_id: str) -> FaceCoordinator:
    """Find a server that is set up."""
    entry: FaceConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise ServiceValidationError(**translated("no_server"))
    return loaded(entry)


def _passed_on(kind: str, fields: dict[Any, Any], may: May) -> Any:  # noqa: ANN401
    """Make the command that passes a request of this kind on."""

    @websocket_command({probatio.Required("type"): f"{DOMAIN}/{kind}"} | _ENTRY | fields)
    @async_response
    async def command(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
        coordinator = coordinator_of(hass, message["entry_id"])
        await async_require(hass, coordinator.config_entry, connection.context(message), may)
        asked = {key: value for key, value in message.items() if key not in ("id", "type", "entry_id")}
        view = View(hass, coordinator, connection.user)
        if "person_id" in asked and not view.shows_person(asked["person_id"]):
            raise Unauthorized(context=connection.context(message))
        try:
            answer = await coordinator.client.request(kind, **asked)
        except FaceError as error:
            raise server_error(error) from error
        connection.send_result(message["id"], view.of(answer))

    return command


class View:
    """What one user sees of a server."""

    def __init__(self, hass: HomeAssistant, coordinator: FaceCoordinator, user: User) -> None:
        """Take whose eyes it is seen with."""
        self._hass = hass
        self._coordinator = coordinator
        self._user = user

    def shows_person(self, person_id: str) -> bool:
        """Whether they may see this person."""
        return may_see_person(self._hass, self._coordinator, self._user, person_id)

    def shows_camera(self, full_id: str | None) -> bool:
        """Whether they may see this camera."""
        return may_see_camera(self._coordinator, self._user, full_id)

    def of(self, answer: Any) -> Any:  # noqa: ANN401
        """Leave out what they may not see, and sign the paths of pictures; whom they may not see they do not know."""
        if isinstance(answer, list):
            return [self.of(one) for one in answer if self._shows(one)]
        if not isinstance(answer, dict):
            return answer
        seen = {key: self.of(value) for key, value in answer.items()}
        if {"person_id", "photo_id"} <= answer.keys():
            seen["picture"] = self.signed(f"/v1/photos/{answer['person_id']}/{answer['photo_id']}.jpg")
        for key in ("picture", "annotated"):
            if isinstance(path := answer.get(key), str):
                seen[key] = self.signed(path)
        if "identity" in answer and not self._shows(answer["identity"]):
            seen["identity"] = {"kind": "unknown"}
        return seen

    def _shows(self, item: Any) -> bool:  # noqa: ANN401
        """Whether they may see an entry of a list: by the camera and the people in it."""
        if not isinstance(item, dict):
            return True
        people = [item[key] for key in ("person", "other") if isinstance(item.get(key), dict)]
        if not all(self.shows_person(person["id"]) for person in people):
            return False
        return "camera" not in item or self.shows_camera(item["camera"])

    def signed(self, path: str) -> str | None:
        """Where they can fetch a picture of the server without further ado; `None` where they may not see it."""
        found = picture_url(self._coordinator, path)
        if found is None or not may_see(self._coordinator, self._user, found.kind, found.own_id):
            return None
        return async_sign_path(self._hass, found.url, PICTURES_LAST)


@websocket_command({probatio.Required("type"): f"{DOMAIN}/servers"})
@callback
def _servers(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """List the servers, and what the user may do there."""
    entries: list[FaceConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    connection.send_result(
        message["id"],
        [
            {
                "entry_id": entry.entry_id,
                "title": entry.title,
                "ready": entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready,
                "teaches": connection.user.is_admin or bool(entry.options.get(CONF_EVERYBODY_TEACHES)),
                "changes": connection.user.is_admin,
            }
            for entry in entries
        ],
    )


@websocket_command({probatio.Required("type"): f"{DOMAIN}/state"} | _ENTRY)
@async_response
async def _state(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Give people and cameras as they are now."""
    coordinator = coordinator_of(hass, message["entry_id"])
    view = View(hass, coordinator, connection.user)
    people = [view.of(asdict(one)) for one in coordinator.data.people.values() if view.shows_person(one.id)]
    cameras = []
    for camera in coordinator.data.cameras.values():
        if not view.shows_camera(camera.camera):
            continue
        subentry = coordinator.camera_subentry(camera.camera)
        feed = None if subentry is None else coordinator.feeds.get(subentry.subentry_id)
        seen = view.of(asdict(camera))
        seen["present"] = [asdict(one) for one in camera.present if view.shows_person(one.id)]
        seen["name"] = coordinator.camera_name(camera.camera)
        seen["entity_id"] = None if feed is None else feed.entity_id
        cameras.append(seen)
    connection.send_result(message["id"], {"ready": coordinator.ready, "people": people, "cameras": cameras})


@websocket_command({probatio.Required("type"): f"{DOMAIN}/home_people"} | _ENTRY)
@async_response
async def _home_people(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """List Home Assistant's people, who of the server's is linked to whom, and whether somebody new can be made."""
    entry = coordinator_of(hass, message["entry_id"]).config_entry
    await async_require(hass, entry, connection.context(message), May.ADMINISTER)
    people = [{"id": one.id, "name": one.name} for one in home_people(hass).values()]
    connection.send_result(message["id"], {"people": people, "links": links(entry), "can_create": can_create(hass)})


@websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/link", probatio.Required(CONF_HOME_PERSON): str} | _ENTRY | _PERSON
)
@async_response
async def _link(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Say who a person is in Home Assistant; the tracker to add by hand where that person comes from YAML."""
    coordinator = coordinator_of(hass, message["entry_id"])
    await async_require(hass, coordinator.config_entry, connection.context(message), May.ADMINISTER)
    person = coordinator.data.people.get(message["person_id"])
    choice = message[CONF_HOME_PERSON]
    offered = {*home_people(hass), NOBODY} | ({NEW} if can_create(hass) else set())
    if person is None or choice not in offered:
        connection.send_error(message["id"], ERR_NOT_FOUND, "there is no such person")
        return
    by_hand = await async_apply_link(hass, coordinator.config_entry, person, choice)
    connection.send_result(message["id"], {"by_hand": by_hand})


@websocket_command({probatio.Required("type"): f"{DOMAIN}/follow"} | _ENTRY)
@callback
def _follow(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Say from now on that something has changed; what it is, the other commands tell."""
    coordinator = coordinator_of(hass, message["entry_id"])

    @callback
    def changed() -> None:
        connection.send_event(message["id"], {"ready": coordinator.ready})

    connection.subscriptions[message["id"]] = coordinator.async_add_listener(changed)
    connection.send_result(message["id"])


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/explain",
        probatio.Required("kind"): probatio.In([SIGHTINGS, UNKNOWNS]),
        probatio.Required("own_id"): probatio.All(str, probatio.Match(r"^\w+\Z")),
    }
    | _ENTRY
)
@async_response
async def _explain(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Ask about a kept picture as if it were new: whom it is like, by which photo, and what would be enough."""
    coordinator = coordinator_of(hass, message["entry_id"])
    view = View(hass, coordinator, connection.user)
    if not may_see(coordinator, connection.user, message["kind"], message["own_id"]):
        raise Unauthorized(context=connection.context(message))
    try:
        picture = await coordinator.client.picture(f"/v1/{message['kind']}/{message['own_id']}.jpg")
        answer = await coordinator.client.request("recognize", purpose=Purpose.ASK, picture=picture)
    except FaceError as error:
        raise server_error(error) from error
    for face in answer["faces"]:
        for near in face["nearest"]:
            near["picture"] = f"/v1/photos/{near['person']['id']}/{near['photo_id']}.jpg"
    connection.send_result(message["id"], view.of(answer))


@websocket_command({probatio.Required("type"): f"{DOMAIN}/sittings/start", probatio.Optional("camera"): str} | _ENTRY)
@async_response
async def _sit(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Have somebody learned who stands before a camera: its pictures go to the server without a pause meanwhile.

    Without a camera of the home the browser sends pictures of its own.
    """
    coordinator = coordinator_of(hass, message["entry_id"])
    await async_require(hass, coordinator.config_entry, connection.context(message), May.TEACH)
    view = View(hass, coordinator, connection.user)
    camera = message.get("camera")
    if camera is not None and not view.shows_camera(camera):
        raise Unauthorized(context=connection.context(message))
    try:
        answer = await coordinator.client.request("sittings/start", camera=camera)
    except FaceError as error:
        raise server_error(error) from error
    subentry = None if camera is None else coordinator.camera_subentry(camera)
    feed = None if subentry is None else coordinator.feeds.get(subentry.subentry_id)
    if feed is not None:
        feed.async_look_on(partial(_taking, coordinator, answer["sitting_id"]))
    connection.send_result(message["id"], view.of(answer))


@websocket_command({probatio.Required("type"): f"{DOMAIN}/library"} | _ENTRY)
@async_response
async def _library(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Say where everybody's photos can be downloaded as one file, by a link that needs no more than a click."""
    coordinator = coordinator_of(hass, message["entry_id"])
    await async_require(hass, coordinator.config_entry, connection.context(message), May.ADMINISTER)
    url = LIBRARY_URL.format(entry_id=message["entry_id"])
    connection.send_result(message["id"], {"url": async_sign_path(hass, url, DOWNLOAD_BEGINS_WITHIN)})


async def _taking(coordinator: FaceCoordinator, sitting_id: str) -> bool:
    """Whether the server still wants pictures of who is learned."""
    try:
        return bool((await coordinator.client.request("sittings/get", sitting_id=sitting_id))["taking"])
    except FaceError:
        return False
