#!/usr/bin/env python3
"""A real Home Assistant from nothing: started, onboarded, with our integration in it and a token that works.

For people: `scripts/home_assistant.py [--camera front=picture.jpg …]` prints the address, a login and a token, and
runs until Ctrl-C. For the end-to-end tests: `HomeAssistant` (started and stopped as often as needed, on a free port).
Everything lies in one folder under `.cache`; nothing of it is mocked, and nothing reaches the internet by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Any, Self
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(Path(__file__).resolve().parent))
import environments

ROOT = environments.ROOT
USERNAME = "face"
PASSWORD = "a-password-for-tests-only"  # noqa: S105 (it guards a throwaway on loopback)
START_SECONDS = 300
STOP_SECONDS = 60

CONFIGURATION = """\
homeassistant:
  name: Home
  time_zone: UTC
  unit_system: metric
  country: US
  allowlist_external_dirs: {allowed}
  media_dirs: {media}
api:
config:
conversation:
frontend:
history:
image_processing:
logbook:
media_source:
mobile_app:
recorder:
stream:
websocket_api:
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
logger:
  default: warning
  logs:
    custom_components.face: debug
"""


class HomeAssistantError(RuntimeError):
    """Home Assistant did not do what was asked; the message has its last lines or its answer."""


def free_port() -> int:
    """A port that nobody listens on now.

    Below those that systems give to outgoing connections: there, one could take it before we do, or while a server
    that keeps its port is down.
    """
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class HomeAssistant:
    """One instance in `folder`, kept between runs unless `wipe` is called."""

    folder: Path
    port: int = field(default_factory=free_port)
    debug: bool = False
    extra_configuration: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that it gets besides ours."""
    readable: tuple[Path, ...] = ()
    """Folders besides its own that it may read pictures from."""
    token: str = ""
    process: subprocess.Popen[bytes] | None = None
    log_when_started: int = 0
    """How long the log was when the start was over."""

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """Home Assistant's configuration folder; files in it may be read by actions."""
        return self.folder / "config"

    @property
    def log(self) -> Path:
        """Home Assistant's log of the last start."""
        return self.folder / "home-assistant.log"

    def wipe(self) -> None:
        """Forget everything: the next start is a first start."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> Self:
        """Start, wait until it runs, onboard it if it is new, and get a token."""
        python = environments.make("home_assistant")
        self._write_configuration()
        command: list[str | Path] = [python, "-m", "homeassistant", "--config", self.config, "--log-file", self.log]
        command += ["--log-no-color", "--skip-pip", *(["--debug"] if self.debug else [])]
        path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        self.log.unlink(missing_ok=True)
        with (self.folder / "output.log").open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Not the project's folder, whose custom_components would be found before that of the configuration.
                cwd=self.folder,
                env={**os.environ, "PATH": path, **self.environment},
                start_new_session=True,
            )
        try:
            self._wait_until(self._listens, "its web server")
            self._wait_until(self._log_in, "a login")
            self._wait_until(self._runs, "the end of its start")
        except BaseException:
            self.stop()
            raise
        self.log_when_started = self.log.stat().st_size
        return self

    def stop(self) -> None:
        """End it as an operating system would; kill it if it does not end."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One request to its HTTP API, as JSON with our token; raises with its answer if it refuses."""
        return self._request(method, path, json.dumps(body).encode() if body is not None else None, "application/json")

    def add_local_camera(self, file: Path) -> str:
        """Make a camera of a picture file (a new picture under its path is a new frame); returns the config entry's id.

        The entity is named after the file: `front_door.jpg` becomes `camera.front_door`.
        """
        flow = self.call("POST", "/api/config/config_entries/flow", {"handler": "local_file"})
        path = f"/api/config/config_entries/flow/{flow['flow_id']}"
        made = self.call("POST", path, {"file_path": str(file)})
        if made["type"] != "create_entry":
            message = f"no camera for {file}: {made.get('errors')}"
            raise HomeAssistantError(message)
        return str(made["result"]["entry_id"])

    def command(self, **message: Any) -> Any:
        """One command over its WebSocket; returns the result."""
        return asyncio.run(_websocket_command(self.url, self.token, message))

    def _write_configuration(self) -> None:
        storage = self.config / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        media = self.config / "media"
        for folder in (media, self.config / "www"):
            folder.mkdir(exist_ok=True)
        # The address in YAML would only be tried for five minutes; what Home Assistant stored itself counts at once.
        http = {
            "server_host": ["127.0.0.1"],
            "server_port": self.port,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": False,
            "ssl_profile": "intermediate_v6",
            "use_x_frame_options": True,
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        }
        _store(storage, "http", 3, {"stable": http, "pending": None, "yaml_migration_done": True})
        # These steps would set up a weather service and ask about analytics.
        if not (storage / "onboarding").exists():
            _store(storage, "onboarding", 4, {"done": ["core_config", "analytics"]})
        allowed = json.dumps([str(folder) for folder in (self.config, *self.readable)])
        media_dirs = json.dumps({"local": str(media)})
        configuration = CONFIGURATION.format(allowed=allowed, media=media_dirs) + self.extra_configuration
        (self.config / "configuration.yaml").write_text(configuration)
        for name, empty in (("automations", "[]"), ("scripts", "{}"), ("scenes", "[]")):
            if not (self.config / f"{name}.yaml").exists():
                (self.config / f"{name}.yaml").write_text(f"{empty}\n")
        components = self.config / "custom_components"
        components.mkdir(exist_ok=True)
        ours = components / "face"
        if environments.INTEGRATION.exists() and not ours.exists():
            ours.symlink_to(environments.INTEGRATION, target_is_directory=True)
        blueprints = ROOT / "blueprints" / "automation" / "face"
        theirs = self.config / "blueprints" / "automation" / "face"
        if blueprints.exists() and not theirs.exists():
            theirs.parent.mkdir(parents=True, exist_ok=True)
            theirs.symlink_to(blueprints, target_is_directory=True)

    def _request(self, method: str, path: str, body: bytes | None, kind: str) -> Any:
        request = urllib.request.Request(self.url + path, body, method=method)  # noqa: S310 (our own loopback address)
        request.add_header("Content-Type", kind)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                content = answer.read()
        except urllib.error.HTTPError as error:
            message = f"{method} {path}: {error.code} {error.read().decode(errors='replace')}"
            raise HomeAssistantError(message) from error
        return json.loads(content) if content else None

    def _wait_until(self, done: Any, what: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        refusal = ""
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                message = f"Home Assistant ended while starting:\n{self._last_lines()}"
                raise HomeAssistantError(message)
            try:
                if done():
                    return
            except (OSError, HomeAssistantError) as error:
                refusal = str(error)
            time.sleep(0.25)
        message = f"no {what} after {START_SECONDS} s: {refusal}\n{self._last_lines()}"
        raise HomeAssistantError(message)

    def _last_lines(self) -> str:
        lines: list[str] = []
        for file in (self.folder / "output.log", self.log):
            with contextlib.suppress(OSError):
                lines += file.read_text(errors="replace").splitlines()[-20:]
        return "\n".join(lines)

    def _listens(self) -> bool:
        return self._request("GET", "/manifest.json", None, "") is not None

    def _runs(self) -> bool:
        return bool(self.call("GET", "/api/config")["state"] == "RUNNING")

    def _log_in(self) -> bool:
        kept = self.folder / "token"
        if kept.exists():
            self.token = kept.read_text()
            self.call("GET", "/api/")
            return True
        self.token = ""
        client = f"{self.url}/"
        person = {"name": "Face Test", "username": USERNAME, "password": PASSWORD}
        made = self.call("POST", "/api/onboarding/users", {**person, "client_id": client, "language": "en"})
        grant = {"grant_type": "authorization_code", "code": made["auth_code"], "client_id": client}
        form = urllib.parse.urlencode(grant).encode()
        short_lived = self._request("POST", "/auth/token", form, "application/x-www-form-urlencoded")
        self.token = short_lived["access_token"]
        self.call("POST", "/api/onboarding/integration", {"client_id": client, "redirect_uri": client})
        self.token = self.command(type="auth/long_lived_access_token", client_name="scripts", lifespan=365)
        kept.write_text(self.token)
        kept.chmod(0o600)
        return True


def _store(folder: Path, key: str, version: int, data: object) -> None:
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (folder / key).write_text(json.dumps(content))


async def _websocket_command(url: str, token: str, message: dict[str, Any]) -> Any:
    import aiohttp

    address = url.replace("http", "ws", 1) + "/api/websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        welcome = await socket.receive_json()
        if welcome["type"] != "auth_ok":
            raise HomeAssistantError(str(welcome))
        await socket.send_json({"id": 1, **message})
        while True:
            answer = await socket.receive_json()
            if answer.get("id") == 1 and answer["type"] == "result":
                break
    if not answer["success"]:
        refusal = f"{message['type']}: {answer['error']['message']}"
        raise HomeAssistantError(refusal)
    return answer["result"]


def main() -> None:
    """Run one for a person until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A real Home Assistant with the face integration, from nothing.")
    parser.add_argument("--folder", type=Path, default=environments.CACHE / "home", help="default: .cache/home")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--fresh", action="store_true", help="forget what the folder holds first")
    parser.add_argument("--debug", action="store_true", help="with asyncio's debug mode")
    parser.add_argument("--camera", action="append", default=[], metavar="NAME=PICTURE", help="a camera from a file")
    arguments = parser.parse_args()
    python = environments.make("home_assistant")
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 (the environment's own interpreter)

    instance = HomeAssistant(arguments.folder.resolve(), arguments.port, debug=arguments.debug)
    if arguments.fresh:
        instance.wipe()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with instance:
        for camera in arguments.camera:
            name, _, picture = camera.partition("=")
            place = instance.config / f"{name}.jpg"
            known = place.exists()
            shutil.copyfile(picture, place)
            if not known:
                instance.add_local_camera(place)
        print(json.dumps({"url": instance.url, "username": USERNAME, "password": PASSWORD, "token": instance.token}))
        print("Home Assistant runs; Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
