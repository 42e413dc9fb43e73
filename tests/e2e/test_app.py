"""The server as an app: it tells the Supervisor where it is, Home Assistant hears of it there, and a person confirms.

Home Assistant, its integration of the Supervisor, and the server are the real ones. The Supervisor is ours: it answers
what this takes, in the shape that Home Assistant's own client of it reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import uuid4

from aiohasupervisor.models import InstalledAddonComplete
from aiohttp import web
from home_assistant import HomeAssistant, free_port
from homeassistant.util.yaml import load_yaml_dict
import pytest
import pytest_asyncio

from .conftest import ROOT, watched_home
from .face_server import FaceServer
from .observer import Observer

pytestmark = pytest.mark.asyncio(loop_scope="session")

APP: dict[str, Any] = load_yaml_dict(str(ROOT / "app" / "config.yaml"))
SLUG = f"local_{APP['slug']}"
APP_TOKEN = "of-the-app"
HOME_TOKEN = "of-home-assistant"


def about_the_app() -> dict[str, Any]:
    """Answer as `/addons/SLUG/info` does: all that its client wants to read, of an app that asks for nothing more."""
    kinds = get_type_hints(InstalledAddonComplete)
    nothing: dict[Any, Any] = {bool: False, list: [], dict: {}, int: 0}
    answer = {
        one.metadata.get("alias", one.name): None
        if NoneType in get_args(kind)
        else nothing.get(get_origin(kind) or kind)
        for one, kind in ((one, kinds[one.name]) for one in fields(InstalledAddonComplete))
    }
    ours = {name: APP[name] for name in ("name", "description", "url", "version", "arch", "homeassistant", "discovery")}
    return (
        answer
        | ours
        | {
            "slug": SLUG,
            "hostname": SLUG.replace("_", "-"),
            "repository": "local",
            "version_latest": APP["version"],
            "network": APP["ports"],
            "ip_address": "127.0.0.1",
            "state": "started",
            "stage": "stable",
            "boot": "auto",
            "boot_config": "auto",
            "startup": "application",
            "apparmor": "profile",
            "hassio_role": "default",
        }
    )


@dataclass
class Supervisor:
    """Keeps what apps tell it, and tells Home Assistant that there is something."""

    port: int = field(default_factory=free_port)
    home: HomeAssistant | None = None
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer an app, or Home Assistant."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if (request.method, request.path, token) == ("POST", "/discovery", APP_TOKEN):
            message = await request.json()
            assert message["service"] in APP["discovery"], "the Supervisor takes no other"
            uuid = uuid4().hex
            self.told[uuid] = {"addon": SLUG, "uuid": uuid, **message}
            self.arrived.set()
            return self._ok({"uuid": uuid})
        if token == HOME_TOKEN:
            if request.path == "/discovery":
                return self._ok({"discovery": list(self.told.values()), "services": {}})
            if (message := self.told.get(request.path.removeprefix("/discovery/").replace("-", ""))) is not None:
                return self._ok(message)
            if request.path == f"/addons/{SLUG}/info":
                return self._ok(about_the_app())
        return web.json_response({"result": "error", "message": f"not here: {request.path}"}, status=404)

    @staticmethod
    def _ok(data: object) -> web.Response:
        return web.json_response({"result": "ok", "data": data})

    async def push(self) -> None:
        """Say to Home Assistant that an app told something, without what: it comes and asks."""
        assert self.home is not None
        async with asyncio.timeout(60):
            await self.arrived.wait()
        for uuid, message in self.told.items():
            body = {name: message[name] for name in ("addon", "service", "uuid")}
            async with asyncio.timeout(60):
                await asyncio.to_thread(self._push, f"/api/hassio_push/discovery/{uuid}", body)

    def _push(self, path: str, body: dict[str, Any]) -> None:
        assert self.home is not None
        self.home.call("POST", path, body)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def supervisor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Supervisor]:
    """Give a Supervisor, and the Home Assistant that it looks after."""
    made = Supervisor()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", made.port).start()
    folder: Path = tmp_path_factory.mktemp("supervised")
    home = watched_home(folder, "")
    home.environment = {"SUPERVISOR": f"127.0.0.1:{made.port}", "SUPERVISOR_TOKEN": HOME_TOKEN}
    await asyncio.to_thread(home.start)
    made.home = home
    try:
        yield made
    finally:
        await asyncio.to_thread(home.stop)
        await runner.cleanup()


async def test_app_is_offered_and_needs_nothing_but_a_click(
    supervisor: Supervisor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its address, key and token come from the app by the Supervisor."""
    server = FaceServer(tmp_path_factory.mktemp("app"), listen=APP["environment"]["FACE_LISTEN"])
    server.environment = {
        "FACE_ANNOUNCE": APP["environment"]["FACE_ANNOUNCE"],
        "SUPERVISOR": f"127.0.0.1:{supervisor.port}",
        "SUPERVISOR_TOKEN": APP_TOKEN,
        "HOSTNAME": "127.0.0.1",
    }
    assert supervisor.home is not None
    await server.start()
    try:
        async with Observer(supervisor.home.url, supervisor.home.token) as seen:
            await seen.follow_flows()
            await supervisor.push()
            server_id = await server.id()

            def offered() -> list[dict[str, Any]]:
                return [flow for flow in seen.flows.values() if flow["context"].get("unique_id") == server_id]

            await seen.until(offered, "the app is offered")
            (flow,) = offered()
            assert (flow["handler"], flow["context"]["source"], flow["step_id"]) == ("face", "hassio", "hassio_confirm")
            assert flow["context"]["title_placeholders"] == {"name": APP["name"]}
            done = await seen.answer("flow", flow, {})
            assert done["type"] == "create_entry", done
            await seen.until(lambda: seen.state("sensor.barack_obama_last_seen") == "unknown", "its people")
    finally:
        await server.stop()
