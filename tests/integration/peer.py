"""A scripted face server: plays the server's side of PROTOCOL.md's conversations on a real socket.

It keeps a small household in memory, answers every request type, remembers what it was asked, and does what a test
tells it to: refuse a token, speak another version, be busy, hang up, or send an event.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
import json
import ssl
from typing import Any, Self

from aiohttp import WSMsgType, web

from custom_components.face.client.connection import WEBSOCKET_PATH

TOKEN = "token-of-the-peer"
SERVER_ID = "server-1"
RUN = "run-1"
AT = "2025-11-24T08:00:00.123456789Z"
BOX = {"x": 100.0, "y": 50.0, "w": 80.0, "h": 100.0}
# Far more than anything here takes; a busy machine is no fault of ours.
PATIENCE_SECONDS = 60.0
QUALITY = {
    "overall": 0.9,
    "size_px": 90.0,
    "sharpness": 0.9,
    "pose": 0.8,
    "light": 1.0,
    "reasons": [{"code": "turned_away", "message": "the face looks to the side"}],
}
PICTURES = {
    "/v1/alice.jpg": b"\xff\xd8alice",
    "/v1/annotated.jpg": b"\xff\xd8annotated",
    "/v1/unknown.jpg": b"\xff\xd8x",
    "/v1/unknowns/stranger7.jpg": b"\xff\xd8seven",
}

type Answer = dict[str, Any]


class Refused(Exception):  # noqa: N818
    """A request is answered by this error."""

    def __init__(self, code: str, message: str = "not so", **details: Any) -> None:
        """Keep what goes on the wire."""
        super().__init__(message)
        self.error = {"code": code, "message": message, "details": details}


def person(person_id: str = "alice-id", name: str = "Alice", **presence: Any) -> Answer:
    """Write a person."""
    return {
        "id": person_id,
        "name": name,
        "photos": 3,
        "presence": {"present": False, "home": False} | presence,
        "picture": "/v1/alice.jpg",
    }


def camera(full_id: str, **fields: Any) -> Answer:
    """Write a camera's state."""
    return {
        "camera": full_id,
        "name": "Door",
        "counts_as_home": True,
        "faces": 0,
        "present": [],
        "unknown_present": False,
    } | fields


def known(person_id: str = "alice-id", name: str = "Alice", grade: str = "confirmed") -> Answer:
    """Write the identity of somebody known."""
    label = name if grade == "confirmed" else f"looks like {name}"
    person = {"id": person_id, "name": name}
    return {"kind": "known", "person": person, "probability": 0.97, "grade": grade, "label": label}


def face(identity: Answer) -> Answer:
    """Write a face."""
    return {
        "box": BOX,
        "landmarks": [[1, 1], [2, 1], [1.5, 2], [1, 3], [2, 3]],
        "score": 0.95,
        "quality": QUALITY,
        "identity": identity,
        "nearest": [
            {"person": {"id": "alice-id", "name": "Alice"}, "similarity": 0.61, "photo_id": "0123456789abcdef"}
        ],
    }


def unknown(unknown_id: str = "unknown-1", **fields: Any) -> Answer:
    """Write an unknown person."""
    return {
        "unknown_id": unknown_id,
        "times_seen": 1,
        "first_seen": AT,
        "last_seen": AT,
        "camera": "client/door",
        "ignored": False,
        "picture": "/v1/unknown.jpg",
    } | fields


class Peer:
    """One scripted server."""

    def __init__(self) -> None:
        """Set the scene: Alice and Bob are enrolled, nobody is there."""
        self.protocol = {"min": 1, "max": 1}
        self.token = TOKEN
        self.role = "admin"
        self.server_id = SERVER_ID
        self.first_message: str | None = None
        # The code by which every login is refused.
        self.refusal: str | None = None
        self.run = RUN
        self.seq = 0
        self.people: dict[str, Answer] = {"alice-id": person(), "bob-id": person("bob-id", "Bob")}
        self.cameras: dict[str, Answer] = {}
        self.deleted: Answer = person("carol-id", "Carol")
        self.unknowns: dict[str, Answer] = {"unknown-1": unknown()}
        self.library: Answer = {"problems": 0}
        self.problems: list[Answer] = []
        self.events: list[Answer] = []
        # Events that follow the answer to a subscription at once.
        self.at_once: list[Answer] = []
        self.page_length = 200
        # Everybody's photos as one file: what is given (perhaps not to its end), and what came.
        self.exported = b"library"
        self.breaks_off = False
        self.imported = b""
        # How often somebody who is learned needs more pictures when that is asked.
        self.looks_wanted = 0
        self.faces: deque[list[Answer]] = deque()
        self.settled = False
        self.repeated = False
        self.refusals: dict[str, deque[Refused]] = {}
        # Requests of these types wait for `release`.
        self.held: set[str] = set()
        self._kept: list[tuple[web.WebSocketResponse, Answer]] = []
        self.asked: list[Answer] = []
        self.log_ins = 0
        # Every token that somebody said here.
        self.tokens: list[str] = []
        self.tls: ssl.SSLContext | None = None
        self.deaf = False
        self.health_checks = 0
        self.client_id = ""
        self.port = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._subscribed: set[web.WebSocketResponse] = set()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        await self.stop()

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        if self.tls is not None:
            _let_clients_break_off()
        app = web.Application()
        app.router.add_get(WEBSOCKET_PATH, self._serve)
        app.router.add_get("/v1/library.tar", self._export)
        app.router.add_post("/v1/library.tar", self._import)
        app.router.add_get("/v1/{name:.+}", self._picture)
        app.router.add_get("/healthz", self._health)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True, ssl_context=self.tls)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _health(self, _request: web.Request) -> web.Response:
        self.health_checks += 1
        return web.json_response({"status": "ok", "version": "1.2.3"}, status=503 if self.deaf else 200)

    async def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def move(self) -> None:
        """Listen on another port from now on."""
        await self.stop()
        self.port = 0
        await self.start()

    async def hang_up(self) -> None:
        """Close every connection, and go on listening."""
        for socket in list(self._sockets):
            await socket.close()

    async def until(self, condition: Callable[[], object], timeout_s: float = PATIENCE_SECONDS) -> None:
        """Wait until something that the client does has made the condition true."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def asked_for(self, kind: str) -> list[Answer]:
        """Give the requests of one type, oldest first."""
        return [request for request in self.asked if request["type"] == kind]

    def refuse_next(self, kind: str, refusal: Refused) -> None:
        """Answer the next request of this type by an error."""
        self.refusals.setdefault(kind, deque()).append(refusal)

    async def tell(self, event: Answer, *, to_clients: bool = True) -> None:
        """Make an event happen, and tell subscribers (unless they shall miss it)."""
        self.seq += 1
        message = {"type": "event", "run": self.run, "seq": self.seq, "at": AT, "event": event}
        self.events.append(message)
        if to_clients:
            for socket in self._subscribed:
                await socket.send_json(message)

    async def send_raw(self, text: str) -> None:
        """Send words that may be no message at all."""
        for socket in self._sockets:
            await socket.send_str(text)

    async def _picture(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        body = PICTURES.get(request.path)
        return web.Response(status=404) if body is None else web.Response(body=body, content_type="image/jpeg")

    async def _export(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        if waiting := self.refusals.get("export"):
            return web.json_response(waiting.popleft().error, status=500)
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(self.exported)
        if self.breaks_off and request.transport is not None:
            request.transport.abort()
        return response

    async def _import(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        self.imported = await request.read()
        if waiting := self.refusals.get("import"):
            return web.json_response(waiting.popleft().error, status=400)
        person = {"id": "alice-id", "name": "Alice"}
        known = {"person": person, "added": False, "photos_added": 0, "photos_known": 3, "somebody_elses": []}
        return web.json_response({"people": [known]})

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=32 * 1024 * 1024)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            if await self._log_in(socket):
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        await self._answer(socket, message.json())
        finally:
            self._sockets.discard(socket)
            self._subscribed.discard(socket)
            self._changed.set()
        return socket

    async def _log_in(self, socket: web.WebSocketResponse) -> bool:
        if self.first_message is not None:
            await socket.send_str(self.first_message)
            return False
        await socket.send_json(
            {
                "type": "hello",
                "protocol": self.protocol,
                "features": [],
                "server": {"id": self.server_id, "version": "1.2.3"},
                "model": {"name": "yunet-sface", "hash": "0011223344556677", "embedding_length": 128},
                "limits": {
                    "max_image_bytes": 16777216,
                    "max_pixels": 50000000,
                    "max_photo_bytes": 50331648,
                    "max_photo_pixels": 120000000,
                },
                "auth": "required",
            }
        )
        auth = json.loads((await socket.receive()).data or "{}")
        if "token" not in auth:
            return False
        self.tokens.append(auth["token"])
        if self.refusal is not None:
            await socket.send_json({"type": "auth_invalid", "code": self.refusal, "message": "not so"})
            return False
        if auth["token"] != self.token:
            await socket.send_json({"type": "auth_invalid", "code": "invalid_token", "message": "no such token"})
            await socket.close()
            return False
        self.client_id = auth["client_id"]
        await socket.send_json({"type": "auth_ok", "role": self.role, "now": AT})
        self.log_ins += 1
        self._changed.set()
        return True

    async def _answer(self, socket: web.WebSocketResponse, request: Answer) -> None:
        kind = request["type"]
        self.asked.append(request)
        self._changed.set()
        if kind in self.held:
            self._kept.append((socket, request))
            return
        await self._reply(socket, request)

    async def release(self, kind: str) -> None:
        """Answer the requests of this type that were held, and hold no more."""
        self.held.discard(kind)
        kept, self._kept = self._kept, []
        for socket, request in kept:
            await self._reply(socket, request)

    async def _reply(self, socket: web.WebSocketResponse, request: Answer) -> None:
        kind = request["type"]
        answer: Answer = {"id": request["id"], "type": "result"}
        try:
            if waiting := self.refusals.get(kind):
                raise waiting.popleft()
            method = getattr(self, "_" + kind.replace("/", "_"), None)
            if method is None:
                raise Refused("unknown_type", f"no request type {kind}")
            answer |= {"success": True, "result": method(request)}
        except Refused as refused:
            answer |= {"success": False, "error": refused.error}
        missed = self._missed(request) if kind == "subscribe" else []
        await socket.send_json(answer)
        if kind == "subscribe":
            missed = [*missed, *self.at_once]
        for message in missed:
            await socket.send_json({"replayed": True} | message)
        if kind == "subscribe":
            self._subscribed.add(socket)

    def _missed(self, request: Answer) -> list[Answer]:
        since = request.get("since")
        if since is None or since["run"] != self.run:
            return []
        return [message for message in self.events if message["seq"] > since["seq"]]

    def _subscribe(self, request: Answer) -> Answer:
        since = request.get("since")
        gap = since is None or since["run"] != self.run
        answer: Answer = {"run": self.run, "seq": self.seq, "gap": gap}
        if gap:
            answer["state"] = {"people": list(self.people.values()), "cameras": list(self.cameras.values())}
            answer["state"]["library"] = self.library
            if len(self.people) > self.page_length:
                answer["state"]["people"] = answer["state"]["people"][: self.page_length]
                answer["state"]["people_cursor"] = str(self.page_length)
        return answer

    def _ping(self, _: Answer) -> Answer:
        return {"now": AT}

    def _recognize(self, request: Answer) -> Answer:
        b64decode(request["picture"]["data"], validate=True)
        answer = {
            "captured_at": request.get("captured_at", AT),
            "width": 1920,
            "height": 1080,
            "faces": self.faces.popleft() if self.faces else [],
            "timings": {"queue_ms": 1.0, "decode_ms": 5.0, "detect_ms": 20.0, "embed_ms": 10.0},
            "repeated": self.repeated,
            "settled": self.settled,
        }
        if (own_id := request.get("camera")) is not None:
            answer["camera"] = f"{self.client_id}/{own_id}"
        if request.get("annotate"):
            answer["annotated"] = "/v1/annotated.jpg"
        return answer

    def _enroll(self, request: Answer) -> Answer:
        name = request["person"]
        who = next((known for known in self.people.values() if known["name"] == name), None)
        if who is None:
            who = person(f"{name.lower()}-id", name)
            who["photos"] = 0
            self.people[who["id"]] = who
        who["photos"] += 1
        return {
            "person": {"id": who["id"], "name": name},
            "photo_id": "fedcba9876543210",
            "photos": who["photos"],
            "face": {"box": request.get("box", BOX), "quality": QUALITY},
            "advice": ["add a photo in which the face looks straight ahead"],
        }

    def _page(self, request: Answer, everything: list[Answer]) -> Answer:
        start = int(request.get("cursor") or 0)
        end = start + min(request.get("limit", 100), self.page_length)
        page: Answer = {"items": everything[start:end]}
        if end < len(everything):
            page["next_cursor"] = str(end)
        return page

    def _people_list(self, request: Answer) -> Answer:
        return self._page(request, list(self.people.values()))

    def _person(self, person_id: str) -> Answer:
        if person_id not in self.people:
            raise Refused("not_found", f"no person {person_id}")
        return self.people[person_id]

    def _people_rename(self, request: Answer) -> Answer:
        who = self._person(request["person_id"])
        who["name"] = request["name"]
        return who

    def _people_configure(self, request: Answer) -> Answer:
        who = self._person(request["person_id"])
        who.pop("presence_timeout_s", None)
        who |= {key: request[key] for key in ("presence_timeout_s",) if key in request}
        return who

    def _people_delete(self, request: Answer) -> Answer:
        self._person(request["person_id"])
        self.deleted = self.people.pop(request["person_id"])
        return {"deleted": True} | ({"change": self._deletion()} if request.get("undo") else {})

    def _deletion(self) -> Answer:
        who = {key: self.deleted[key] for key in ("id", "name")}
        return {"change_id": "de1e7ed000000001", "kind": "person_deleted", "person": who, "photos": 1, "until": AT}

    def _changes_list(self, request: Answer) -> Answer:
        return self._page(request, [self._deletion()])

    def _changes_undo(self, request: Answer) -> Answer:
        if request["change_id"] != "de1e7ed000000001":
            raise Refused("not_found", "there is nothing to put back")
        self.people[self.deleted["id"]] = self.deleted
        return {"person": self.deleted}

    def _changes_erase(self, request: Answer) -> Answer:
        assert request.get("change_id") in (None, "de1e7ed000000001")
        return {"deleted": True}

    def _people_missing(self, request: Answer) -> Answer:
        if request["answer"] == "forget":
            self.library = {"problems": 0}
        return self.library

    def _problems_list(self, request: Answer) -> Answer:
        return self._page(request, self.problems)

    def _photos_accept(self, request: Answer) -> Answer:
        self.problems = [one for one in self.problems if one.get("photo_id") != request["photo_id"]]
        return {"photo_id": request["photo_id"], "file": "2.jpg", "usable": True}

    def _people_merge(self, request: Answer) -> Answer:
        self._person(request["from"])
        del self.people[request["from"]]
        return self._person(request["into"])

    def _photos_list(self, request: Answer) -> Answer:
        self._person(request["person_id"])
        picture = f"/v1/photos/{request['person_id']}/0123456789abcdef.jpg"
        photo = {"photo_id": "0123456789abcdef", "file": "garden.jpg", "picture": picture, "usable": True}
        return self._page(request, [photo | {"quality": QUALITY}])

    def _photos_move(self, request: Answer) -> Answer:
        self._person(request["person_id"])["photos"] -= 1
        (receiver,) = [one for one in self.people.values() if one["name"] == request["person"]]
        receiver["photos"] += 1
        return receiver

    def _photos_delete(self, request: Answer) -> Answer:
        self._person(request["person_id"])["photos"] -= 1
        return {"deleted": True}

    def _unknowns_list(self, request: Answer) -> Answer:
        return self._page(request, list(self.unknowns.values()))

    def _unknowns_assign(self, request: Answer) -> Answer:
        if self.unknowns.pop(request["unknown_id"], None) is None:
            raise Refused("not_found", "no such unknown")
        enrolled = self._enroll({"person": request["person"]})
        return self.people[enrolled["person"]["id"]]

    def _unknowns_ignore(self, request: Answer) -> Answer:
        if request["unknown_id"] not in self.unknowns:
            raise Refused("not_found", "no such unknown")
        self.unknowns[request["unknown_id"]]["ignored"] = True
        return self.unknowns[request["unknown_id"]]

    def _unknowns_delete(self, request: Answer) -> Answer:
        if self.unknowns.pop(request["unknown_id"], None) is None:
            raise Refused("not_found", "no such unknown")
        return {"deleted": True}

    def _sittings_start(self, request: Answer) -> Answer:
        camera = {"camera": request["camera"]} if "camera" in request else {}
        return camera | {
            "sitting_id": "51771265177126aa",
            "taking": True,
            "ends_at": AT,
            "ask": "step_into_view",
            "pictures": [],
        }

    def _sittings_picture(self, request: Answer) -> Answer:
        return self._sittings_get(request)

    def _sittings_get(self, _: Answer) -> Answer:
        self.looks_wanted -= 1
        picture = {"picture_id": 1, "view": "front", "quality": QUALITY}
        return self._sittings_start({"camera": f"{self.client_id}/door"}) | {
            "taking": self.looks_wanted >= 0,
            "pictures": [picture | {"picture": "/v1/sittings/51771265177126aa_1.jpg"}],
        }

    def _sittings_accept(self, request: Answer) -> Answer:
        return self.people[self._enroll({"person": request["person"]})["person"]["id"]]

    def _sittings_decline(self, _: Answer) -> Answer:
        return {"deleted": True}

    def _proposals_list(self, _: Answer) -> Answer:
        return {
            "items": [
                {
                    "proposal_id": "9a0b0c0d0e0f0a0b",
                    "person": {"id": "alice-id", "name": "Alice"},
                    "at": AT,
                    "camera": f"{self.client_id}/door",
                    "view": "left",
                    "adds": ["view", "infrared"],
                    "quality": QUALITY,
                    "picture": "/v1/proposals/9a0b0c0d0e0f0a0b.jpg",
                }
            ]
        }

    def _proposals_accept(self, request: Answer) -> Answer:
        alice = {"id": "alice-id", "name": "Alice"}
        return {
            "photos": [
                {"proposal_id": one, "person": alice, "photo_id": "0123456789abcdef"} for one in request["proposal_ids"]
            ],
            "refused": [],
        }

    def _proposals_decline(self, _: Answer) -> Answer:
        return {"deleted": True}

    def sighting(self, sighting_id: str = "7", **fields: Any) -> Answer:
        """Write a past sighting."""
        return {
            "sighting_id": sighting_id,
            "at": AT,
            "camera": f"{self.client_id}/door",
            "person": {"id": "alice-id", "name": "Alice"},
            "grade": "confirmed",
            "probability": 0.97,
            "similarity": 0.61,
            "picture": "/v1/alice.jpg",
            "corrected": False,
        } | fields

    def _sightings_list(self, request: Answer) -> Answer:
        return {"items": [self.sighting()][: request.get("limit", 100)]}

    def _search(self, _: Answer) -> Answer:
        alike = {"alike": 0.61, "likelihood": "sure"}
        photo = "0123456789abcdef"
        person = {"person": {"id": "alice-id", "name": "Alice"}, "photo_id": photo}
        stranger = unknown("x1", camera=f"{self.client_id}/door", picture="/v1/unknowns/x1.jpg")
        found = {key: face({})[key] for key in ("box", "landmarks", "score", "quality")} | {
            "people": [person | alike | {"picture": f"/v1/photos/alice-id/{photo}.jpg"}],
            "unknowns": [stranger | alike],
            "sightings": [self.sighting(picture="/v1/sightings/7.jpg") | alike],
            "alike_sightings": 3,
        }
        return {"width": 640, "height": 480, "faces": [found], "compared": 1, "learning": False}

    def _care_list(self, _: Answer) -> Answer:
        effect = {"strangers_before": 3, "strangers_after": 0, "visits_before": 4, "visits_after": 4, "visits": 5}
        alice = {"id": "alice-id", "name": "Alice"}
        photo = "0123456789abcdef"
        of_photo = {"photo_id": photo, "picture": f"/v1/photos/alice-id/{photo}.jpg"}
        unlike = {"fault": "unlike", "person": alice, "suggestion": "delete", "effect": effect} | of_photo
        other = {"other": {"id": "bob-id", "name": "Bob"}}
        return {"items": [unlike, unlike | other | {"fault": "somebody_elses", "suggestion": "move"}]}

    def _cameras_sight(self, _: Answer) -> Answer:
        reason = {"code": "too_small", "message": "the face is too small in the picture"}
        change = {"reason": reason, "visits": 4, "advice": "move the camera nearer"}
        typical = {"overall": 0.5, "size_px": 34.0, "sharpness": 0.6, "pose": 0.8, "light": 0.9}
        sight = {"verdict": "fair", "visits": 5, "confirmed": 1, "since": AT, "typical": typical, "changes": [change]}
        return {"items": [{"camera": full_id} | sight for full_id in self.cameras]}

    def _sightings_correct(self, request: Answer) -> Answer:
        return self.sighting(request["sighting_id"], corrected=request.get("person") != "Alice")

    def _cameras_configure(self, request: Answer) -> Answer:
        cameras = []
        for settings in request["cameras"]:
            full_id = f"{self.client_id}/{settings['camera']}"
            known = self.cameras.setdefault(full_id, camera(full_id))
            known |= {key: settings[key] for key in ("name", "area", "counts_as_home") if key in settings}
            known["area"] = known.get("area") or None
            cameras.append(known)
        return {"cameras": cameras}

    def _settings_get(self, _: Answer) -> Answer:
        return {
            "strangers_per_thousand": 1.0,
            "presence_timeout_s": 600,
            "in_view_timeout_s": 30,
            "retention_days": 7,
        }

    def _settings_set(self, request: Answer) -> Answer:
        return self._settings_get(request) | {key: request[key] for key in request if key not in ("id", "type")}

    def _stats(self, _: Answer) -> Answer:
        return {
            "uptime_s": 60,
            "people": len(self.people),
            "photos": 6,
            "photos_to_learn": 0,
            "pictures": 100,
            "superseded": 2,
            "failed": 1,
            "waiting": 0,
            "waiting_bytes": 0,
            "load": 0.25,
            "latency_median_ms": 80.0,
            "latency_p95_ms": 120.5,
            "workers": 2,
            "clients": 1,
        }


def _let_clients_break_off() -> None:
    """A client that does not trust our key hangs up while we shake hands: for us that is nothing out of order."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def handle(running: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), ConnectionResetError | ssl.SSLError) and before is not None:
            before(running, context)

    loop.set_exception_handler(handle)


def now() -> datetime:
    """Give the time of a picture."""
    return datetime.now(UTC)
