"""A phone with Home Assistant's companion app, as far as notifications go: it registers, is pushed to, and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

import aiohttp
from aiohttp import web

from .observer import PATIENCE_SECONDS, Observer

NAME = "Phone"


class Phone:
    """One phone; the cloud that brings its notifications is a small server of its own."""

    def __init__(self, seen: Observer) -> None:
        """Take the Home Assistant that it belongs to."""
        self.notifications: list[dict[str, Any]] = []
        self._seen = seen
        self._arrived = asyncio.Event()
        self._webhook = ""

    async def __aenter__(self) -> Self:
        """Listen for notifications, and register as the app does."""
        app = web.Application()
        app.router.add_post("/push", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        address, port = self._runner.addresses[0][:2]
        registered = await self._seen.post(
            "/api/mobile_app/registrations",
            {
                "app_data": {"push_token": "token", "push_url": f"http://{address}:{port}/push"},
                "app_id": "test",
                "app_name": "Test",
                "app_version": "1",
                "device_id": "phone",
                "device_name": NAME,
                "manufacturer": "Nobody",
                "model": "Test",
                "os_name": "Test",
                "os_version": "1",
                "supports_encryption": False,
            },
        )
        self._webhook = registered["webhook_id"]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Be switched off."""
        await self._runner.cleanup()

    async def device_id(self) -> str:
        """Give its device."""
        devices: list[dict[str, Any]] = await self._seen.command("config/device_registry/list")
        (found,) = [one["id"] for one in devices if one["name"] == NAME]
        return str(found)

    async def _take(self, request: web.Request) -> web.Response:
        notification = await request.json()
        self.notifications.append(notification)
        self._arrived.set()
        await self.notified(notification)
        return web.json_response({}, status=201)

    async def notified(self, notification: dict[str, Any]) -> None:
        """Do what a phone does with a notification that has just come; this one only keeps it."""

    def belongs_to(self, seen: Observer) -> None:
        """Go on with a Home Assistant that has restarted."""
        self._seen = seen

    async def moves(self, *, home: bool) -> None:
        """Tell where the phone is: at home, or far away."""
        config = await self._seen.command("get_config")
        away = 0.0 if home else 1.0
        gps = [config["latitude"] + away, config["longitude"] + away]
        await self._webhook_call("update_location", {"gps": gps, "gps_accuracy": 10})

    async def shows(self, wanted: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait for a notification."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (found := [one for one in self.notifications if wanted(one)]):
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"no notification {what}: {self.notifications}") from None
        return found[-1]

    async def answer(self, notification: dict[str, Any], title: str, text: str | None = None) -> None:
        """Tap an answer, and type text where it asks for some."""
        (action,) = [one["action"] for one in notification["data"]["actions"] if one["title"] == title]
        data = {"action": action} if text is None else {"action": action, "reply_text": text}
        await self._webhook_call("fire_event", {"event_type": "mobile_app_notification_action", "event_data": data})

    async def _webhook_call(self, kind: str, data: dict[str, Any]) -> None:
        address = f"{self._seen.url}/api/webhook/{self._webhook}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, json={"type": kind, "data": data}) as response,
        ):
            assert response.status == 200, await response.text()
