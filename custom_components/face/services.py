"""The actions: teach, ask, correct, and look after people.

Registered once for all servers; `config_entry_id` says which one is meant where there are several.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import probatio

from .actions.permissions import May, async_require, async_require_admin, async_user, may_see_person
from .actions.pictures import PICTURE_FIELDS, async_allowed_path, async_picture, async_read
from .client.errors import FaceError, RequestFailedError
from .client.reading import written
from .client.wire import (
    FaceInfo,
    Grade,
    KnownIdentity,
    Override,
    PersonInfo,
    QualityInfo,
    Recognition,
    Rect,
    UnsureIdentity,
)
from .const import ATTR_NOT_A_PERSON, ATTR_PERSON, ATTR_SIGHTING_ID, ATTR_UNKNOWN_ID, DOMAIN
from .coordinator import FaceConfigEntry, FaceCoordinator, loaded
from .error_text import server_error, translated
from .voice import QUESTIONS

CONF_CONFIG_ENTRY_ID = "config_entry_id"
CONF_FOLDER = "folder"
CONF_NEW_NAME = "new_name"
CONF_SAVE_TO = "save_to"
# The endings of what a server reads.
PICTURE_ENDINGS = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
MOST_FILES = 500

type Handler = Callable[[ServiceCall, FaceCoordinator], Awaitable[JsonObjectType]]

_NAME = probatio.All(cv.string, probatio.Length(min=1, max=100))
_BOX = probatio.Schema({probatio.Required(side): probatio.Coerce(float) for side in ("x", "y", "w", "h")})


async def _answer(call: ServiceCall) -> ServiceResponse:
    """Answer a question in a sentence, over all servers."""
    user = await async_user(call.hass, call.context)
    return {"sentence": QUESTIONS[call.data["question"]](call.hass, call.data.get("about"), user)}


def _server(call: ServiceCall) -> FaceCoordinator:
    """Find the server that is meant."""
    entries: list[FaceConfigEntry] = [
        entry
        for entry in call.hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)
        if entry.entry_id == call.data.get(CONF_CONFIG_ENTRY_ID, entry.entry_id)
    ]
    if not entries:
        raise ServiceValidationError(**translated("no_server"))
    if len(entries) > 1:
        raise ServiceValidationError(**translated("several_servers"))
    return loaded(entries[0])


async def _sees(call: ServiceCall, coordinator: FaceCoordinator) -> Callable[[str], bool]:
    """Whom the caller may see, by id; automations see everybody."""
    user = await async_user(call.hass, call.context)
    return lambda person_id: user is None or may_see_person(call.hass, coordinator, user, person_id)


def _person(coordinator: FaceCoordinator, name: str) -> PersonInfo:
    if (person := coordinator.person_by_name(name) or coordinator.data.people.get(name)) is None:
        raise ServiceValidationError(**translated("no_such_person", person=name))
    return person


async def _enroll(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    picture = await async_picture(call.hass, call.data, call.context)
    box = call.data.get("box")
    enrolled = await coordinator.client.enroll(
        call.data[ATTR_PERSON], picture, box=None if box is None else Rect(**box), allow=call.data["allow"]
    )
    return {
        "person": enrolled.person.name,
        "person_id": enrolled.person.id,
        "photo_id": enrolled.photo_id,
        "photos": enrolled.photos,
        "box": {**written(enrolled.face.box)},
        "quality": _quality(enrolled.face.quality),
        "advice": list(enrolled.advice),
    }


async def _recognize(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    save_to = call.data.get(CONF_SAVE_TO)
    if save_to is not None:
        await async_require_admin(call.hass, call.context)
        target = await async_allowed_path(call.hass, save_to)
    picture = await async_picture(call.hass, call.data, call.context)
    recognition = await coordinator.client.ask(picture, annotate=save_to is not None)
    if save_to is not None and recognition.annotated is not None:
        annotated = await coordinator.client.picture(recognition.annotated)
        try:
            await call.hass.async_add_executor_job(target.write_bytes, annotated)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ServiceValidationError(**translated("not_saved", path=save_to, reason=reason)) from error
    return _recognition(recognition, await _sees(call, coordinator))


async def _scan_folder(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    """Ask about every picture of a folder, one after another, so that the server stays free for the cameras."""
    folder = await async_allowed_path(call.hass, call.data[CONF_FOLDER])
    files = await call.hass.async_add_executor_job(_pictures_in, folder)
    sees = await _sees(call, coordinator)
    pictures: list[JsonObjectType] = []
    for file in files:
        try:
            answer = _recognition(await coordinator.client.ask(await async_read(call.hass, file)), sees)
        except RequestFailedError as error:
            answer = {"error": error.code, "message": error.message}
        pictures.append(answer | {"file": str(file.relative_to(folder))})
    return {"pictures": list(pictures)}


def _pictures_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ServiceValidationError(**translated("no_folder", path=str(folder)))
    found = sorted(file for file in folder.rglob("*") if file.suffix.lower() in PICTURE_ENDINGS and file.is_file())
    if len(found) > MOST_FILES:
        raise ServiceValidationError(**translated("too_many_files", files=str(len(found)), most=str(MOST_FILES)))
    return found


async def _assign_unknown(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    person = await coordinator.client.assign_unknown(call.data[ATTR_UNKNOWN_ID], call.data[ATTR_PERSON])
    return _told(coordinator, person)


async def _ignore_unknown(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    unknown = await coordinator.client.ignore_unknown(call.data[ATTR_UNKNOWN_ID])
    return {"unknown_id": unknown.unknown_id, "ignored": unknown.ignored}


async def _reject_sighting(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    sighting = await coordinator.client.correct_sighting(
        call.data[ATTR_SIGHTING_ID],
        call.data.get(ATTR_PERSON),
        not_a_person=call.data.get(ATTR_NOT_A_PERSON, False),
    )
    # The name that was said takes a correction back.
    was_not = sighting.person.name if sighting.corrected else None
    return {"sighting_id": sighting.sighting_id, "was_not": was_not, "corrected": sighting.corrected}


async def _list_people(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    sees = await _sees(call, coordinator)
    return {"people": [_told(coordinator, one) for one in await coordinator.client.people() if sees(one.id)]}


async def _rename_person(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    person = _person(coordinator, call.data[ATTR_PERSON])
    return _told(coordinator, await coordinator.client.rename_person(person.id, call.data[CONF_NEW_NAME]))


async def _delete_person(call: ServiceCall, coordinator: FaceCoordinator) -> JsonObjectType:
    person = _person(coordinator, call.data[ATTR_PERSON])
    await coordinator.client.delete_person(person.id)
    return {"deleted": person.name}


def _told(coordinator: FaceCoordinator, person: PersonInfo) -> JsonObjectType:
    presence = person.presence
    return {
        "person": person.name,
        "person_id": person.id,
        "photos": person.photos,
        "present": presence.present,
        "home": presence.home,
        "camera": coordinator.camera_name(presence.camera),
        "area": presence.area,
        "last_seen": None if presence.last_seen is None else presence.last_seen.isoformat(),
    }


def _recognition(recognition: Recognition, sees: Callable[[str], bool]) -> JsonObjectType:
    return {
        "width": recognition.width,
        "height": recognition.height,
        "faces": [_face(face, sees) for face in recognition.faces],
    }


def _face(face: FaceInfo, sees: Callable[[str], bool]) -> JsonObjectType:
    """Tell who it is; whom the caller may not see is unknown to them."""
    answer: JsonObjectType = {"box": {**written(face.box)}, "score": face.score, "quality": _quality(face.quality)}
    match face.identity:
        case KnownIdentity(person=person) | UnsureIdentity(person=person) if not sees(person.id):
            answer |= {"identity": "unknown"}
        case KnownIdentity(person=person, probability=probability, grade=grade, label=label):
            # One picture is not a promise: a bare name is for who is confirmed.
            identity = "known" if grade is Grade.CONFIRMED else "looks_like"
            answer |= {"identity": identity, "label": label, "probability": probability}
            answer |= {"person": person.name, "person_id": person.id}
        case UnsureIdentity(person=person, probability=probability, reason=reason, label=label):
            answer |= {"identity": "unsure", "label": label, "probability": probability}
            answer |= {"person": person.name, "reason": reason}
        case _:
            answer |= {"identity": "unknown"}
    nearest = [one for one in face.nearest if sees(one.person.id)]
    answer["nearest"] = [{"person": one.person.name, "similarity": one.similarity} for one in nearest]
    return answer


def _quality(quality: QualityInfo) -> JsonObjectType:
    return {**written(quality), "reasons": [reason.message for reason in quality.reasons]}


# Of each action: what does it, its fields, whether an answer is all that it is for, and who may.
_ACTIONS: dict[str, tuple[Handler, dict[Any, Any], SupportsResponse, May]] = {
    "enroll": (
        _enroll,
        PICTURE_FIELDS
        | {
            probatio.Required(ATTR_PERSON): _NAME,
            probatio.Optional("box"): _BOX,
            probatio.Optional("allow", default=list): [probatio.Coerce(Override)],
        },
        SupportsResponse.OPTIONAL,
        May.TEACH,
    ),
    "recognize": (
        _recognize,
        PICTURE_FIELDS | {probatio.Optional(CONF_SAVE_TO): cv.string},
        SupportsResponse.ONLY,
        May.ALL,
    ),
    "scan_folder": (_scan_folder, {probatio.Required(CONF_FOLDER): cv.string}, SupportsResponse.ONLY, May.ADMINISTER),
    "assign_unknown": (
        _assign_unknown,
        {probatio.Required(ATTR_UNKNOWN_ID): cv.string, probatio.Required(ATTR_PERSON): _NAME},
        SupportsResponse.OPTIONAL,
        May.TEACH,
    ),
    "ignore_unknown": (
        _ignore_unknown,
        {probatio.Required(ATTR_UNKNOWN_ID): cv.string},
        SupportsResponse.OPTIONAL,
        May.TEACH,
    ),
    "reject_sighting": (
        _reject_sighting,
        {
            probatio.Required(ATTR_SIGHTING_ID): cv.string,
            probatio.Exclusive(ATTR_PERSON, "what it was"): _NAME,
            probatio.Exclusive(ATTR_NOT_A_PERSON, "what it was"): cv.boolean,
        },
        SupportsResponse.OPTIONAL,
        May.TEACH,
    ),
    "list_people": (_list_people, {}, SupportsResponse.ONLY, May.ALL),
    "rename_person": (
        _rename_person,
        {probatio.Required(ATTR_PERSON): _NAME, probatio.Required(CONF_NEW_NAME): _NAME},
        SupportsResponse.OPTIONAL,
        May.ADMINISTER,
    ),
    "delete_person": (
        _delete_person,
        {probatio.Required(ATTR_PERSON): _NAME},
        SupportsResponse.OPTIONAL,
        May.ADMINISTER,
    ),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register all actions."""
    for name, (handle, fields, response, may) in _ACTIONS.items():

        async def run(call: ServiceCall, handle: Handler = handle, may: May = may) -> ServiceResponse:
            coordinator = _server(call)
            await async_require(call.hass, coordinator.config_entry, call.context, may)
            try:
                answer = await handle(call, coordinator)
            except FaceError as error:
                raise server_error(error) from error
            return answer if call.return_response else None

        schema = probatio.Schema({probatio.Optional(CONF_CONFIG_ENTRY_ID): cv.string} | fields)
        hass.services.async_register(DOMAIN, name, run, schema=schema, supports_response=response)
    about: dict[Any, Any] = {probatio.Required("question"): probatio.In(list(QUESTIONS))}
    schema = probatio.Schema(about | {probatio.Optional("about"): cv.string})
    hass.services.async_register(DOMAIN, "answer", _answer, schema=schema, supports_response=SupportsResponse.ONLY)
