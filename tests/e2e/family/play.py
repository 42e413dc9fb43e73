"""Lets a timetable happen in a real Home Assistant with a real server, and keeps the diary."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from itertools import islice
import time
from typing import Any, override

from home_assistant import HomeAssistant

from ..cameras import PACE_SECONDS, show
from ..face_server import FaceServer
from ..observer import Observer
from ..phone import Phone
from . import timetable
from .diary import Answered, Diary, Moved, Was, WentWrong
from .record import Shown
from .scenes import DIFFERENT, Colour, colours, scene, wall_of
from .timetable import FRONT, GARDEN, Answer, Disturbance, PhoneMoves, Timetable, Visit
from .wire import Wire

CONFIGURATION = """
stage:
input_boolean:
  front_door_motion:
  garden_motion:
camera:
  - platform: stage
    files:
"""
CAMERAS = (FRONT, GARDEN)


class FamilyPhone(Phone):
    """A phone that loads a notification's picture when it comes, as the app does: with its own token."""

    def __init__(self, seen: Observer) -> None:
        """Take Home Assistant."""
        super().__init__(seen)
        self.came: list[tuple[float, dict[str, Any], bytes | None]] = []
        self._loading: set[asyncio.Task[None]] = set()

    @override
    async def notified(self, notification: dict[str, Any]) -> None:
        """Load the picture, while the cloud that brought the notification thinks no more of it."""
        self._loading.add(asyncio.create_task(self._take_in(time.time(), notification)))

    async def _take_in(self, at: float, notification: dict[str, Any]) -> None:
        self.came.append((at, notification, await self.loads(notification)))

    async def loads(self, notification: dict[str, Any]) -> bytes | None:
        """Load it; `None` where it is refused."""
        try:
            return await self._seen.picture(notification["data"]["image"])
        except AssertionError, KeyError, OSError:
            return None


class Play:
    """One day."""

    def __init__(self, table: Timetable, home: HomeAssistant, server: FaceServer) -> None:
        """Take what there is."""
        self.table = table
        self.home = home
        self.server = server
        self.wire = Wire(server.port)
        self.diary = Diary(began=0.0)
        self.shown: tuple[Shown, ...] = ()
        self.seen: Observer
        self.phone: FamilyPhone
        # Home Assistant runs; without it nobody moves, and what a slow start delays happens later.
        self._runs = asyncio.Event()
        free = iter(colours())
        walls = {visit: tuple(islice(free, len(visit.people))) for visit in table.visits}
        # Drawn before, so that drawing takes nothing from what is watched.
        self._drawn = {visit: (own, self._scenes(visit, own)) for visit, own in walls.items()}

    def file(self, camera: str) -> Any:
        """Give the file behind a camera."""
        return self.home.config / f"{camera}.jpg"

    async def day(self) -> Diary:
        """Set the house up, and let the day happen."""
        await self.wire.start()
        for camera in CAMERAS:
            show(self.file(camera), self._nobody(camera))
        await asyncio.to_thread(self.home.start)
        self.seen = await Observer(self.home.url, self.home.token).__aenter__()
        async with FamilyPhone(self.seen) as self.phone:
            try:
                await self._move_in()
                self.diary.began = time.time()
                self._runs.set()
                async with asyncio.TaskGroup() as happening:
                    for do, one in self._everything():
                        happening.create_task(do(one))
                    happening.create_task(self._until(self.table.ends))
                await self._everything_has_ended()
                self.diary.ended = time.time()
                self.shown = await self._all_shown()
            finally:
                await self.seen.__aexit__()
                await asyncio.to_thread(self.home.stop)
                await self.wire.stop()
        return self.diary

    def _everything(self) -> list[tuple[Callable[[Any], Coroutine[Any, Any, None]], Any]]:
        return [
            *((self._visit, one) for one in self.table.visits),
            *((self._disturbance, one) for one in self.table.disturbances),
            *((self._answer, one) for one in self.table.answers),
            *((self._phone_moves, one) for one in self.table.phone),
        ]

    async def _until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, self.diary.began + moment - time.time()))

    async def _turn(self, moment: float) -> float:
        """Wait for somebody's turn; when that is."""
        await self._until(moment)
        await self._runs.wait()
        return time.time()

    async def _everything_has_ended(self) -> None:
        settings = self.table.settings
        last = max((one.until for one in self.diary.visits), default=0.0)
        quiet = settings.presence_s + settings.presence_slack_s + settings.clears_within_s
        await asyncio.sleep(max(0.0, last + quiet - time.time()))

    # Moving in.

    async def _move_in(self) -> None:
        """Connect the server, add the cameras, link the family, and make the automation that tells of strangers."""
        seen, settings = self.seen, self.table.settings
        pairing = f"face://127.0.0.1:{self.wire.port}/?token={self.server.token}"
        done = await seen.flow("flow", "face", {"next_step_id": "connect"}, {"address": pairing}, {"cameras": []})
        assert done["type"] == "create_entry", done
        entry = done["result"]["entry_id"]
        step = await seen.flow("options/flow", entry, {"next_step_id": "settings"})
        given = {
            field["name"]: field["description"]["suggested_value"]
            for field in step["data_schema"]
            if "suggested_value" in field.get("description", {})
        }
        await seen.answer("options/flow", step, given | {"presence_timeout_s": settings.presence_s})
        for camera in CAMERAS:
            name = camera.replace("_", " ").capitalize()
            await seen.command("config/entity_registry/update", entity_id=f"camera.{camera}", name=name)
            fields = settings.burst | {
                "camera": f"camera.{camera}",
                "triggers": [f"input_boolean.{camera}_motion"],
                "counts_as_home": camera == FRONT,
            }
            done = await seen.flow("subentries/flow", [entry, "camera"], fields)
            assert done["type"] == "create_entry", done
            await seen.reaches(f"sensor.{camera}_faces", "0")
        for person in self.table.family:
            await self._link(entry, person)
        inputs = {"phone": await self.phone.device_id()}
        automation = {"alias": "Strangers", "use_blueprint": {"path": "face/unknown_person.yaml", "input": inputs}}
        await seen.post("/api/config/automation/config/strangers", automation)
        await seen.reaches("automation.strangers", "on")

    async def _link(self, entry: str, person: str) -> None:
        seen = self.seen
        own = person.lower().replace(" ", "_")
        tracker = f"device_tracker.{own}"
        registry = await seen.command("config/entity_registry/get", entity_id=tracker)
        step = await seen.flow("options/flow", entry, {"next_step_id": "link"})
        answer = {"person": registry["unique_id"].split("_")[1], "home_person": "new"}
        done = await seen.answer("options/flow", step, answer)
        assert done["type"] == "create_entry", done
        await seen.until(lambda: seen.state(tracker) == "unknown", f"{tracker} is enabled")
        if person != self.table.settings.phone_of:
            return
        await self.phone.moves(home=False)
        (found,) = [one for one in (await seen.command("person/list"))["storage"] if one["name"] == person]
        trackers = [*found["device_trackers"], "device_tracker.phone"]
        await seen.command(
            "person/update",
            person_id=found["id"],
            name=person,
            user_id=None,
            device_trackers=trackers,
            picture=None,
        )
        await seen.reaches(f"person.{own}", "not_home")

    # What happens.

    def _nobody(self, camera: str) -> bytes:
        return scene((), (), 0, hanging=camera in self.table.hanging)

    def _scenes(self, visit: Visit, walls: tuple[Colour, ...]) -> list[bytes]:
        hanging = visit.camera in self.table.hanging
        return [scene(visit.people, walls, number, hanging=hanging) for number in range(DIFFERENT)]

    async def _visit(self, visit: Visit) -> None:
        walls, scenes = self._drawn[visit]
        since = await self._turn(visit.at)
        show(self.file(visit.camera), scenes[0])
        moving = asyncio.create_task(self._move(visit.camera, scenes))
        await self._motion(visit.camera, on=True)
        await asyncio.sleep(max(0.0, since + visit.until - visit.at - time.time()))
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
        show(self.file(visit.camera), self._nobody(visit.camera))
        await self._motion(visit.camera, on=False)
        self.diary.visits.append(
            Was(since=since, until=time.time(), camera=visit.camera, people=visit.people, walls=walls)
        )

    async def _move(self, camera: str, scenes: list[bytes]) -> None:
        number = 0
        while True:
            # A camera that falters has no file; it is not brought back by somebody who walks past.
            if self.file(camera).exists():
                show(self.file(camera), scenes[number % DIFFERENT])
            number += 1
            await asyncio.sleep(PACE_SECONDS)

    async def _motion(self, camera: str, *, on: bool) -> None:
        await self.seen.act(
            "input_boolean", "turn_on" if on else "turn_off", entity_id=f"input_boolean.{camera}_motion"
        )

    async def _disturbance(self, one: Disturbance) -> None:
        since = await self._turn(one.at)
        match one.what:
            case timetable.SERVER_RESTARTS:
                await self.server.stop()
                await self._until(one.until)
                await self.server.start()
            case timetable.HOME_ASSISTANT_RESTARTS:
                self._runs.clear()
                await self.seen.__aexit__()
                await asyncio.to_thread(self.home.stop)
                await asyncio.to_thread(self.home.start)
                self.seen = await Observer(self.home.url, self.home.token).__aenter__()
                self.phone.belongs_to(self.seen)
                self._runs.set()
            case timetable.CONNECTION_LOST:
                self.wire.pull()
                await self._until(one.until)
                self.wire.plug_in()
            case timetable.CAMERA_FALTERS:
                assert one.camera is not None
                await self._falter(one.camera, one.until)
            case timetable.CAMERA_OFF:
                entity_id = f"camera.{one.camera}"
                await self.seen.act("camera", "turn_off", entity_id=entity_id)
                await asyncio.sleep(one.until - one.at)
                await self.seen.act("camera", "turn_on", entity_id=entity_id)
        self.diary.wrong.append(WentWrong(since=since, until=time.time(), what=one.what, camera=one.camera))

    async def _falter(self, camera: str, until: float) -> None:
        """Show nothing, half a picture, and a whole one, again and again."""
        file = self.file(camera)
        while time.time() < self.diary.began + until:
            whole = file.read_bytes() if file.exists() else self._nobody(camera)
            file.unlink(missing_ok=True)
            await asyncio.sleep(1)
            show(file, whole[: len(whole) // 3])
            await asyncio.sleep(0.3)
            show(file, whole)
            await asyncio.sleep(1)

    async def _answer(self, one: Answer) -> None:
        await self._turn(one.at)
        # The alert of the visit whose wall has the person's colour, as a person would choose it by its picture.
        walls = {wall: who for visit in self.diary.visits for who, wall in zip(visit.people, visit.walls, strict=True)}
        about = [
            notification
            for _, notification, picture in self.phone.came
            if picture is not None and walls.get(wall_of(picture, tuple(walls)) or (0, 0, 0)) == one.about
        ]
        if not about:
            return
        await self.phone.answer(about[-1], one.button, one.text)
        self.diary.answers.append(Answered(at=time.time(), about=one.about, button=one.button, text=one.text))

    async def _phone_moves(self, one: PhoneMoves) -> None:
        await self._turn(one.at)
        await self.phone.moves(home=one.home)
        self.diary.phone.append(Moved(at=time.time(), home=one.home))

    async def _all_shown(self) -> tuple[Shown, ...]:
        return tuple(
            [
                Shown(
                    at=at,
                    title=one.get("title", ""),
                    message=one.get("message", ""),
                    buttons=tuple(button["title"] for button in one["data"].get("actions", ())),
                    image=one["data"].get("image", ""),
                    picture=picture,
                    later=await self.phone.loads(one),
                )
                for at, one, picture in self.phone.came
            ]
        )
