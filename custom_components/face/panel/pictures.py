"""Pictures that a browser sends: one to learn somebody from, or one to ask about. The body is the picture itself."""
# ruff: noqa: TID252

from typing import Any

from aiohttp import web
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from ..actions.permissions import May, async_require
from ..client.errors import FaceError, RequestFailedError
from ..client.wire import Override, Purpose
from ..coordinator import FaceCoordinator
from .commands import View, coordinator_of

CHUNK_BYTES = 64 * 1024
# Somebody looks on and would rather wait than send a large photo again; a small machine may have much to do.
TIMEOUT_S = 120.0


class _PictureView(HomeAssistantView):
    """Takes a picture to a server, and answers as Home Assistant's WebSocket does: a refusal is an answer, no fault."""

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        raise NotImplementedError

    async def post(self, request: web.Request, entry_id: str) -> web.Response:
        """Do it."""
        hass, user = request.app[KEY_HASS], request[KEY_HASS_USER]
        try:
            coordinator = coordinator_of(hass, entry_id)
            answer = await self._request(request, coordinator)
        except ServiceValidationError as error:
            return self._refused("no_server", str(error))
        except RequestFailedError as error:
            return self._refused(error.code, error.message, error.details)
        except FaceError as error:
            return self._refused("no_answer", str(error))
        return self.json({"success": True, "result": View(hass, coordinator, user).of(answer)})

    def _refused(self, code: str, message: str, details: Any = None) -> web.Response:  # noqa: ANN401
        return self.json({"success": False, "error": {"code": code, "message": message, "details": details}})


class TeachView(_PictureView):
    """Teaches a person by a photo: `?person=NAME`, `&box=x,y,w,h`, `&allow=duplicate,looks_like_someone_else`."""

    url = "/api/face/teach/{entry_id}"
    name = "api:face:teach"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        hass = request.app[KEY_HASS]
        context = Context(user_id=request[KEY_HASS_USER].id)
        await async_require(hass, coordinator.config_entry, context, May.TEACH)
        try:
            person = request.query["person"]
            sides = [float(side) for side in request.query.get("box", "").split(",") if side]
            box = dict(zip("xywh", sides, strict=True)) if sides else None
            allow = [Override(word) for word in request.query.get("allow", "").split(",") if word]
        except (KeyError, ValueError) as error:
            raise RequestFailedError("invalid_request", f"the query is not right: {error}") from error
        picture = await _body(request, coordinator)
        return await coordinator.client.request(
            "enroll", timeout_s=TIMEOUT_S, person=person, picture=picture, box=box, allow=allow
        )


class AskView(_PictureView):
    """Asks who is in a picture; nothing is kept."""

    url = "/api/face/ask/{entry_id}"
    name = "api:face:ask"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        picture = await _body(request, coordinator)
        return await coordinator.client.request(
            "recognize", timeout_s=TIMEOUT_S, purpose=Purpose.ASK, picture=picture
        )


async def _body(request: web.Request, coordinator: FaceCoordinator) -> bytes:
    """Read as much as the server takes of a photo, and not more."""
    most = 0 if coordinator.hello is None else coordinator.hello.limits.max_photo_bytes
    picture = bytearray()
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        picture += chunk
        if len(picture) > most:
            raise RequestFailedError("too_large", f"a photo may have {most} bytes at most")
    return bytes(picture)
