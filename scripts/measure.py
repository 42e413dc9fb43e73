#!/usr/bin/env python3
"""Measures the running server from outside, as a client sees it; prints one JSON object a measurement.

    "$(scripts/environments.py harness)" scripts/measure.py BINARY WHAT [--photos DIR] [--truth CSV]

BINARY is a built `face-server`, WHAT one of the names in `MEASUREMENTS`. `--photos` is a folder of your own: any
number of sub-folders with photos, used as people to enrol and as pictures to send; without it, the sample pictures.
`groups` learns the people under DIR and asks about the pictures that CSV (columns file, person, x, y, w, h) labels.
`costs` sends every file under DIR, whatever it is, and large pictures of every kind, one after the other.
Speaks through `custom_components/face/client`, so that what Home Assistant would see is what is measured. Each
server started here gets empty folders of its own and stops with the measurement. Asserts nothing: tests do that.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import csv
from dataclasses import dataclass
from datetime import UTC, datetime
import io
import json
import os
from pathlib import Path
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time

import aiohttp
from home_assistant import free_port
import large_pictures
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from custom_components.face.client import FaceClient  # noqa: E402
from custom_components.face.client.errors import FaceError  # noqa: E402
from custom_components.face.client.wire import KnownIdentity, Rect  # noqa: E402

SIZES = [
    (320, 240), (640, 360), (640, 480), (800, 600), (1024, 768),
    (1280, 720), (1280, 960), (1600, 900), (1600, 1200), (1920, 1080),
]  # fmt: skip
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
OVERRIDES = ("duplicate", "looks_like_someone_else")


@dataclass
class House:
    """A folder of people and a folder of data, and a server that works on them."""

    binary: Path
    folder: Path
    workers: int = 2
    process: asyncio.subprocess.Process | None = None
    port: int = 0
    log: Path | None = None

    async def start(self) -> float:
        """Start the server; seconds until it answers."""
        self.port = free_port()
        self.log = self.folder / "server.log"
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.binary, "--faces-dir", self.folder / "faces", "--data-dir", self.folder / "data",
                "--port", str(self.port), "--workers", str(self.workers), stdout=log, stderr=log,
            )  # fmt: skip
        async with aiohttp.ClientSession() as session:
            while True:
                if self.process.returncode is not None:
                    raise SystemExit(f"the server ended:\n{self.log.read_text()[-2000:]}")
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz"):
                        return time.perf_counter() - begun
                except aiohttp.ClientError:
                    await asyncio.sleep(0.005)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    async def token(self, name: str, role: str) -> str:
        """Make a token."""
        command = (self.binary, "token", "add", name, "--role", role, "--data-dir", self.folder / "data")
        made = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        printed, _ = await made.communicate()
        return printed.decode().strip()

    @asynccontextmanager
    async def client(self, token: str | None = None, name: str = "measure") -> AsyncIterator[FaceClient]:
        """Log in, as the administrator where no token is given."""
        token = token or (self.folder / "data" / "admin-token").read_text().strip()
        async with aiohttp.ClientSession() as session:
            client = FaceClient(session, f"http://127.0.0.1:{self.port}", token, name)
            await client.connect()
            try:
                yield client
            finally:
                await client.close()

    def memory_mb(self) -> dict[str, float]:
        """Peak and present memory of the server."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in status)
        return {name: round(int(fields[name].split()[0]) / 1024, 1) for name in ("VmHWM", "VmRSS")}

    def cpu_s(self) -> float:
        """Processor seconds that the server has used, which tells more than the clock on a busy machine."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def learned(self, client: FaceClient) -> None:
        """Wait until every photo of the folder is learned."""
        while (await client.request("stats"))["photos_to_learn"] > 0:
            await asyncio.sleep(0.05)


def pictures_under(folder: Path) -> list[Path]:
    """Every picture of a folder, in order."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in PICTURES)


def different_pictures(sources: list[Path], count: int) -> Iterator[bytes]:
    """JPEGs of ten sizes, no two alike: sources, scaled and shifted by a seeded chance."""
    chance = random.Random(1)
    opened = [Image.open(file).convert("RGB") for file in sources[:40]]
    for number in range(count):
        size = SIZES[number % len(SIZES)]
        canvas = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
        for _ in range(chance.randrange(1, 4)):
            face = chance.choice(opened)
            side = chance.randrange(size[1] // 4, size[1])
            face = face.resize((side * face.width // face.height, side))
            canvas.paste(face, (chance.randrange(-50, size[0] - 50), chance.randrange(-50, size[1] - 50)))
        out = io.BytesIO()
        canvas.save(out, "JPEG", quality=85)
        yield out.getvalue()


def say(**measured: object) -> None:
    """Print one measurement."""
    print(json.dumps(measured), flush=True)


async def memory(house: House, photos: Path) -> None:
    """Peak memory over 1,000 different pictures of ten sizes, two workers, and what is kept fifteen seconds later."""
    await house.start()
    async with house.client() as client:
        answered = faces = 0
        limit = asyncio.Semaphore(4)

        async def one(picture: bytes) -> None:
            nonlocal answered, faces
            async with limit:
                recognition = await client.ask(picture)
                answered += 1
                faces += len(recognition.faces)

        waiting: set[asyncio.Task[None]] = set()
        for picture in different_pictures(pictures_under(photos), 1_000):
            waiting.add(asyncio.create_task(one(picture)))
            if len(waiting) >= 8:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        await asyncio.gather(*waiting)
        measured, cpu_s = house.memory_mb(), round(house.cpu_s(), 2)
        await asyncio.sleep(15)
        idle = house.memory_mb()["VmRSS"]
        say(measure="memory", pictures=answered, faces=faces, **measured, idle_VmRSS=idle, cpu_s=cpu_s)


async def startup(house: House, photos: Path) -> None:
    """Start to first result with 100 learned photos (of 125 files; some show several faces) and a warm cache."""
    for file in pictures_under(photos)[:125]:
        person = house.folder / "faces" / file.parent.name
        person.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, person / file.name)
    await house.start()
    async with house.client() as client:
        await house.learned(client)
    await house.stop()
    probe = pictures_under(photos)[0].read_bytes()
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        await house.start()
        async with house.client() as client:
            recognition = await client.ask(probe)
            times.append(time.perf_counter() - begun)
            stats = await client.request("stats")
        await house.stop()
    say(measure="startup", photos=stats["photos"], people=stats["people"], faces_in_probe=len(recognition.faces),
        seconds=[round(t, 3) for t in times], median_s=round(statistics.median(times), 3))  # fmt: skip


async def ping(house: House, photos: Path) -> None:
    """Ping on the connection that pushes 1280 by 720 pictures back to back."""
    await house.start()
    wanted = SIZES.index((1280, 720))
    pictures = enumerate(different_pictures(pictures_under(photos), 300))
    pushed = [picture for number, picture in pictures if number % len(SIZES) == wanted]
    async with house.client() as client:
        stop = asyncio.Event()
        answers = {"recognised": 0, "superseded": 0}

        async def push() -> None:
            number = 0
            while not stop.is_set():
                # Bytes after the end of a JPEG make it another picture.
                picture = pushed[number % len(pushed)] + number.to_bytes(4)
                number += 1
                try:
                    await client.observe("door", picture, datetime.now(UTC))
                    answers["recognised"] += 1
                except FaceError:
                    answers["superseded"] += 1

        pushers = [asyncio.create_task(push()) for _ in range(2)]
        times = []
        for _ in range(400):
            begun = time.perf_counter()
            await client.request("ping")
            times.append((time.perf_counter() - begun) * 1e3)
            await asyncio.sleep(0.02)
        stop.set()
        await asyncio.gather(*pushers)
    times.sort()
    share = sum(t < 50 for t in times) / len(times)
    at = {"median_ms": len(times) // 2, "p95_ms": len(times) * 95 // 100, "max_ms": -1}
    measured = {name: round(times[place], 1) for name, place in at.items()}
    say(measure="ping", pings=len(times), **measured, under_50_ms_pct=round(100 * share, 1), **answers)


async def cameras(house: House, photos: Path) -> None:
    """1, 4, 16 and 64 cameras that push two pictures of 640 by 360 a second, against one camera back to back."""
    await house.start()
    wanted = SIZES.index((640, 360))
    pictures = enumerate(different_pictures(pictures_under(photos), 300))
    pushed = [picture for number, picture in pictures if number % len(SIZES) == wanted]
    async with house.client() as client:
        await house.learned(client)
        back_to_back = await _watched(client, pushed, cameras=1, every_s=None, for_s=30)
        rate = len(back_to_back[0]) / 30
        say(measure="one camera back to back", pictures_per_s=round(rate, 2), **house.memory_mb())
        for count in (1, 4, 16, 64):
            waits = await _watched(client, pushed, cameras=count, every_s=0.5, for_s=60)
            shares = [len(waited) for waited in waits]
            mean = sum(shares) / count
            waited = sorted(wait for of_camera in waits for wait in of_camera)
            median, p95 = waited[len(waited) // 2], waited[len(waited) * 95 // 100]
            say(
                measure="cameras",
                cameras=count,
                offered_per_s=2 * count,
                pictures_per_s=round(sum(shares) / 60, 2),
                of_back_to_back_pct=round(100 * sum(shares) / 60 / rate, 1),
                least_share_pct=round(100 * min(shares) / mean, 1),
                largest_share_pct=round(100 * max(shares) / mean, 1),
                wait_median_ms=round(median * 1e3),
                wait_p95_ms=round(p95 * 1e3),
                p95_of_median=round(p95 / median, 2),
                **house.memory_mb(),
            )


@dataclass
class Pushing:
    """Cameras that push pictures for a while, and how long each recognised picture took."""

    client: FaceClient
    pictures: list[bytes]
    end: float
    number: int = 0

    async def one(self, camera: int, waits: list[float]) -> None:
        """Push one picture; a wait more unless a newer one took its place."""
        self.number += 1
        # Bytes after the end of a JPEG make it another picture.
        picture = self.pictures[self.number % len(self.pictures)] + self.number.to_bytes(4)
        begun = time.perf_counter()
        try:
            await self.client.observe(f"camera {camera}", picture, datetime.now(UTC))
        except FaceError:
            return
        if time.perf_counter() <= self.end:
            waits.append(time.perf_counter() - begun)

    async def back_to_back(self, camera: int, waits: list[float]) -> None:
        """One picture after the other."""
        while time.perf_counter() < self.end:
            await self.one(camera, waits)

    async def every(self, seconds: float, camera: int, waits: list[float]) -> None:
        """A picture at a fixed pace, whether the last one is answered or not."""
        async with asyncio.TaskGroup() as pictures:
            while time.perf_counter() < self.end:
                due = time.perf_counter() + seconds
                pictures.create_task(self.one(camera, waits))
                await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def _watched(
    client: FaceClient, pushed: list[bytes], *, cameras: int, every_s: float | None, for_s: float
) -> list[list[float]]:
    """Seconds from sending to the answer of each picture that was recognised, by camera."""
    waits: list[list[float]] = [[] for _ in range(cameras)]
    pushing = Pushing(client, pushed, time.perf_counter() + for_s)
    async with asyncio.TaskGroup() as all_cameras:
        for camera in range(cameras):
            if every_s is None:
                # Two are looked at, one waits; a fourth would only supersede.
                for _ in range(3):
                    all_cameras.create_task(pushing.back_to_back(camera, waits[camera]))
            else:
                await asyncio.sleep(every_s / cameras)
                all_cameras.create_task(pushing.every(every_s, camera, waits[camera]))
    return waits


async def crash(house: House, photos: Path) -> None:
    """Kill -9 at random moments during 200 enrolments; every acknowledged photo must be there after a restart."""
    chance = random.Random(7)
    files = pictures_under(photos)
    chance.shuffle(files)
    acknowledged: set[str] = set()
    asked = kills = refused = 0
    queue = iter(files)
    while len(acknowledged) < 200:
        await house.start()
        killer = asyncio.create_task(asyncio.sleep(chance.uniform(0.3, 4.0)))
        try:
            async with house.client() as client:
                while not killer.done():
                    file = next(queue)
                    asked += 1
                    request = asyncio.create_task(client.enroll(file.parent.name, file.read_bytes(), allow=OVERRIDES))
                    await asyncio.wait({request, killer}, return_when=asyncio.FIRST_COMPLETED)
                    if killer.done() and not request.done():
                        await house.stop(signal.SIGKILL)
                    try:
                        acknowledged.add((await request).photo_id)
                    except FaceError as error:
                        refused += getattr(error, "code", "") != ""
        except (StopIteration, FaceError):
            pass
        await house.stop(signal.SIGKILL)
        kills += 1
        if asked >= len(files):
            break
    await house.start()
    async with house.client() as client:
        await house.learned(client)
        listed = set()
        for person in await client.people():
            answer = await client.request("photos/list", person_id=person.id, limit=500)
            listed |= {photo["photo_id"] for photo in answer["items"] if photo["usable"]}
    files = [file for file in (house.folder / "faces").rglob("*") if file.is_file() and file.name != ".person.json"]
    left = [file.name for file in files if file.suffix != ".jpg"]
    broken = [file.name for file in files if file.suffix == ".jpg" and not _whole(file)]
    log = house.log.read_text()
    say(measure="crash", asked=asked, acknowledged=len(acknowledged), kills=kills, refused=refused,
        lost=len(acknowledged - listed), other_files=left, half_files=broken,
        errors_in_log=log.count("ERROR"))  # fmt: skip


def _whole(file: Path) -> bool:
    try:
        Image.open(file).load()
    except OSError:
        return False
    return True


async def broken(house: House, photos: Path) -> None:
    """Every file of a folder, whatever it is, is answered; the server lives."""
    await house.start()
    async with house.client() as client:
        verdicts = {}
        for file in sorted(photos.rglob("*")):
            if file.is_file():
                try:
                    verdicts[file.name] = f"{len((await client.ask(file.read_bytes())).faces)} faces"
                except FaceError as error:
                    verdicts[file.name] = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        await client.request("ping")
        say(measure="broken", answered=len(verdicts), alive=True, **house.memory_mb(), verdicts=verdicts)


async def costs(house: House, photos: Path) -> None:
    """The most memory over idle and the longest time that one picture takes."""
    await house.start()
    status = Path(f"/proc/{house.process.pid}/clear_refs")
    taken: list[tuple[str, float, float, float]] = []

    async def one(name: str, picture: bytes) -> None:
        # Its peak begins again.
        status.write_text("5")
        begun, cpu_s = time.perf_counter(), house.cpu_s()
        try:
            await client.ask(picture)
        except FaceError as error:
            if getattr(error, "code", "") not in {"unreadable_image", "too_large"}:
                raise
        seconds = time.perf_counter() - begun
        taken.append((name, house.memory_mb()["VmHWM"] - idle, seconds, house.cpu_s() - cpu_s))

    async with house.client() as client:
        await house.learned(client)
        # What starting took is given back.
        await asyncio.sleep(15)
        idle = house.memory_mb()["VmRSS"]
        for file in sorted(file for file in photos.rglob("*") if file.is_file()):
            await one(str(file.relative_to(photos)), file.read_bytes())
        files = len(taken)
        pictures = large_pictures.all_of_them()
        # Made beside the loop, or the server would close a client that is silent for as long as this takes.
        while made := await asyncio.to_thread(next, pictures, None):
            await one(*made)
    for part, pictures in (("files", taken[:files]), ("large pictures", taken[files:])):
        for what, place in (("mb_over_idle", 1), ("seconds", 2), ("cpu_s", 3)):
            largest = sorted(pictures, key=lambda one: -one[place])[:5]
            worst = {one[0]: round(one[place], 2) for one in largest}
            say(measure="costs", of=part, pictures=len(pictures), idle_mb=idle, **{what: worst})


async def groups(house: House, photos: Path, truth: Path) -> None:
    """People learned from a folder, then labelled pictures: who is named right, and who else is named at all."""
    shutil.copytree(photos, house.folder / "faces")
    labels: dict[str, list[dict[str, str]]] = {}
    with truth.open(newline="") as file:
        for row in csv.DictReader(file):
            labels.setdefault(row["file"], []).append(row)
    people = {folder.name for folder in photos.iterdir() if folder.is_dir()}
    await house.start()
    ours = right = strangers = named = found = 0
    wrong = []
    async with house.client() as client:
        await house.learned(client)
        for picture, rows in labels.items():
            faces = (await client.ask((truth.parent / picture).read_bytes())).faces
            for row in rows:
                x, y, w, h = (float(row[side]) for side in "xywh")
                face = max(faces, key=lambda f: _overlap(f.box, x, y, w, h), default=None)
                seen = face is not None and _overlap(face.box, x, y, w, h) >= 0.25
                name = face.identity.person.name if seen and isinstance(face.identity, KnownIdentity) else None
                found += seen
                if row["person"] in people:
                    ours += 1
                    right += name == row["person"]
                else:
                    strangers += 1
                    named += name is not None
                if (row["person"] in people and name != row["person"]) or (row["person"] not in people and name):
                    wrong.append(f"{picture}: {row['person']} -> {name}")
    say(measure="groups", labelled=ours + strangers, found=found, of_the_learned=ours, right=right, others=strangers,
        others_named=named, wrong=wrong)  # fmt: skip


def _overlap(box: Rect, x: float, y: float, w: float, h: float) -> float:
    both = max(0.0, min(box.x + box.w, x + w) - max(box.x, x)) * max(0.0, min(box.y + box.h, y + h) - max(box.y, y))
    return both / (box.w * box.h + w * h - both)


MEASUREMENTS = {
    measurement.__name__: measurement for measurement in (cameras, costs, groups, memory, startup, ping, crash, broken)
}


async def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("what", choices=MEASUREMENTS)
    parser.add_argument("--photos", type=Path, default=ROOT / "faces")
    parser.add_argument("--truth", type=Path)
    given = parser.parse_args()
    more = [given.truth] if given.what == "groups" else []
    with tempfile.TemporaryDirectory(prefix="face-measure-") as folder:
        house = House(given.binary.resolve(), Path(folder))
        try:
            await MEASUREMENTS[given.what](house, given.photos, *more)
        finally:
            await house.stop()


if __name__ == "__main__":
    asyncio.run(main())
