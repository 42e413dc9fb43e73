#!/usr/bin/env python3
"""Measures how good a library of photos gets and stays, with a real server over its protocol; prints JSON lines.

    PYTHON scripts/library.py BINARY care GALLERY [--seed N]
    PYTHON scripts/library.py BINARY proposals GALLERY VISITS UNSEEN [--photos N]
    PYTHON scripts/library.py BINARY walk GALLERY WALKS UNSEEN [--seed N]

PYTHON is that of `scripts/environments.py harness`, BINARY a built `face-server`.

- `care`: photos are put under the wrong person. How many of them does the care of the gallery name, and how many
  others?
- `proposals`: what visits propose is accepted. Is it ever somebody else's, and are more unseen visits confirmed
  then?
- `walk`: is who was taught by a walk up to a camera confirmed as often as who was taught by three portraits?

GALLERY and WALKS are folders of your own with a sub-folder of photos for each person. VISITS and UNSEEN have pictures
of visits, `frames.csv` (visit, frame, seconds, file) and `people.csv` (visit, person, frame, cx, cy, side: whose face
is where; those without a sub-folder in GALLERY are strangers). A photo should be in one of the four only.
Each server started here gets empty folders of its own. `--photos` leaves that many of each person.
Asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import io
from pathlib import Path
import random
import shutil
import tempfile
from typing import Any

from measure import House, pictures_under, say
from PIL import Image, ImageEnhance, ImageFilter

from custom_components.face.client import FaceClient
from custom_components.face.client.errors import RequestFailedError
from custom_components.face.client.wire import CameraChange, FaceInfo, Grade, KnownIdentity

WRONG_PHOTOS = 40
PEOPLE = 80
PORTRAITS = 3
RIGHT_PHOTOS = 4
"""Of each person; those with a photo more may lose it to somebody else's folder."""
DOUBTED = {"somebody_elses", "unlike"}
SAME_FACE = 0.2
"""A face is whose labelled centre lies in its box or this share of the labelled side beside it."""
FAR = (18, 34, 52)
NEAR = (90, 105)
"""The width of the face in the pictures of a walk, pixels."""
TURNS = (0, 0.25, -0.25, 0, 0.35, -0.35)
"""By how much the half of a face that is turned away is narrower: they do as they are asked."""
WALK = [*((width, 0) for width in FAR), (100, 0), (100, 0), *((width, turn) for width in NEAR for turn in TURNS)]
BLURRED, DARK = 3, 4
WALL = (96, 104, 112)


def people_of(folder: Path) -> dict[str, list[Path]]:
    """Photos by the person whose sub-folder they are in."""
    found = {one.name: pictures_under(one) for one in sorted(folder.iterdir()) if one.is_dir()}
    return {name: photos for name, photos in found.items() if photos}


async def every(client: FaceClient, kind: str, **fields: Any) -> AsyncIterator[dict[str, Any]]:
    """Go through all pages of a list."""
    cursor = None
    while True:
        page = await client.request(kind, cursor=cursor, timeout_s=600, **fields)
        for item in page["items"]:
            yield item
        if (cursor := page.get("next_cursor")) is None:
            return


@asynccontextmanager
async def home(binary: Path, photos: dict[str, list[Path]]) -> AsyncIterator[tuple[House, FaceClient]]:
    """A server that knows these people."""
    with tempfile.TemporaryDirectory(prefix="face-library-") as folder:
        house = House(binary, Path(folder))
        for name, files in photos.items():
            person = house.folder / "faces" / name
            person.mkdir(parents=True)
            for file in files:
                shutil.copyfile(file, person / file.name)
        try:
            await house.start()
            async with house.client(name="library") as client:
                await house.learned(client)
                yield house, client
        finally:
            await house.stop()


async def with_one_face(client: FaceClient, files: Iterable[Path], most: int) -> list[Path]:
    """The first files that show exactly one face: what else they show could not be told to be wrong."""
    found: list[Path] = []
    for file in files:
        if len(found) < most and len((await client.ask(file.read_bytes())).faces) == 1:
            found.append(file)
    return found


async def care(binary: Path, gallery: Path, seed: int) -> None:
    """Photos under the wrong person are named, others are not."""
    chance = random.Random(seed)
    people = list(people_of(gallery).items())
    chance.shuffle(people)
    right: dict[str, list[Path]] = {}
    spare: dict[str, Path] = {}
    async with home(binary, {}) as (_, client):
        for name, files in people:
            if len(right) == PEOPLE:
                break
            chance.shuffle(files)
            usable = await with_one_face(client, files, RIGHT_PHOTOS + 1)
            if len(usable) > RIGHT_PHOTOS:
                right[name], spare[name] = usable[:-1], usable[-1]
    wronged = chance.sample(sorted(spare), min(WRONG_PHOTOS, len(spare)))
    # Each gets the next one's, so nobody gets their own.
    wrong = dict(zip(wronged, wronged[1:] + wronged[:1], strict=True))
    mixed = {name: [*files, *([spare[wrong[name]]] if name in wrong else [])] for name, files in right.items()}
    async with home(binary, mixed) as (_, client):
        where: dict[str, tuple[str, str]] = {}
        problems: dict[tuple[str, str], str | None] = {}
        for person in await client.people():
            async for photo in every(client, "photos/list", person_id=person.id):
                where[photo["photo_id"]] = (person.name, photo["file"])
                problems[person.name, photo["file"]] = photo.get("problem")
        named: dict[tuple[str, str], str | None] = {}
        faults: Counter[str] = Counter()
        async for finding in every(client, "care/list", limit=25):
            faults[finding["fault"]] += 1
            if finding["fault"] in DOUBTED:
                named[where[finding["photo_id"]]] = (finding.get("other") or {}).get("name")
    put = {(name, spare[owner].name): owner for name, owner in wrong.items()}
    missed = {f"{name}/{file}": problems[name, file] for name, file in put if (name, file) not in named}
    right_named = [f"{name}/{file}" for name, file in named if (name, file) not in put]
    rights = sum(map(len, right.values()))
    say(measure="care", seed=seed, people=len(right), wrong=len(put), wrong_named=len(put) - len(missed),
        with_whose_it_is=sum(named.get(photo) == owner for photo, owner in put.items()), right=rights,
        right_named=len(right_named), right_named_pct=round(100 * len(right_named) / rights, 2),
        missed=missed, named_though_right=right_named, faults=dict(faults))  # fmt: skip


@dataclass
class Visits:
    """Pictures of visits, and whose face is where."""

    folder: Path
    files: dict[int, list[Path]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[Path, float] = field(default_factory=dict)
    labels: dict[Path, list[tuple[str, int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    cast: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, folder: Path) -> Visits:
        """Read them."""
        visits, pictures = cls(folder), {}
        with (folder / "frames.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                picture = folder / row["file"]
                pictures[row["visit"], row["frame"]] = picture
                visits.files[int(row["visit"])].append(picture)
                visits.seconds[picture] = float(row["seconds"])
        with (folder / "people.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                label = (row["person"], int(row["cx"]), int(row["cy"]), int(row["side"]))
                visits.labels[pictures[row["visit"], row["frame"]]].append(label)
                visits.cast[int(row["visit"])].add(row["person"])
        return visits

    def owner(self, picture: Path, face: FaceInfo) -> str | None:
        """Whose face it is; nobody's, where it is one of the background."""
        box = face.box
        for person, x, y, side in self.labels[picture]:
            beside = SAME_FACE * side
            if box.x - beside <= x <= box.x + box.w + beside and box.y - beside <= y <= box.y + box.h + beside:
                return person
        return None


async def visit(client: FaceClient, visits: Visits, number: int) -> list[tuple[str | None, str, Grade]]:
    """Somebody comes; whom the server named, by whose face it was. Each visit is to a camera of its own."""
    files = visits.files[number]
    began = datetime.now(UTC) - timedelta(seconds=visits.seconds[files[-1]])
    named = []
    for file in files:
        at = began + timedelta(seconds=visits.seconds[file])
        seen = await client.observe(f"visit-{number}", file.read_bytes(), at)
        named += [
            (visits.owner(file, face), face.identity.person.name, face.identity.grade)
            for face in seen.faces
            if isinstance(face.identity, KnownIdentity)
        ]
    return named


async def confirmed(
    binary: Path, gallery: dict[str, list[Path]], visits: Visits, only: set[str], *, strangers: bool = True
) -> dict[str, Any]:
    """Whose visits are confirmed, of those who are known; how many strangers are, and who is under a wrong name."""
    counted: Counter[str] = Counter()
    of_person: Counter[str] = Counter()
    async with home(binary, gallery) as (_, client):
        for number, cast in visits.cast.items():
            if not strangers and not cast & only:
                continue
            named = await visit(client, visits, number)
            for person in cast:
                names = {name for owner, name, grade in named if owner == person and grade is Grade.CONFIRMED}
                kind = "known" if person in only else "strangers"
                counted[kind] += 1
                counted[f"{kind}_confirmed"] += bool(names if kind == "strangers" else person in names)
                counted["wrong"] += kind == "known" and bool(names - {person})
                of_person[person] += person in names
    order = ("known", "known_confirmed", "wrong", "strangers", "strangers_confirmed")
    return {**{name: counted[name] for name in order}, "of_person": of_person}


async def proposals(binary: Path, gallery: Path, growing: Path, unseen: Path, most: int | None) -> None:
    """What visits propose is of whom it is proposed for, and widens who is recognised."""
    known = {name: photos[:most] for name, photos in people_of(gallery).items()}
    visits, others = Visits.of(growing), Visits.of(unseen)
    whose: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    counted: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="face-library-") as kept:
        async with home(binary, known) as (house, client):
            for number in visits.files:
                for owner, name, _ in await visit(client, visits, number):
                    whose[f"library/visit-{number}", name].add(owner)
                offered = [one async for one in every(client, "proposals/list")]
                if not offered:
                    continue
                for one in offered:
                    name = one["person"]["name"]
                    counted["offered"] += 1
                    counted.update(one["adds"])
                    # Somebody else's face that was ever taken for them in this visit may be what is proposed.
                    if whose[one["camera"], name] != {name}:
                        wrong.append(f"{name} at {one['camera']}: {sorted(map(str, whose[one['camera'], name]))}")
                ids = [one["proposal_id"] for one in offered]
                counted["accepted"] += len((await client.request("proposals/accept", proposal_ids=ids))["photos"])
            shutil.copytree(house.folder / "faces", kept, dirs_exist_ok=True)
        say(measure="proposals", people=len(known), photos=sum(map(len, known.values())), visits=len(visits.files),
            of_somebody_else=len(wrong), wrong=wrong, **counted)  # fmt: skip
        grown = people_of(Path(kept))
        for name, people in (("before", known), ("after", grown)):
            told = await confirmed(binary, people, others, set(known))
            del told["of_person"]
            say(measure=f"unseen visits {name}", photos=sum(map(len, people.values())), **told)


@dataclass
class Portrait:
    """A photo of somebody, and where on it the face is."""

    photo: Image.Image
    width: float
    nose: float

    def turned(self, by: float) -> Image.Image:
        """The head turned to a side: what is left of the nose gets wider, what is right of it narrower."""
        nose, (width, height) = round(self.nose), self.photo.size
        halves = [
            self.photo.crop((left, 0, right, height)).resize((max(1, round((right - left) * share)), height))
            for left, right, share in ((0, nose, 1 + by), (nose, width, 1 - by))
        ]
        whole = Image.new("RGB", (halves[0].width + halves[1].width, height))
        whole.paste(halves[0], (0, 0))
        whole.paste(halves[1], (halves[0].width, 0))
        return whole


def walk_of(portraits: list[Portrait], chance: random.Random) -> Iterator[bytes]:
    """Pictures of somebody who walks up: small, blurred and dark ones, then good ones, each a little different."""
    for number, (width, turn) in enumerate(WALK):
        portrait = portraits[number % len(portraits)]
        scale = width / portrait.width
        shown = portrait.turned(turn).rotate(chance.gauss(0, 6), Image.Resampling.BICUBIC, fillcolor=WALL)
        shown = shown.resize((max(1, round(shown.width * scale)), max(1, round(shown.height * scale))))
        shown = ImageEnhance.Brightness(shown).enhance(chance.uniform(0.6, 1.2))
        if number == BLURRED:
            shown = shown.filter(ImageFilter.GaussianBlur(7))
        if number == DARK:
            shown = ImageEnhance.Brightness(shown).enhance(0.12)
        scene = Image.new("RGB", (1280, 720), WALL)
        scene.paste(shown, ((1280 - shown.width) // 2 + chance.randrange(-80, 80), (720 - shown.height) // 2))
        out = io.BytesIO()
        scene.save(out, "JPEG", quality=85)
        yield out.getvalue()


async def walked(client: FaceClient, name: str, files: list[Path], chance: random.Random) -> int:
    """Have somebody learned at a camera; how many pictures were kept."""
    portraits = []
    for file in files:
        faces = (await client.request("recognize", purpose="ask", picture=file.read_bytes()))["faces"]
        if len(faces) == 1:
            with Image.open(file) as opened:
                nose = faces[0]["landmarks"][2][0]
                portraits.append(Portrait(opened.convert("RGB"), faces[0]["box"]["w"], nose))
    if not portraits:
        return 0
    await client.configure_cameras([CameraChange(camera="door")])
    sitting = await client.request("sittings/start", camera="library/door")
    for picture in walk_of(portraits, chance):
        await client.observe("door", picture, datetime.now(UTC))
    taken = [one["picture_id"] for one in (await client.request("sittings/get", **_id(sitting)))["pictures"]]
    if not taken:
        await client.request("sittings/decline", **_id(sitting))
        return 0
    try:
        await client.request("sittings/accept", person=name, pictures=taken, allow=[], **_id(sitting))
    except RequestFailedError as error:
        say(measure="walk refused", person=name, code=error.code, message=error.message)
        await client.request("sittings/decline", **_id(sitting))
        return 0
    return len(taken)


def _id(sitting: dict[str, Any]) -> dict[str, str]:
    return {"sitting_id": sitting["sitting_id"]}


async def walk(binary: Path, gallery: Path, walks: Path, unseen: Path, seed: int) -> None:
    """Who was taught by a walk alone is confirmed as often as who was taught by portraits.

    Everybody plays both parts with both folders, so that neither has the better photos: those of one are walked with
    and compared with portraits of the other, then the other way round.
    """
    visits, ways = Visits.of(unseen), (people_of(gallery), people_of(walks))
    people = sorted(ways[0].keys() & ways[1].keys() & set().union(*visits.cast.values()))
    told: dict[str, Counter[str]] = {"walk": Counter(), "portraits": Counter()}
    for number, (portraits, walkers) in enumerate((ways, ways[::-1]), 1):
        chance = random.Random(seed)
        kept = {}
        with tempfile.TemporaryDirectory() as learned:
            async with home(binary, {}) as (house, client):
                for name in people:
                    kept[name] = await walked(client, name, walkers[name], chance)
                if (house.folder / "faces").exists():
                    shutil.copytree(house.folder / "faces", learned, dirs_exist_ok=True)
            say(measure="walk", way=number, seed=seed, people=len(people),
                not_taught=[name for name, n in kept.items() if not n],
                pictures=dict(sorted(Counter(kept.values()).items())))  # fmt: skip
            for how, photos in (
                ("walk", people_of(Path(learned))),
                ("portraits", {name: portraits[name][:PORTRAITS] for name in people}),
            ):
                one = await confirmed(binary, photos, visits, set(people), strangers=False)
                told[how] += one.pop("of_person")
                say(measure=f"taught by {how}", way=number, photos=sum(map(len, photos.values())), **one)
    pairs = [(told["walk"][name], told["portraits"][name]) for name in people]
    say(measure="walk against portraits", confirmed=[sum(told[how].values()) for how in told],
        more=sum(a > b for a, b in pairs), equal=sum(a == b for a, b in pairs),
        fewer=sum(a < b for a, b in pairs))  # fmt: skip


MEASUREMENTS = {"care": care, "proposals": proposals, "walk": walk}


async def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("what", choices=MEASUREMENTS)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--photos", type=int)
    given = parser.parse_args()
    more = given.photos if given.what == "proposals" else given.seed
    await MEASUREMENTS[given.what](given.binary.resolve(), *given.folders, more)


if __name__ == "__main__":
    asyncio.run(main())
