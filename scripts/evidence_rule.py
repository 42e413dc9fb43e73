"""Described faces and labels → scores of every track against every person, by the server's own rule of evidence.

Used by `calibrate.py`, which fits the rule's numbers: the rule itself is the server's, asked by `face-lab weigh` with
the numbers that are tried. Knows nothing of thresholds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
import csv
from dataclasses import dataclass, replace
from functools import cache
import json
from pathlib import Path
import subprocess
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
FEATURES = ("constant", "log_size", "score", "sharpness", "pose", "light")
"""What reliability is a weighted sum of, as `face-lab weigh` gives it."""


class Pool:
    """Every face there is, numbered, and `face-lab` to weigh them with."""

    def __init__(self, lab: Path, folder: Path) -> None:
        """`lab` is a built `face-lab`; what it is given to read is written into `folder`."""
        self._lab = lab
        self._folder = folder
        self._faces: list[dict[str, Any]] = []

    def add(self, faces: list[dict[str, Any]]) -> Rows:
        """Faces as `face-lab describe` prints them → their numbers."""
        first = len(self._faces)
        self._faces += faces
        return np.arange(first, len(self._faces))

    def embeddings(self, rows: Rows) -> Floats:
        """Raw unit embeddings `[count, length]`."""
        return unit(np.array([self._faces[row]["embedding"] for row in rows], np.float64))

    def weigh(self, rule: Rule, tracks: list[list[int]] | None = None) -> list[list[dict[str, Any]]]:
        """What the rule says after each picture of each track; without tracks, of each face by itself."""
        faces, numbers, calibration = (self._folder / name for name in ("faces", "tracks", "calibration"))
        if not faces.exists():
            faces.write_text("".join(json.dumps(face) + "\n" for face in self._faces))
        calibration.write_text(rule.toml())
        command = [self._lab, "weigh", "--calibration", calibration, "--faces", faces]
        if tracks is not None:
            numbers.write_text("".join(json.dumps(track) + "\n" for track in tracks))
            command += ["--tracks", numbers]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return [json.loads(line) for line in printed.splitlines()]


@cache
def singles(pool: Pool, rule: Rule) -> dict[str, Floats]:
    """`features`, `reliability`, `sum` and `strength` of every face of the pool by itself."""
    weighed = pool.weigh(rule)
    wanted = ("features", "reliability", "sum", "strength")
    return {what: np.array([face[what] for (face,) in weighed], np.float64) for what in wanted}


@dataclass(frozen=True, eq=False)
class Faces:
    """Some faces of the pool, and whose they are."""

    pool: Pool
    rows: Rows
    person: Rows

    def take(self, which: NDArray[Any]) -> Faces:
        """Some of them."""
        return Faces(self.pool, self.rows[which], self.person[which])

    @staticmethod
    def together(parts: list[Faces]) -> Faces:
        """All of several."""
        columns = zip(*((part.rows, part.person) for part in parts), strict=True)
        return Faces(parts[0].pool, *map(np.concatenate, columns))

    @property
    def embedding(self) -> Floats:
        """Raw unit embeddings `[count, length]`."""
        return self.pool.embeddings(self.rows)

    @property
    def features(self) -> Floats:
        """What reliability is made of `[count, 6]`, as `FEATURES`: the same for every rule."""
        return self.alone(unfitted(self.pool), "features")

    def alone(self, rule: Rule, what: str) -> Floats:
        """What the rule says of each face by itself: `features`, `reliability`, `sum` or `strength`."""
        return singles(self.pool, rule)[what][self.rows]


@dataclass(frozen=True, eq=False)
class Tracks:
    """A visit of one person each: its faces' numbers among `seen`, in time; and whose it is."""

    face: NDArray[np.int64]
    """`[tracks, pictures]`, -1 where there is none."""
    person: NDArray[np.int64]
    known: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rule:
    """The fitted numbers; an ablation sets some so that a step does nothing."""

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
        return faces.alone(self, "reliability")

    def centred(self, faces: Faces) -> Floats:
        """Unit embeddings less the mean of faces as reliable as they are."""
        return unit(faces.alone(self, "sum"))

    def step_left_out(self, **changes: Any) -> Rule:
        """The same rule otherwise."""
        return replace(self, **changes)

    def toml(self) -> str:
        """As a `calibration.toml`; thresholds play no part here."""
        reliability = dict(zip(FEATURES, map(float, self.reliability), strict=True))
        tables: dict[str, dict[str, Any]] = {
            "reliability": {**reliability, "least": self.least, "most": self.most},
            "evidence": {
                "power": self.power,
                "damping": self.damping,
                "novel_below": self.novel_below,
                "same_above": self.same_above,
            },
            "threshold": {"at_one_percent": 0.0, "per_fold": 1.0},
            "odds": {"at_threshold": 0.0, "per_fold": 1.0},
            "one_picture": {"at_threshold": 0.0, "per_fold": 1.0, "reliability": 0.0},
            "stranger": {"same_from": 0.0, "per_fold": 1.0},
            "mean": {"constant": self.mean[0].tolist(), "slope": self.mean[1].tolist()},
        }
        lines = ['recogniser_sha256 = ""']
        for name, table in tables.items():
            lines += [f"[{name}]", *(f"{key} = {value}" for key, value in table.items())]
        return "\n".join(lines) + "\n"


@cache
def unfitted(pool: Pool) -> Rule:
    """A rule of zeros."""
    length = pool.embeddings(np.arange(1)).shape[1]
    return Rule(np.zeros(len(FEATURES)), np.zeros((2, length)))


def unit(vectors: Floats) -> Floats:
    """Each row to length 1; a row of zeros stays."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Lines of `face-lab describe` by file."""
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


def photos(
    pool: Pool, described: dict[str, dict[str, Any]], lists: Iterable[Path], number: dict[str, int]
) -> tuple[Faces, int]:
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
    return Faces(pool, pool.add(faces), np.array(people)), without


def visits(
    pool: Pool, folder: Path, described: dict[str, dict[str, Any]], number: dict[str, int]
) -> tuple[Faces, Tracks]:
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
    return (
        Faces(pool, pool.add(faces), np.array(people)),
        Tracks(padded, np.array([p for _, p in tracks]), np.array(list(known.values()))),
    )


def single_pictures(faces: Faces, *, known: bool) -> Tracks:
    """Every face a track of its own."""
    count = len(faces.person)
    return Tracks(np.arange(count)[:, None], faces.person, np.full(count, known))


def centroids(rule: Rule, enrolled: Faces, people: int) -> Floats:
    """`[people, length]`: the mean direction of each person's centred photos; people are numbered from 0."""
    sums = np.zeros((people, enrolled.embedding.shape[1]))
    np.add.at(sums, enrolled.person, rule.centred(enrolled))
    return unit(sums)


@cache
def sums(rule: Rule, faces: Faces, tracks: Tracks) -> tuple[Floats, Floats, Floats]:
    """What each track has gathered after each picture: `[tracks, pictures, length]`, its weight, and its strength."""
    numbers = [[int(faces.rows[n]) for n in track if n >= 0] for track in tracks.face]
    weighed = faces.pool.weigh(rule, numbers)
    length = rule.mean.shape[1]
    total = np.zeros((*tracks.face.shape, length))
    weight, strength = np.zeros(tracks.face.shape), np.zeros(tracks.face.shape)
    for row, pictures in enumerate(weighed):
        seen = -1
        for column, face in enumerate(tracks.face[row]):
            seen += face >= 0
            if seen >= 0:
                said = pictures[seen]
                total[row, column], weight[row, column] = said["sum"], said["weight"]
                strength[row, column] = said["strength"]
    return total, weight, strength


def scores(rule: Rule, faces: Faces, tracks: Tracks, centroid: Floats) -> Floats:
    """`[tracks, pictures, people]`: each track's score for each person after each picture; -1 before its first face."""
    total, weight, strength = sums(rule, faces, tracks)
    value = unit(total) @ centroid.T * strength[..., None]
    return np.where(weight[..., None] > 0.0, value, -1.0)


def highest(values: Floats) -> Floats:
    """`[tracks, people]`: the highest score each track ever reaches for each person."""
    return values.max(1)
