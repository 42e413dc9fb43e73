"""What a browser sends and fetches by HTTP: a picture to learn from or to ask about, or all photos as one file.

The body is the picture or the file itself.
"""
# ruff: noqa: TID252

from typing import Any

from aiohttp import web
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ..actions.permissions import May, async_require
from ..client.errors import FaceError, RequestFailedError
from ..client.wire import Override, Purpose
from ..coordinator import FaceCoordinator
from ..media_source import NOT_KEPT
from .commands import LIBRARY_URL, View, coordinator_of

CHUNK_BYTES = 64 * 1024
# Somebody looks on and would rather wait than send a large photo again; a small machine may have much to do.
TIMEOUT_S = 120.0


class _ServerView(HomeAssistantView):
    """Takes a body to a server, and answers as Home Assistant's WebSocket does: a refusal is an answer, no fault."""

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
        return self.json({"success": True, "result": self._seen(View(hass, coordinator, user), answer)})

    def _seen(self, view: View, answer: Any) -> Any:  # noqa: ANN401
        """Give what the user may see of an answer."""
        return view.of(answer)

    def _refused(self, code: str, message: str, details: Any = None) -> web.Response:  # noqa: ANN401
        return self.json({"success": False, "error": {"code": code, "message": message, "details": details}})


class TeachView(_ServerView):
    """Teaches a person by a photo: `?person=NAME`, `&box=x,y,w,h`, `&allow=duplicate,looks_like_someone_else`."""

    url = "/api/face/teach/{entry_id}"
    name = "api:face:teach"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        await _require(request, coordinator, May.TEACH)
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


class AskView(_ServerView):
    """Asks who is in a picture; nothing is kept."""

    url = "/api/face/ask/{entry_id}"
    name = "api:face:ask"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        picture = await _body(request, coordinator)
        return await coordinator.client.request("recognize", timeout_s=TIMEOUT_S, purpose=Purpose.ASK, picture=picture)


class SearchView(_ServerView):
    """Asks who of all that is remembered looks like the faces in a picture; nothing is kept."""

    url = "/api/face/search/{entry_id}"
    name = "api:face:search"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        picture = await _body(request, coordinator)
        return await coordinator.client.request("search", timeout_s=TIMEOUT_S, picture=picture)

    def _seen(self, view: View, answer: Any) -> Any:  # noqa: ANN401
        """Give what the user may see; how often somebody came whom they may not see is not told either."""
        seen = super()._seen(view, answer)
        for face, told in zip(seen["faces"], answer["faces"], strict=True):
            if len(face["sightings"]) < len(told["sightings"]):
                face["alike_sightings"] = len(face["sightings"])
        return seen


class SitView(_ServerView):
    """Shows the next picture of who is learned before the browser's own camera: `?sitting_id=ID`."""

    url = "/api/face/sit/{entry_id}"
    name = "api:face:sit"

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        await _require(request, coordinator, May.TEACH)
        sitting_id = request.query.get("sitting_id", "")
        picture = await _body(request, coordinator)
        return await coordinator.client.request(
            "sittings/picture", timeout_s=TIMEOUT_S, sitting_id=sitting_id, picture=picture
        )


class LibraryView(_ServerView):
    """Everybody's photos as one file: gives it, and takes it in."""

    url = LIBRARY_URL
    name = "api:face:library"

    async def get(self, request: web.Request, entry_id: str) -> web.StreamResponse:
        """Pass it on in pieces; where it breaks off, the browser must not take it for whole."""
        response = web.StreamResponse(headers=NOT_KEPT)
        try:
            coordinator = coordinator_of(request.app[KEY_HASS], entry_id)
            await _require(request, coordinator, May.ADMINISTER)
            async with coordinator.client.library() as pieces:
                response.content_type = "application/x-tar"
                name = f"face-library-{dt_util.now():%Y-%m-%d}.tar"
                response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
                await response.prepare(request)
                async for piece in pieces:
                    await response.write(piece)
            await response.write_eof()
        except ServiceValidationError as error:
            return self._refused("no_server", str(error))
        except FaceError as error:
            if not response.prepared:
                code = error.code if isinstance(error, RequestFailedError) else "no_answer"
                return self._refused(code, str(error))
            if request.transport is not None:
                request.transport.abort()
        return response

    async def _request(self, request: web.Request, coordinator: FaceCoordinator) -> Any:  # noqa: ANN401
        await _require(request, coordinator, May.ADMINISTER)
        return await coordinator.client.import_library(request.content.iter_chunked(CHUNK_BYTES))


async def _require(request: web.Request, coordinator: FaceCoordinator, may: May) -> None:
    context = Context(user_id=request[KEY_HASS_USER].id)
    await async_require(request.app[KEY_HASS], coordinator.config_entry, context, may)


async def _body(request: web.Request, coordinator: FaceCoordinator) -> bytes:
    """Read as much as the server takes of a photo, and not more."""
    most = 0 if coordinator.hello is None else coordinator.hello.limits.max_photo_bytes
    picture = bytearray()
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        picture += chunk
        if len(picture) > most:
            raise RequestFailedError("too_large", f"a photo may have {most} bytes at most")
    return bytes(picture)
