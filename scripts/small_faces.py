#!/usr/bin/env python3
"""How small a face may be in how large a picture: faces of known heights pasted into rooms, and how many are found.

    PYTHON scripts/small_faces.py LAB --rooms FOLDER --faces FOLDER [--nobody FOLDER] [--keep FOLDER]

PYTHON has `opencv-python-headless`; LAB is a built `face-lab`. The folders are searched for pictures, those below them
too: rooms without anybody, photos that show one person each, and more pictures without people (animals, plants).
Each room is enlarged to a camera's picture, and one face is pasted into it, its edge blended in, its box so many pixels
high. A face is found where the box overlaps the one that its photo has by half. Prints one JSON object for each size
and height: how many are found, and how many faces nobody pasted.

`--nobody` also counts the faces in pictures of nobody, as they are and in walls of them: as many side by side, each in
its own size, as fill a camera's picture, which shows a detector more that is no face than any room does.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
import json
from pathlib import Path
import random
import subprocess
import tempfile
from typing import Any

import cv2
import numpy as np

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "1440p": (2560, 1440), "4K": (3840, 2160)}
HEIGHTS = (20, 30, 40, 60, 90)
MARGIN = 0.35
"""How much of the photo around the face is pasted with it, in sizes of the face."""
FOUND_FROM = 0.5

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Box = tuple[float, float, float, float]


def pictures_of(folder: Path) -> list[Path]:
    """Every picture in the folder and below it."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def described(lab: Path, files: list[Path], scratch: Path, *, every_face: bool) -> list[list[Box]]:
    """The boxes of the faces in each file, the surest first."""
    listed, lines = scratch / "list.txt", scratch / "lines.jsonl"
    listed.write_text("".join(f"{path.resolve()}\n" for path in files))
    command = [lab, "describe", "--list", listed, "--root", "/", "--out", lines]
    subprocess.run([*command, "--every-face"] if every_face else command, check=True)
    boxes = []
    for line in lines.read_text().splitlines():
        faces = [face["box"] for face in json.loads(line)["faces"]]
        boxes.append([(face["x"], face["y"], face["w"], face["h"]) for face in faces])
    return boxes


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(w, 0.0) * max(h, 0.0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def room(path: Path, width: int, height: int) -> Picture:
    """The middle of a room, so large."""
    shown = cv2.imread(str(path))
    scale = max(width / shown.shape[1], height / shown.shape[0])
    across, down = round(shown.shape[1] * scale), round(shown.shape[0] * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shown = cv2.resize(shown, (max(across, width), max(down, height)), interpolation=way)
    y, x = (shown.shape[0] - height) // 2, (shown.shape[1] - width) // 2
    return shown[y : y + height, x : x + width].copy()


def pasted(shown: Picture, photo: Picture, face: Box, height: int, chance: random.Random) -> Box:
    """Paste a photo's face somewhere, so high, and say where its box is."""
    margin = MARGIN * max(face[2], face[3])
    left, top = max(0, int(face[0] - margin)), max(0, int(face[1] - margin))
    part = photo[top : int(face[1] + face[3] + margin), left : int(face[0] + face[2] + margin)]
    scale = height / face[3]
    across, down = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    part = cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    x = chance.randint(0, shown.shape[1] - across)
    y = chance.randint(0, shown.shape[0] - down)
    # An oval whose edge fades out.
    rows, columns = np.mgrid[-1 : 1 : down * 1j, -1 : 1 : across * 1j]
    share = np.clip((1.0 - np.hypot(rows, columns)) * 4.0, 0.0, 1.0)[..., None]
    place = shown[y : y + down, x : x + across]
    place[:] = np.rint(share * part + (1.0 - share) * place).astype(np.uint8)
    return x + (face[0] - left) * scale, y + (face[1] - top) * scale, face[2] * scale, face[3] * scale


def walls(files: list[Path], width: int, height: int) -> Iterator[Picture]:
    """Pictures side by side, in rows, as many as fill so large a picture."""
    wall = np.zeros((height, width, 3), np.uint8)
    x = y = deepest = 0
    for path in files:
        part = cv2.imread(str(path))
        if part is None or part.shape[0] > height or part.shape[1] > width:
            continue
        down, across = part.shape[:2]
        if x + across > width:
            x, y, deepest = 0, y + deepest, 0
        if y + down > height:
            yield wall
            wall = np.zeros((height, width, 3), np.uint8)
            x = y = deepest = 0
        wall[y : y + down, x : x + across] = part
        x, deepest = x + across, max(deepest, down)
    yield wall


def save(picture: Picture, path: Path) -> Path:
    """As a camera would."""
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return path


def main() -> None:
    """Make the pictures, describe them, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab", type=Path)
    parser.add_argument("--rooms", type=Path, required=True)
    parser.add_argument("--faces", type=Path, required=True)
    parser.add_argument("--nobody", type=Path)
    parser.add_argument("--number", type=int, default=24, help="faces of each height in each size")
    parser.add_argument("--every-face", action="store_true", help="also those that the server takes for nobody's")
    parser.add_argument("--keep", type=Path, help="leave the pictures there, and where their faces are")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        kept = given.keep or scratch
        kept.mkdir(parents=True, exist_ok=True)
        photos = pictures_of(given.faces)
        photos = photos[:: max(1, len(photos) // (2 * given.number))]
        faces = [
            (photo, found[0])
            for photo, found in zip(photos, described(given.lab, photos, scratch, every_face=False), strict=True)
            if len(found) == 1
        ][: given.number]
        rooms = pictures_of(given.rooms)
        pasted_at: dict[str, Box] = {}
        for size, (width, height) in SIZES.items():
            for pixels in HEIGHTS:
                files, places = [], []
                for n, (photo, face) in enumerate(faces):
                    chance = random.Random(f"{size} {pixels} {n}")
                    shown = room(chance.choice(rooms), width, height)
                    places.append(pasted(shown, cv2.imread(str(photo)), face, pixels, chance))
                    files.append(save(shown, kept / f"{size}_{pixels}_{n}.jpg"))
                pasted_at |= {file.name: place for file, place in zip(files, places, strict=True)}
                seen = described(given.lab, files, scratch, every_face=given.every_face)
                found = others = 0
                for place, boxes in zip(places, seen, strict=True):
                    right = any(overlap(place, box) >= FOUND_FROM for box in boxes)
                    found += right
                    others += len(boxes) - right
                row = {"size": size, "height": pixels, "of": len(faces), "found": found, "others": others}
                print(json.dumps(row), flush=True)
        (kept / "places.json").write_text(json.dumps(pasted_at))
        if given.nobody:
            nobody = pictures_of(given.nobody)
            counted = {"as they are": nobody}
            for size, (width, height) in SIZES.items():
                made = enumerate(walls(nobody, width, height))
                counted[f"walls in {size}"] = [save(wall, kept / f"{size}_wall_{n}.jpg") for n, wall in made]
            for kind, files in counted.items():
                boxes = described(given.lab, files, scratch, every_face=given.every_face)
                row = {"nobody": kind, "pictures": len(files), "faces": sum(map(len, boxes))}
                print(json.dumps(row | {"with a face": sum(map(bool, boxes))}), flush=True)


main()
