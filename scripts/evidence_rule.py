"""The rule of evidence in numpy: described faces and labels → scores of every track against every person.

Used by `calibrate.py`, which fits the rule's numbers. The server's own rule is in Rust; this one is for fitting, where
the same tracks are scored many times with other numbers. Knows nothing of thresholds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
import csv
from dataclasses import dataclass, replace
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEATURES = ("constant", "log_size", "score", "sharpness", "pose", "light")
LARGE_PX = 80.0
"""A face larger than this is no better for it."""


@dataclass(frozen=True)
class Faces:
    """Raw unit embeddings `[count, length]`, what reliability is made of `[count, 6]`, and whose the faces are."""

    embedding: Floats
    features: Floats
    person: NDArray[np.int64]

    def take(self, rows: NDArray[Any]) -> Faces:
        """Some of them."""
        return Faces(self.embedding[rows], self.features[rows], self.person[rows])

    @staticmethod
    def together(parts: Iterable[Faces]) -> Faces:
        """All of several."""
        columns = zip(*((part.embedding, part.features, part.person) for part in parts), strict=True)
        return Faces(*map(np.concatenate, columns))

    @staticmethod
    def of(described: list[dict[str, Any]], person: list[int]) -> Faces:
        """From faces as `face-server describe` prints them."""
        embedding = np.array([face["embedding"] for face in described], np.float64)
        rows = []
        for face in described:
            quality = face["quality"]
            size = np.log(min(quality["size_px"], LARGE_PX) / LARGE_PX)
            rows.append([1.0, size, face["score"], quality["sharpness"], quality["pose"], quality["light"]])
        return Faces(unit(embedding), np.array(rows), np.array(person))


@dataclass(frozen=True)
class Tracks:
    """A visit of one person each: rows of its faces in time `[tracks, pictures]`, -1 where there is none."""

    face: NDArray[np.int64]
    person: NDArray[np.int64]
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """The fitted numbers, and which steps are taken (an ablation leaves some out)."""

    reliability: Floats
    mean: Floats
    """`[2, length]`: constant and slope of the mean embedding over reliability; zeros for none."""
    power: float = 4.0
    damping: float = 0.005
    novel_below: float = 0.95
    same_above: float = 0.995
    least: float = 0.05
    most: float = 0.9

    def reliabilities(self, faces: Faces) -> Floats:
        """0..1 each: about the cosine that a face of this quality has with its own person."""
        return np.clip(faces.features @ self.reliability, self.least, self.most)

    def centred(self, faces: Faces) -> Floats:
        """Unit embeddings less the mean of faces as reliable as they are."""
        r = self.reliabilities(faces)
        return unit(faces.embedding - self.mean[0] - r[:, None] * self.mean[1])

    def step_left_out(self, **changes: Any) -> Rule:
        """The same rule otherwise."""
        return replace(self, **changes)


def unit(vectors: Floats) -> Floats:
    """Each row to length 1; a row of zeros stays."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Lines of `face-server describe` by file."""
    with path.open() as lines:
        return {line["file"]: line for line in map(json.loads, lines)}


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file with a header."""
    with path.open(newline="") as text:
        yield from csv.DictReader(text)


def nearest_centre(line: dict[str, Any]) -> dict[str, Any] | None:
    """The face of a photo nearest its centre, or none."""

    def off(face: dict[str, Any]) -> float:
        box = face["box"]
        return float(
            np.hypot(box["x"] + box["w"] / 2 - line["width"] / 2, box["y"] + box["h"] / 2 - line["height"] / 2)
        )

    return min(line.get("faces") or [], key=off, default=None)


def photos(described: dict[str, dict[str, Any]], lists: Iterable[Path], number: dict[str, int]) -> tuple[Faces, int]:
    """The faces of the photos that CSV files (columns file, person) name, and how many had no face.

    `number` gives every person's number and is added to.
    """
    faces, people, without = [], [], 0
    for path in lists:
        for row in rows_of(path):
            face = nearest_centre(described.get(row["file"], {}))
            without += face is None
            if face is not None:
                faces.append(face)
                people.append(number.setdefault(row["person"], len(number)))
    return Faces.of(faces, people), without


def visits(folder: Path, described: dict[str, dict[str, Any]], number: dict[str, int]) -> tuple[Faces, Tracks]:
    """Faces and tracks by the labels of `people.csv` (visit, person, known, frame, cx, cy, side).

    A label's face is the one whose box has its centre within, the nearest if several have. A person of a visit of whom
    nothing was found is a track without faces.
    """
    files = {(row["visit"], row["frame"]): row["file"] for row in rows_of(folder / "frames.csv")}
    faces: list[dict[str, Any]] = []
    people: list[int] = []
    tracks: dict[tuple[int, int], list[int]] = defaultdict(list)
    known = {}
    for row in rows_of(folder / "people.csv"):
        person = number.setdefault(row["person"], len(number))
        key = (int(row["visit"]), person)
        known[key] = row["known"] == "1"
        tracks[key].append(-1)
        x, y, slack = int(row["cx"]), int(row["cy"]), 0.2 * int(row["side"])
        best = None
        for face in described[files[row["visit"], row["frame"]]].get("faces") or []:
            box = face["box"]
            dx, dy = abs(x - box["x"] - box["w"] / 2), abs(y - box["y"] - box["h"] / 2)
            if dx <= box["w"] / 2 + slack and dy <= box["h"] / 2 + slack and (best is None or dx + dy < best[0]):
                best = (dx + dy, face)
        if best:
            tracks[key][-1] = len(faces)
            faces.append(best[1])
            people.append(person)
    longest = max(len(rows) for rows in tracks.values())
    padded = np.array([rows + [-1] * (longest - len(rows)) for rows in tracks.values()])
    return Faces.of(faces, people), Tracks(padded, np.array([p for _, p in tracks]), np.array(list(known.values())))


def single_pictures(faces: Faces, *, known: bool) -> Tracks:
    """Every face a track of its own."""
    count = len(faces.person)
    return Tracks(np.arange(count)[:, None], faces.person, np.full(count, known))


def centroids(rule: Rule, enrolled: Faces, people: int) -> Floats:
    """`[people, length]`: the mean direction of each person's centred photos; people are numbered from 0."""
    sums = np.zeros((people, enrolled.embedding.shape[1]))
    np.add.at(sums, enrolled.person, rule.centred(enrolled))
    return unit(sums)


def sums(rule: Rule, faces: Faces, tracks: Tracks) -> tuple[Floats, Floats]:
    """What each track has gathered after each picture: `[tracks, pictures, length]`, and its weight."""
    there = tracks.face >= 0
    raw = faces.embedding[tracks.face] * there[..., None]
    centred = rule.centred(faces)[tracks.face]
    alike = np.einsum("tid,tjd->tij", raw, raw)
    earlier = np.tril(np.ones(alike.shape[1:], bool), -1)[None] & there[:, None, :]
    nearest = np.where(earlier, alike, -1.0).max(2)
    novelty = np.clip((rule.same_above - nearest) / (rule.same_above - rule.novel_below), 0.0, 1.0)
    weight = rule.reliabilities(faces)[tracks.face] ** rule.power * novelty * there
    return np.cumsum(weight[..., None] * centred, 1), np.cumsum(weight, 1)


def damped(weight: Floats, damping: float) -> Floats:
    """How much of a similarity counts with so much weight behind it, 0..1."""
    return np.sqrt(weight / np.maximum(weight + damping, 1e-12))


def scores(rule: Rule, faces: Faces, tracks: Tracks, centroid: Floats) -> Floats:
    """`[tracks, pictures, people]`: each track's score for each person after each picture; -1 before its first face."""
    total, weight = sums(rule, faces, tracks)
    value = unit(total) @ centroid.T * damped(weight, rule.damping)[..., None]
    return np.where(weight[..., None] > 0.0, value, -1.0)


def highest(values: Floats) -> Floats:
    """`[tracks, people]`: the highest score each track ever reaches for each person."""
    return values.max(1)
