"""A connection to one face server: requests with their answers, events, and pictures.

`FaceClient.connect` logs in, requests are coroutines, events go to the callback, `wait_closed` tells when the
connection is gone. One object is one connection: who wants another makes another client. Used by `coordinator` and
the config flow; must not know Home Assistant, and never reconnects by itself.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
import json
import logging
from typing import Any

import aiohttp
from yarl import URL

from .errors import (
    AnotherServerError,
    BusyError,
    CannotConnectError,
    ConnectionLostError,
    FaceError,
    IncompatibleServerError,
    InvalidTokenError,
    NotAFaceServerError,
    PlainTextError,
    RequestFailedError,
    RequestTimeoutError,
    SupersededError,
    UnverifiedServerError,
)
from .reading import read, written
from .wire import (
    AboutMissing,
    CameraChange,
    CameraInfo,
    CamerasConfigured,
    Enrolled,
    EventMessage,
    Hello,
    LibraryInfo,
    Override,
    PersonInfo,
    ProblemInfo,
    Purpose,
    Recognition,
    Rect,
    Role,
    Settings,
    SightingInfo,
    Since,
    Stats,
    Subscribed,
    UnknownInfo,
)

_LOGGER = logging.getLogger(__name__)

PROTOCOL_VERSION = 1
WEBSOCKET_PATH = "/v1/ws"

CONNECT_TIMEOUT_S = 8.0
REQUEST_TIMEOUT_S = 30.0
PICTURE_TIMEOUT_S = 10.0
LIBRARY_PATH = "/v1/library.tar"
# A library takes as long as it takes; this is a pause in it, or what the server needs once it has all of it.
LIBRARY_PAUSE_S = 600.0
PING_INTERVAL_S = 5.0
PING_TIMEOUT_S = 8.0
# The server keeps its messages under 2 MiB.
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
PAGE_LENGTH = 200
# Encoding a smaller picture takes less time than handing it to a thread.
ENCODE_IN_THREAD_BYTES = 256 * 1024


class FaceClient:
    """One logged-in connection."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: str,
        client_id: str,
        on_event: Callable[[EventMessage], None] | None = None,
        *,
        fingerprint: str | None = None,
        server_id: str | None = None,
    ) -> None:
        """Take what is needed to connect, and how to know the server; nothing happens yet.

        The token is only sent over a connection that the fingerprint or the authorities vouch for (or that is plain
        by its URL), and, where `server_id` is given, to the server of that id.
        """
        self._ssl = True if fingerprint is None else aiohttp.Fingerprint(bytes.fromhex(fingerprint))
        self._server_id = server_id
        self._session = session
        self._url = URL(url)
        self._token = token
        self._client_id = client_id
        self._on_event = on_event
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._pinger: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._ids = count(1)
        self.role = Role.TRIGGER

    async def connect(self) -> Hello:
        """Log in; afterwards requests may be sent."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                self._socket = await self._session.ws_connect(
                    self._url.with_path(WEBSOCKET_PATH), max_msg_size=MAX_MESSAGE_BYTES, ssl=self._ssl
                )
                hello = await self._log_in(self._socket)
        except aiohttp.WSServerHandshakeError as error:
            message = f"no face server at {self._url}: the answer was {error.status}"
            raise NotAFaceServerError(message) from error
        except TimeoutError as error:
            await self.close()
            message = f"{self._url} did not answer within {CONNECT_TIMEOUT_S:.0f} seconds"
            raise CannotConnectError(message) from error
        except aiohttp.ServerFingerprintMismatch as error:
            raise AnotherServerError(f"{self._url} has another certificate than the one that is known") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise UnverifiedServerError(f"nothing vouches for the certificate of {self._url}") from error
        except aiohttp.ClientConnectorSSLError as error:
            raise PlainTextError(f"{self._url} does not speak TLS") from error
        except (aiohttp.ClientError, OSError) as error:
            await self.close()
            raise CannotConnectError(str(error) or type(error).__name__) from error
        except FaceError, asyncio.CancelledError:
            await self.close()
            raise
        self._reader = asyncio.create_task(self._read(self._socket), name=f"face client {self._url.host}")
        self._pinger = asyncio.create_task(self._ping(self._reader), name=f"face client {self._url.host} ping")
        return hello

    async def _log_in(self, socket: aiohttp.ClientWebSocketResponse) -> Hello:
        first = await _first_message(socket)
        if first.get("type") != "hello":
            raise _not_the_protocol(f"expected hello, got {first.get('type')}")
        hello = _parsed(Hello, first)
        if self._server_id not in (None, hello.server.id):
            raise AnotherServerError(f"another face server answers at {self._url}")
        if not hello.protocol.min <= PROTOCOL_VERSION <= hello.protocol.max:
            raise IncompatibleServerError(hello.protocol.min, hello.protocol.max, PROTOCOL_VERSION)
        await socket.send_json(
            {
                "type": "auth",
                "protocol": PROTOCOL_VERSION,
                "token": self._token,
                "client_id": self._client_id,
                "now": datetime.now(UTC).isoformat(),
            }
        )
        answer = await _first_message(socket)
        match answer.get("type"), answer.get("code"):
            case "auth_ok", _:
                self.role = _parsed(Role, str(answer.get("role")))
            case "auth_invalid", "unsupported_protocol":
                raise IncompatibleServerError(hello.protocol.min, hello.protocol.max, PROTOCOL_VERSION)
            case "auth_invalid", "malformed":
                raise _not_the_protocol(str(answer.get("message", "the login was refused")))
            case "auth_invalid", _:
                raise InvalidTokenError(str(answer.get("message", "the token was refused")))
            case kind, _:
                raise _not_the_protocol(f"expected auth_ok or auth_invalid, got {kind}")
        return hello

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
                    # Messages that came together are handled one at a time, with a breath between.
                    await asyncio.sleep(0)
        finally:
            self._fail_waiting()

    async def _ping(self, reader: asyncio.Task[None]) -> None:
        """End the reading of a connection that is dead without being closed, as after a power cut at the server."""
        try:
            while True:
                await asyncio.sleep(PING_INTERVAL_S)
                await self.request("ping", timeout_s=PING_TIMEOUT_S)
        except FaceError:
            reader.cancel()

    def _take(self, text: str) -> None:
        try:
            data = json.loads(text)
            kind = data["type"]
        except ValueError, KeyError, TypeError:
            _LOGGER.debug("A message of the server was no JSON object with a type")
            return
        if kind == "result":
            self._answer(data)
        elif kind == "event" and self._on_event is not None:
            try:
                event = _parsed(EventMessage, data)
            except NotAFaceServerError as error:
                _LOGGER.debug("An event of the server was left out: %s", error)
                return
            try:
                self._on_event(event)
            except Exception:
                # A fault of whoever listens must not end the connection.
                _LOGGER.exception("An event of the server could not be handled")

    def _answer(self, data: Mapping[str, Any]) -> None:
        future = self._waiting.pop(data.get("id") or 0, None)
        if future is None or future.done():
            return
        if data.get("success"):
            future.set_result(data.get("result"))
        else:
            future.set_exception(_request_error(data.get("error") or {}))

    def _fail_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(ConnectionLostError("the connection closed before the answer came"))

    async def wait_closed(self) -> None:
        """Return when the connection is gone, for whatever reason."""
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def close(self) -> None:
        """Hang up; open requests fail with `ConnectionLostError`."""
        for task in (self._pinger, self._reader):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(aiohttp.ClientError, OSError):
                await socket.close()
        self._fail_waiting()

    async def request(self, kind: str, *, timeout_s: float = REQUEST_TIMEOUT_S, **fields: Any) -> Any:  # noqa: ANN401
        """Ask, and give the answer's `result`; fields that are `None` are left out."""
        number = next(self._ids)
        body = {"id": number, "type": kind} | {key: value for key, value in fields.items() if value is not None}
        picture = body.get("picture")
        if isinstance(picture, bytes) and len(picture) > ENCODE_IN_THREAD_BYTES:
            text = await asyncio.to_thread(_message, body)
        else:
            text = _message(body)
        if (socket := self._socket) is None or socket.closed:
            raise ConnectionLostError("not connected")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            async with asyncio.timeout(timeout_s):
                await socket.send_str(text)
                return await future
        except TimeoutError as error:
            message = f"no answer to {kind} within {timeout_s:.0f} seconds"
            raise RequestTimeoutError(message) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLostError(str(error)) from error
        finally:
            self._waiting.pop(number, None)

    async def _ask[T](self, answer: type[T], kind: str, /, **fields: Any) -> T:  # noqa: ANN401
        return _parsed(answer, await self.request(kind, **fields))

    async def observe(self, camera: str, picture: bytes, captured_at: datetime) -> Recognition:
        """Show what a camera sees now; feeds presence."""
        return await self._ask(
            Recognition,
            "recognize",
            purpose=Purpose.OBSERVE,
            picture=picture,
            camera=camera,
            captured_at=captured_at.isoformat(),
            # Then the picture's age is right, though a clock was set since the login.
            sent_at=datetime.now(UTC).isoformat(),
        )

    async def ask(self, picture: bytes, *, annotate: bool = False) -> Recognition:
        """Ask who is in a picture; changes nothing."""
        return await self._ask(Recognition, "recognize", purpose=Purpose.ASK, picture=picture, annotate=annotate)

    async def enroll(
        self, person: str, picture: bytes, *, box: Rect | None = None, allow: Iterable[Override] = ()
    ) -> Enrolled:
        """Teach a person by a photo."""
        return await self._ask(
            Enrolled,
            "enroll",
            person=person,
            picture=picture,
            box=None if box is None else written(box),
            allow=[str(override) for override in allow],
        )

    async def subscribe(self, since: Since | None = None) -> Subscribed:
        """Receive events from now on, and those missed since `since` where the server still has them."""
        return await self._ask(Subscribed, "subscribe", since=None if since is None else written(since))

    async def people(self) -> list[PersonInfo]:
        """Everybody enrolled."""
        return [_parsed(PersonInfo, item) async for item in self._pages("people/list")]

    async def rename_person(self, person_id: str, name: str) -> PersonInfo:
        """Give a person another name."""
        return await self._ask(PersonInfo, "people/rename", person_id=person_id, name=name)

    async def set_presence(self, person_id: str, timeout_s: int | None) -> PersonInfo:
        """Say how long a person stays present after being seen; `None` for as long as everybody."""
        return await self._ask(PersonInfo, "people/configure", person_id=person_id, presence_timeout_s=timeout_s)

    async def delete_person(self, person_id: str) -> None:
        """Forget a person: photos, embeddings, sightings."""
        await self.request("people/delete", person_id=person_id)

    async def unknowns(self) -> list[UnknownInfo]:
        """Unknown people seen lately."""
        return [_parsed(UnknownInfo, item) async for item in self._pages("unknowns/list")]

    async def assign_unknown(self, unknown_id: str, person: str) -> PersonInfo:
        """Say who an unknown is; their faces become photos."""
        return await self._ask(PersonInfo, "unknowns/assign", unknown_id=unknown_id, person=person)

    async def ignore_unknown(self, unknown_id: str) -> UnknownInfo:
        """Never report an unknown again."""
        return await self._ask(UnknownInfo, "unknowns/ignore", unknown_id=unknown_id)

    async def sightings(
        self, *, person_id: str | None = None, camera: str | None = None, most: int = 20
    ) -> list[SightingInfo]:
        """The newest sightings, newest first."""
        found: list[SightingInfo] = []
        length = min(most, PAGE_LENGTH)
        async for item in self._pages("sightings/list", person_id=person_id, camera=camera, limit=length):
            found.append(_parsed(SightingInfo, item))
            if len(found) == most:
                break
        return found

    async def correct_sighting(
        self, sighting_id: str, person: str | None = None, *, not_a_person: bool = False
    ) -> SightingInfo:
        """Take a sighting back; `person` is who it was, where that is known, unless it was only a picture."""
        reason = "not_a_person" if not_a_person else None
        return await self._ask(SightingInfo, "sightings/correct", sighting_id=sighting_id, person=person, reason=reason)

    async def configure_cameras(self, cameras: Iterable[CameraChange]) -> list[CameraInfo]:
        """Tell the server about this client's cameras; what is not set stays."""
        answer = await self.request("cameras/configure", cameras=[written(one) for one in cameras])
        return list(_parsed(CamerasConfigured, answer).cameras)

    async def problems(self) -> list[ProblemInfo]:
        """What is wrong with folders and photos, faults first, and what is skipped there."""
        return [_parsed(ProblemInfo, item) async for item in self._pages("problems/list")]

    async def accept_photo(self, person_id: str, photo_id: str) -> None:
        """Say that a photo is right, whatever it looks like."""
        await self.request("photos/accept", person_id=person_id, photo_id=photo_id)

    async def answer_missing(self, answer: AboutMissing) -> LibraryInfo:
        """Say whether people whose folders are missing are gone, or will be back."""
        return await self._ask(LibraryInfo, "people/missing", answer=answer)

    async def settings(self) -> Settings:
        """The server's settings."""
        return await self._ask(Settings, "settings/get")

    async def change_settings(self, **changes: float) -> Settings:
        """Change some of the server's settings."""
        return await self._ask(Settings, "settings/set", **changes)

    async def stats(self) -> Stats:
        """Load, latency and counts."""
        return await self._ask(Stats, "stats")

    async def picture(self, path: str) -> bytes:
        """Fetch a picture that an answer or event names by its path on the server."""
        try:
            async with (
                asyncio.timeout(PICTURE_TIMEOUT_S),
                self._session.get(
                    self._url.join(URL(path)),
                    headers={"Authorization": f"Bearer {self._token}"},
                    ssl=self._ssl,
                    allow_redirects=False,
                ) as response,
            ):
                response.raise_for_status()
                return await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            message = f"the picture could not be fetched: {type(error).__name__}"
            raise CannotConnectError(message) from error

    @asynccontextmanager
    async def library(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Fetch everybody's photos as one file, in pieces."""
        async with self._library("GET") as response:
            yield response.content.iter_any()

    async def import_library(self, pieces: AsyncIterable[bytes]) -> Any:  # noqa: ANN401
        """Send such a file; what became of everybody in it."""
        async with self._library("POST", pieces) as response:
            return await response.json()

    @asynccontextmanager
    async def _library(
        self, method: str, pieces: AsyncIterable[bytes] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._session.request(
                method,
                self._url.join(URL(LIBRARY_PATH)),
                data=pieces,
                headers={"Authorization": f"Bearer {self._token}"},
                ssl=self._ssl,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT_S, sock_read=LIBRARY_PAUSE_S),
            ) as response:
                if not response.ok:
                    raise _request_error(await response.json())
                yield response
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ConnectionLostError(f"the library did not get through: {type(error).__name__}") from error

    async def _pages(self, kind: str, **fields: str | int | None) -> AsyncIterator[Any]:
        cursor: str | None = None
        wanted: dict[str, Any] = {"limit": PAGE_LENGTH} | fields
        while True:
            page = await self.request(kind, cursor=cursor, **wanted)
            for item in _items(page):
                yield item
            if (cursor := page.get("next_cursor")) is None:
                return


def _items(page: Any) -> list[Any]:  # noqa: ANN401
    try:
        return list(page["items"])
    except (KeyError, TypeError) as error:
        raise _not_the_protocol(f"a page has no items: {error}") from error


def _message(body: dict[str, Any]) -> str:
    if isinstance(picture := body.get("picture"), bytes):
        body = body | {"picture": {"data": b64encode(picture).decode("ascii")}}
    return json.dumps(body, separators=(",", ":"))


async def _first_message(socket: aiohttp.ClientWebSocketResponse) -> Mapping[str, Any]:
    message = await socket.receive()
    try:
        data = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise _not_the_protocol("the words are not JSON objects")
    return data


def _parsed[T](kind: type[T], data: object) -> T:
    try:
        return read(kind, data)
    except (KeyError, TypeError, ValueError) as error:
        message = f"a message of the server is not as the protocol says: {type(error).__name__} {error}"
        raise NotAFaceServerError(message) from error


def _not_the_protocol(why: str) -> NotAFaceServerError:
    return NotAFaceServerError(f"the server does not speak the face protocol: {why}")


def _request_error(error: Mapping[str, Any]) -> RequestFailedError:
    code = str(error.get("code", "internal"))
    kinds = {"superseded": SupersededError, "busy": BusyError}
    return kinds.get(code, RequestFailedError)(
        code, str(error.get("message", "the server gave no reason")), error.get("details")
    )
