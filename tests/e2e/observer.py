"""Home Assistant seen from outside: its states as they change, its events, its commands, its flows. Nothing polls."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, Self

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable

# A busy machine is no fault of ours.
PATIENCE_SECONDS = 180.0


class Observer:
    """One connection to Home Assistant's WebSocket and HTTP API."""

    def __init__(self, url: str, token: str) -> None:
        """Take where Home Assistant is."""
        self.url = url
        self.states: dict[str, dict[str, Any]] = {}
        self.history: list[tuple[str, dict[str, Any]]] = []
        self.events: list[dict[str, Any]] = []
        self.flows: dict[str, dict[str, Any]] = {}
        self._token = token
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Log in, and follow everything."""
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._token}"})
        self._socket = await self._session.ws_connect(
            f"{self.url.replace('http', 'ws', 1)}/api/websocket", max_msg_size=0
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        assert (await self._socket.receive_json())["type"] == "auth_ok"
        self._reader = asyncio.create_task(self._read())
        await self.command("subscribe_events")
        for state in await self.command("get_states"):
            self.states.setdefault(state["entity_id"], state)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        self._reader.cancel()
        await self._socket.close()
        await self._session.close()

    async def _read(self) -> None:
        async for message in self._socket:
            data = message.json()
            if data["type"] == "result" and (waiting := self._waiting.pop(data["id"], None)) is not None:
                waiting.set_result(data)
            elif data["type"] == "event":
                self._take(data["event"])
            self._changed.set()

    def _take(self, event: Any) -> None:
        if isinstance(event, list):
            for change in event:
                self.flows.pop(change["flow_id"], None)
                if "flow" in change:
                    self.flows[change["flow_id"]] = change["flow"]
            return
        if event["event_type"] != "state_changed":
            self.events.append(event)
            return
        entity_id, state = event["data"]["entity_id"], event["data"]["new_state"]
        if state is None:
            self.states.pop(entity_id, None)
        else:
            self.states[entity_id] = state
            self.history.append((entity_id, state))

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a command, and give its result."""
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        await self._socket.send_json({"id": number, "type": kind, **fields})
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await future
        assert answer["success"], (kind, answer["error"])
        return answer["result"]

    async def act(self, domain: str, action: str, **data: Any) -> Any:
        """Call an action; its response where it gives one."""
        service = (await self.command("get_services"))[domain][action]
        more = {"return_response": True} if "response" in service else {}
        answer = await self.command("call_service", domain=domain, service=action, service_data=data, **more)
        return answer.get("response")

    async def follow_flows(self) -> None:
        """Keep `flows` up to date: what Home Assistant discovered and shows to a person."""
        await self.command("config_entries/flow/subscribe")

    async def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something that Home Assistant tells has made the condition true."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            latest = {entity_id: state["state"] for entity_id, state in self.states.items()}
            message = f"not within {seconds:.0f} s: {what}; {latest}"
            raise AssertionError(message) from None

    async def reaches(self, entity_id: str, state: str) -> None:
        """Wait until an entity has a state."""
        await self.until(lambda: self.state(entity_id) == state, f"{entity_id} is {state}")

    def state(self, entity_id: str) -> str | None:
        """A state."""
        return self.states[entity_id]["state"] if entity_id in self.states else None

    def attribute(self, entity_id: str, name: str) -> Any:
        """An attribute."""
        return self.states.get(entity_id, {}).get("attributes", {}).get(name)

    def event_types(self, entity_id: str) -> list[str]:
        """What an event entity has told since the observer came."""
        return [
            state["attributes"]["event_type"]
            for changed, state in self.history
            if changed == entity_id and state["attributes"].get("event_type")
        ]

    def data_of(self, event_type: str) -> list[dict[str, Any]]:
        """Give the data of every event of a type that the bus has told."""
        return [event["data"] for event in self.events if event["event_type"] == event_type]

    async def post(self, path: str, body: object) -> Any:
        """POST JSON to the HTTP API."""
        async with self._session.post(self.url + path, json=body) as response:
            assert response.status < 300, (path, response.status, await response.text())
            return await response.json()

    async def picture(self, path: str) -> bytes:
        """GET something that is no JSON."""
        async with self._session.get(self.url + path) as response:
            assert response.status == 200, (path, response.status)
            return await response.read()

    async def flow(self, kind: str, handler: object, *answers: dict[str, Any]) -> Any:
        """Start a flow of the config entries' API and answer its forms; its last word."""
        step = await self.post(f"/api/config/config_entries/{kind}", {"handler": handler})
        return await self.answer(kind, step, *answers)

    async def answer(self, kind: str, step: dict[str, Any], *answers: dict[str, Any]) -> Any:
        """Answer the forms of a flow that is under way."""
        for answer in answers:
            step = await self.post(f"/api/config/config_entries/{kind}/{step['flow_id']}", answer)
        return step
