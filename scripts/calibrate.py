#!/usr/bin/env python3
"""Fits the numbers of the rule of evidence for a model pack and writes its `calibration.toml` (needs numpy).

    calibrate.py [--lab BINARY] --visits DIR --faces VISITS.jsonl --photos PHOTOS.jsonl \
        --enrol CSV --others CSV --pack DIR --out TOML

`--lab` is a built `face-lab`: the rule of evidence is the server's own, asked there with the numbers that are tried.
`--visits` has `frames.csv` (visit, frame, file) and `people.csv` (visit, person, known, frame, cx, cy, side): short
recordings of known people and of strangers, with the place of each one's face in each picture. `--faces` and
`--photos` are what `face-lab describe` printed of those pictures and of photos of the same people. `--enrol` (file,
person) names the photos that are enrolled, `--others` (file, person) further photos of known people and of strangers.

Every number is fitted on all people for the file, and five times on four fifths of the people to print how it does on
the others: what a person's own pictures taught is never used to judge them. Vectors in the file are means over hundreds
of people and lines through them.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
import json
from math import comb, log
from pathlib import Path
from tempfile import TemporaryDirectory
import tomllib
from typing import Any

import ablation
from evidence_rule import (
    FEATURES,
    Faces,
    Floats,
    Pool,
    Rule,
    Tracks,
    centroids,
    highest,
    photos,
    read,
    rows_of,
    scores,
    single_pictures,
    sums,
    unit,
    visits,
)
import numpy as np
import persons

LAB = Path(__file__).resolve().parent.parent / "target" / "release" / "face-lab"
FOLDS = 5
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
PEOPLE = (1, 2, 3, 6, 12, 50, 171)
GRID = np.arange(0.0, 0.8, 0.001)
"""Thresholds that rates are computed at."""
AROUND = (-4.0, 6.0)
"""Folds from the threshold for 1 % between which the odds are fitted: beyond them nothing is in doubt."""
KEPT = (10, 30, 100, 300)
"""Strangers remembered, in the simulation of who is the same stranger."""


@dataclass(frozen=True)
class Data:
    """Everything read. People are numbered from 0, the enrolled first."""

    enrolled: Faces
    others: Faces
    seen: Faces
    tracks: Tracks
    known_people: int
    people: int
    fold: Floats
    """Of each person."""


def mean_line(faces: Faces, reliability: Floats) -> Floats:
    """`[2, length]`: the mean embedding as a straight line in reliability; every person counts alike."""
    share = 1.0 / np.sqrt(np.bincount(faces.person)[faces.person])
    design = np.stack([np.ones_like(reliability), reliability], 1) * share[:, None]
    return np.linalg.lstsq(design, faces.embedding * share[:, None], rcond=None)[0]


def fit_rule(data: Data, train: Any) -> Rule:
    """Reliability and mean from the people that `train` (`[people]`, true or false) allows.

    They need each other: the cosine that reliability predicts is of centred faces. Three rounds settle it.
    """
    everybody = [faces.take(train[faces.person]) for faces in (data.enrolled, data.others, data.seen)]
    pooled = Faces.together(everybody)
    enrolled, _, seen = everybody
    known = seen.take(seen.person < data.known_people)
    rule = Rule(np.zeros(len(FEATURES)), np.zeros((2, pooled.embedding.shape[1])))
    rule = rule.step_left_out(mean=mean_line(pooled, np.zeros(len(pooled.person))))
    for _ in range(3):
        own = centroids(rule, enrolled, data.people)[known.person]
        target = (rule.centred(known) * own).sum(1)
        fitted = np.linalg.lstsq(known.features, target, rcond=None)[0]
        rule = rule.step_left_out(reliability=fitted)
        rule = rule.step_left_out(mean=mean_line(pooled, rule.reliabilities(pooled)))
    return rule


def in_home(above: Any, of: int, home: int) -> Floats:
    """Chance that a random home of `home` of `of` people has at least one of the `above` (any shape) people in it."""
    table = np.array([1.0 - comb(of - k, home) / comb(of, home) for k in range(of + 1)])
    return table[above]


def stranger_rates(top: Floats, home: int) -> Floats:
    """`[strangers, thresholds]`: the chance that a stranger's track ever reaches each of GRID in a random home."""
    count = top.shape[1]
    above = np.stack([count - np.searchsorted(np.sort(row), GRID, side="left") for row in top])
    return in_home(above, count, min(home, count))


def threshold_at(rates: Floats, share: float) -> float:
    """The lowest of GRID that at most this share (of a mean over strangers) reaches."""
    fine = rates <= share
    return float(GRID[int(np.argmax(fine))] if fine.any() else GRID[-1])


def fit_threshold(top: Floats) -> tuple[float, float]:
    """`at_one_percent` and `per_fold` by least squares over homes and shares.

    A threshold that fewer than two strangers would have to decide is left out.
    """
    points = []
    for people in PEOPLE:
        home = min(people, top.shape[1])
        rates = stranger_rates(top, home)
        # In small homes every stranger is tried on many: more trials than strangers, if not independent.
        trials = len(top) * top.shape[1] / home
        points += [
            (log(home) + log(0.01 / share), threshold_at(rates.mean(0), share))
            for share in SHARES
            if share * trials >= 2
        ]
    folds, thresholds = np.array(points).T
    fitted = np.linalg.lstsq(np.stack([np.ones_like(folds), folds], 1), thresholds, rcond=None)[0]
    return float(fitted[0]), float(fitted[1])


def threshold(fitted: tuple[float, float], people: int, share: float) -> float:
    """The score that this share of strangers ever reaches against so many people."""
    return fitted[0] + fitted[1] * (log(people) + log(0.01 / share))


def right_in_home(top: Floats, own: Any, at: float, home: int) -> Floats:
    """Chance that a known person's track is highest for them, above `at`, in a random home with them in it."""
    mine = top[np.arange(len(top)), own]
    better = (top > mine[:, None]).sum(1)
    others = top.shape[1] - 1
    nobody_better = 1.0 - in_home(better, others, home - 1) if home > 1 else np.ones(len(top))
    return np.where(mine > at, nobody_better, 0.0)


def resampled(people: Any, chance: np.random.Generator) -> Floats:
    """A weight for each row, from drawing its people again with replacement."""
    who, row = np.unique(people, return_inverse=True)
    return np.bincount(chance.integers(0, len(who), len(who)), minlength=len(who))[row].astype(float)


def interval(values: list[float]) -> list[float]:
    """95 %, in percent."""
    return [round(100 * float(q), 2) for q in np.quantile(values, (0.025, 0.975))]


def accuracy(top: Floats, tracks: Tracks, home: int, share: float) -> dict[str, Any]:
    """Known people's tracks right where this share of strangers' tracks is named, with a 95 % interval."""
    rates = stranger_rates(top[~tracks.known], home)
    known, own = top[tracks.known], tracks.person[tracks.known]

    def right(stranger_weight: Floats, known_weight: Floats) -> float:
        at = threshold_at(stranger_weight @ rates / stranger_weight.sum(), share)
        return float(known_weight @ right_in_home(known, own, at, home) / known_weight.sum())

    chance = np.random.default_rng(0)
    strangers = tracks.person[~tracks.known]
    again = [right(resampled(strangers, chance), resampled(own, chance)) for _ in range(300)]
    return {"right_pct": round(100 * right(np.ones(len(strangers)), np.ones(len(own))), 2), "ci95": interval(again)}


def fit_odds(values: Floats, tracks: Tracks, fitted: tuple[float, float]) -> tuple[float, float]:
    """Log odds of "the best person, not a stranger" over folds above the threshold for 1 %: value there, slope.

    Over every state a track goes through from `AROUND[0]` to `AROUND[1]` folds, where decisions are made; each track
    counts once, known people and strangers alike often; in random homes of 2, 6, 20 and with everybody.
    """
    chance = np.random.default_rng(0)
    folds, right, weight = [], [], []
    everybody = values.shape[2]
    for home in (2, 6, 20, everybody):
        for row in range(len(values)):
            states = values[row][values[row].max(1) > -1.0]
            if not len(states):
                continue
            inside = chance.permutation(everybody)[:home]
            if tracks.known[row] and tracks.person[row] not in inside:
                inside[0] = tracks.person[row]
            best = inside[states[:, inside].argmax(1)]
            folds += list((states[np.arange(len(states)), best] - threshold(fitted, home, 0.01)) / fitted[1])
            right += list(best == tracks.person[row])
            share = tracks.known.mean() if tracks.known[row] else 1.0 - tracks.known.mean()
            weight += [1.0 / len(states) / share] * len(states)
    near = np.abs(np.array(folds) - np.mean(AROUND)) <= np.ptp(AROUND) / 2
    design = np.stack([np.ones(len(folds)), folds], 1)[near]
    outcome, weights = np.array(right, float)[near], np.array(weight)[near]
    line = logistic(design, outcome, weights)
    return float(line[0]), float(line[1])


def fit_one_picture(
    rule: Rule, data: Data, centroid: Floats, fitted: tuple[float, float]
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """Log odds of "the best person, not a stranger" of one picture alone, by folds and reliability; and how true it is.

    Over photos and single pictures of visits, in random homes; known people and strangers count alike.
    """
    chance = np.random.default_rng(0)
    faces = Faces.together([data.others, data.seen])
    reliability = rule.reliabilities(faces)
    alike = rule.centred(faces) @ centroid.T * faces.alone(rule, "strength")[:, None]
    known = faces.person < data.known_people
    folds, right, of = [], [], []
    for home in (1, 2, 3, 6, 12, 40, data.known_people):
        for row in np.flatnonzero(chance.random(len(known)) < 0.5):
            inside = chance.permutation(data.known_people)[:home]
            if known[row] and faces.person[row] not in inside:
                inside[0] = faces.person[row]
            best = inside[alike[row, inside].argmax()]
            folds.append((alike[row, best] - threshold(fitted, home, 0.01)) / fitted[1])
            right.append(best == faces.person[row])
            of.append(row)
    rows = np.array(of)
    share = np.where(known[rows], 0.5 / known[rows].mean(), 0.5 / (1.0 - known[rows].mean()))
    design = np.stack([np.ones(len(rows)), folds, reliability[rows]], 1)
    near, outcome = np.abs(design[:, 1]) <= 12.0, np.array(right, float)
    line = logistic(design[near], outcome[near], share[near])
    said = 1.0 / (1.0 + np.exp(-design @ line))
    table = []
    for low, high in pairwise((0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 0.99, 1.01)):
        told = (said >= low) & (said < high)
        if told.any():
            means = [float(np.average(column[told], weights=share[told])) for column in (said, outcome)]
            table.append({"from": low, "told": round(means[0], 3), "true": round(means[1], 3)})
    return dict(zip(("at_threshold", "per_fold", "reliability"), map(float, line), strict=True)), table


def logistic(design: Floats, outcome: Floats, weights: Floats) -> Floats:
    """The line of a weighted logistic regression."""
    line = np.zeros(design.shape[1])
    for _ in range(40):
        odds = 1.0 / (1.0 + np.exp(-design @ line))
        slope = design.T @ (weights * (outcome - odds))
        line = line + np.linalg.solve((design * (weights * odds * (1 - odds))[:, None]).T @ design, slope)
    return line


def animal_faces(described: list[Path], left_out: Path | None) -> Faces:
    """Faces of pictures of animals, but for those that `left_out` (file, face) names: people in them."""
    people = {(row["file"], int(row["face"])) for row in rows_of(left_out)} if left_out else set()
    faces, pictures = [], []
    numbers: dict[str, int] = {}
    for path in described:
        for file, line in read(path).items():
            kept = [face for n, face in enumerate(line.get("faces") or []) if (file, n) not in people]
            faces += kept
            pictures += [numbers.setdefault(file, len(numbers))] * len(kept)
    return Faces.of(faces, pictures)


def strangers_met(
    rule: Rule, faces: Faces, tracks: Tracks, kept: int, limits: tuple[float, float], seed: int
) -> tuple[int, int, int, int]:
    """Tracks of `kept` strangers come in random order; each joins the kept one it is most like, or begins another.

    Returns how many identities there were, how many mix two people, and of the people with four tracks or more how many
    later tracks joined an identity that began with them, and how many later tracks there were.
    """
    chance = np.random.default_rng(seed)
    who, count = np.unique(tracks.person, return_counts=True)
    many, few = who[count >= 4], who[count < 4]
    drawn = np.concatenate([chance.permutation(many)[: kept // 2], chance.permutation(few)])[:kept]
    total, weight, strength = sums(rule, faces, tracks)
    order = chance.permutation(np.flatnonzero(np.isin(tracks.person, drawn) & (weight[:, -1] > 0)))
    gathered, behind = np.zeros((len(order), total.shape[2])), np.zeros(len(order))
    owners: list[list[int]] = []
    met: dict[int, int] = {}
    again = later = 0
    for row in order:
        person, number = int(tracks.person[row]), len(owners)
        joined = -1
        if number:
            kept = np.sqrt(behind[:number] / (behind[:number] + rule.damping))
            alike = unit(gathered[:number]) @ unit(total[row, -1]) * kept * strength[row, -1]
            nearest = int(alike.argmax())
            if alike[nearest] >= limits[0] + limits[1] * log(number):
                joined = nearest
        if joined < 0:
            joined = number
            owners.append([])
        if person in many and person in met:
            later += 1
            again += bool(owners[joined]) and owners[joined][0] == person
        met[person] = 1
        owners[joined].append(person)
        gathered[joined] += total[row, -1]
        behind[joined] += weight[row, -1]
    mixed = sum(len(set(people)) > 1 for people in owners)
    return len(owners), mixed, again, later


def strangers_result(
    rule: Rule, faces: Faces, tracks: Tracks, kept: int, limits: tuple[float, float]
) -> tuple[float, float]:
    """Shares over twenty orders: identities that mix people, later tracks that were met again as the same stranger."""
    runs = np.array([strangers_met(rule, faces, tracks, kept, limits, seed) for seed in range(20)]).sum(0)
    return float(runs[1] / runs[0]), float(runs[2] / max(runs[3], 1))


def fit_stranger(rule: Rule, kinds: dict[str, tuple[Faces, Tracks]], per_fold: float) -> float:
    """The lowest `same_from` at which at most 1 % of identities mix two people, of each kind, for any number kept."""
    low, high = 0.1, 0.7
    while high - low > 0.002:
        middle = (low + high) / 2
        mixed = (strangers_result(rule, *kind, kept, (middle, per_fold))[0] for kind in kinds.values() for kept in KEPT)
        low, high = (low, middle) if all(share <= 0.01 for share in mixed) else (middle, high)
    return high


def stranger_tracks(data: Data) -> dict[str, tuple[Faces, Tracks]]:
    """Strangers' photos, a track each, and strangers' visits.

    Visits are more alike than photos: they share a camera, a light and a blur, which centring takes out only in part.
    """
    of_photos = data.others.take(data.others.person >= data.known_people)
    tracks = data.tracks
    of_visits = Tracks(tracks.face[~tracks.known], tracks.person[~tracks.known], tracks.known[~tracks.known])
    return {"photos": (of_photos, single_pictures(of_photos, known=False)), "visits": (data.seen, of_visits)}


def pair_slope(rule: Rule, faces: Faces, tracks: Tracks) -> float:
    """How much the similarity that a share of pairs of different strangers reaches rises as the share falls by e."""
    total, _, strength = sums(rule, faces, tracks)
    direction = unit(total[:, -1]) * strength[:, -1:]
    alike = (direction @ direction.T)[tracks.person[:, None] < tracks.person[None]]
    at = np.geomspace(1e-4, 1e-2, 9)
    return float(np.polyfit(-np.log(at), np.quantile(alike, 1 - at), 1)[0])


def own_spread(rule: Rule, data: Data, centroid: Floats) -> dict[str, float]:
    """How alike known people's further photos are to their enrolled ones: over people, and within one."""
    known = data.others.take(data.others.person < data.known_people)
    alike = (rule.centred(known) * centroid[known.person]).sum(1)
    of_each = [alike[known.person == person] for person in np.unique(known.person)]
    means = [own.mean() for own in of_each]
    within = np.sqrt(np.mean([own.var(ddof=1) for own in of_each if len(own) >= 3]))
    figures = {
        "mean": np.mean(means), "sd_between_people": np.std(means, ddof=1), "sd_within_a_person": within,
        "lowest_twentieth_of_people": np.quantile(means, 0.05),
    }  # fmt: skip
    return {name: round(float(value), 4) for name, value in figures.items()}


def stated_rates(tests: list[tuple[Floats, Any, tuple[float, float]]], home: int, share: float) -> dict[str, Any]:
    """The measured share of strangers named where `share` is stated, on people no number was fitted on.

    `tests` are, of each fold, its strangers' `highest`, who they are, and the threshold fitted without them. The
    interval resamples strangers, and known people too where a home is not everybody.
    """
    chance = np.random.default_rng(0)

    def measured(*, again: bool) -> float:
        rates, weights = [], []
        for top, who, fitted in tests:
            count = top.shape[1]
            columns = chance.integers(0, count, count) if again and home < count else np.arange(count)
            above = (top[:, columns] >= threshold(fitted, min(home, count), share)).sum(1)
            rates.append(in_home(above, count, min(home, count)))
            weights.append(resampled(who, chance) if again else np.ones(len(who)))
        return float(np.concatenate(rates) @ np.concatenate(weights) / np.concatenate(weights).sum())

    again = [measured(again=True) for _ in range(400)]
    low, high = np.quantile(again, (0.025, 0.975))
    return {
        "stated_per_thousand": 1000 * share,
        "measured": round(1000 * measured(again=False), 2),
        "ci95": [round(1000 * float(low), 2), round(1000 * float(high), 2)],
    }


def cross_validate(data: Data) -> None:
    """Print how the numbers do on people they were not fitted on."""
    tracks, tops, tests_homes, tests_all = data.tracks, {}, [], []
    for fold in range(FOLDS):
        train = data.fold != fold
        rule = fit_rule(data, train)
        unseen = ~train[tracks.person]
        steps = dict(ablation.steps(rule, data.enrolled, data.seen, tracks, data.known_people))
        for name, top in steps.items():
            tops.setdefault(name, np.full((len(unseen), data.known_people), -1.0))[unseen] = top[unseen]
        top = steps["and damped (the rule)"]
        fitted = fit_threshold(top[~tracks.known & ~unseen][:, train[: data.known_people]])
        mine = top[~tracks.known & unseen]
        who = tracks.person[~tracks.known & unseen]
        tests_homes.append((mine[:, ~train[: data.known_people]], who, fitted))
        tests_all.append((mine, who, fitted))
        say(fold=fold, reliability=named(rule.reliability), threshold=[round(number, 4) for number in fitted])
    for name, top in tops.items():
        say(
            measure="ablation", rule=name,
            known_tracks=int(tracks.known.sum()), stranger_tracks=int((~tracks.known).sum()),
            everybody_at_1_pct=accuracy(top, tracks, data.known_people, 0.01),
            homes_of_six_at_1_per_thousand=accuracy(top, tracks, 6, 0.001),
        )  # fmt: skip
    for home in (1, 2, 6, data.known_people):
        for share in (0.001, 0.005, 0.01):
            tests = tests_all if home > 6 else tests_homes
            say(measure="stated rate", people=home, **stated_rates(tests, home, share))


def named(reliability: Floats) -> dict[str, float]:
    """Rounded as the file has them."""
    return {name: round(float(value), 4) for name, value in zip(FEATURES, reliability, strict=True)}


def say(**measured: object) -> None:
    """Print one measurement."""
    print(json.dumps(measured), flush=True)


def load(arguments: argparse.Namespace, pool: Pool) -> Data:
    """Read the files that the command line names."""
    number: dict[str, int] = {}
    described = read(arguments.photos)
    enrolled, without = photos(pool, described, [arguments.enrol], number)
    known_people = len(number)
    others, without_others = photos(pool, described, [arguments.others], number)
    seen, tracks = visits(pool, arguments.visits, read(arguments.faces), number)
    say(
        measure="data", known_people=known_people, people=len(number), enrolled_photos=len(enrolled.person),
        other_photos=len(others.person), photos_without_a_face=without + without_others, tracks=len(tracks.person),
        faces_in_tracks=len(seen.person), labelled_pictures=sum(1 for _ in rows_of(arguments.visits / "people.csv")),
    )  # fmt: skip
    # Known people and strangers are spread over the folds alike.
    chance = np.random.default_rng(0)
    fold = np.concatenate([
        chance.permutation(np.arange(count) % FOLDS) for count in (known_people, len(number) - known_people)
    ])  # fmt: skip
    return Data(enrolled, others, seen, tracks, known_people, len(number), fold)


def written(
    data: Data, rule: Rule, fitted: dict[str, dict[str, float]], vectors: dict[str, dict[str, Floats]],
    spread: dict[str, float], model: str,
) -> str:  # fmt: skip
    """The file's text. `vectors` are further numbers of tables, by name."""
    photos_read = len(data.enrolled.person) + len(data.others.person)
    strangers, today = data.people - data.known_people, datetime.now(UTC).date()
    lines = f"""\
# How much a face is to be trusted, and how alike is alike enough, for this pack's recogniser.
# Made by scripts/calibrate.py on {today}; docs/decisions/evidence.md says on what and how.
# From {data.known_people} known people and {strangers} strangers: {photos_read} photos, and
# {len(data.seen.person)} faces of {len(data.tracks.person)} tracks.
# Every vector here is a mean over all of them or a line through it, nobody's face.
# A good photo is alike its person's enrolled ones by {spread["mean"]:.3f}, give or take
# {spread["sd_between_people"]:.3f} from person to person and {spread["sd_within_a_person"]:.3f} from photo to photo.
recogniser_sha256 = "{model}\"""".splitlines()
    for table, values in fitted.items():
        lines += ["", f"[{table}]", *(f"{key} = {value:.4f}" for key, value in values.items())]
        lines += listed(vectors.get(table, {}))
    lines += ["", "[mean]", *listed(dict(zip(("constant", "slope"), rule.mean, strict=True)))]
    return "\n".join(lines) + "\n"


def listed(vectors: dict[str, Floats]) -> list[str]:
    """Lines of lists of numbers."""
    lines = []
    for name, vector in vectors.items():
        lines.append(f"{name} = [")
        lines += ["    " + " ".join(f"{value:.5f}," for value in row) for row in vector.reshape(-1, 8)]
        lines.append("]")
    return lines


def main() -> None:
    """Read the command line, fit, write, and say how it does on unseen people."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("visits", "faces", "photos", "enrol", "others", "pack", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--animals", type=Path, nargs="*", default=[], help="lines of `describe --every-face`")
    parser.add_argument("--people-in-them", type=Path, help="CSV (file, face): which of their faces are people's")
    parser.add_argument("--only-fit", action="store_true", help="write the file, leave the cross-validation out")
    parser.add_argument("--lab", type=Path, default=LAB, help="a built face-lab (default: target/release/face-lab)")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        fit(arguments, load(arguments, Pool(arguments.lab, Path(folder))))


def fit(arguments: argparse.Namespace, data: Data) -> None:
    """Fit all numbers, write them, and say how they do."""
    rule = fit_rule(data, np.ones(data.people, bool))
    centroid = centroids(rule, data.enrolled, data.people)[: data.known_people]
    values = scores(rule, data.seen, data.tracks, centroid)
    limits = fit_threshold(highest(values)[~data.tracks.known])
    odds = fit_odds(values, data.tracks, limits)
    strangers = stranger_tracks(data)
    slope = pair_slope(rule, *strangers["visits"])
    same_from = fit_stranger(rule, strangers, slope)
    spread = own_spread(rule, data, centroid)
    one_picture, table = fit_one_picture(rule, data, centroid, limits)
    fitted = {
        "reliability": {**named(rule.reliability), "least": rule.least, "most": rule.most},
        "evidence": {
            "power": rule.power, "damping": rule.damping,
            "novel_below": rule.novel_below, "same_above": rule.same_above,
        },
        "threshold": {"at_one_percent": limits[0], "per_fold": limits[1]},
        "odds": {"at_threshold": odds[0], "per_fold": odds[1]},
        "one_picture": one_picture,
        "stranger": {"same_from": same_from, "per_fold": slope},
    }  # fmt: skip
    say(measure="probability of one picture", table=table)
    vectors: dict[str, dict[str, Floats]] = {}
    if arguments.animals:
        people = Faces.together([data.enrolled, data.others, data.seen])
        quality, weights, how = persons.fit_person(people, animal_faces(arguments.animals, arguments.people_in_them))
        fitted["person"], vectors["person"] = quality, {"weights": weights}
        say(measure="persons and animals", **how)
    say(measure="fitted", **{table: {k: round(v, 4) for k, v in values.items()} for table, values in fitted.items()})
    say(measure="own spread", **spread)
    model = tomllib.loads((arguments.pack / "pack.toml").read_text())["recogniser"]["sha256"]
    arguments.out.write_text(written(data, rule, fitted, vectors, spread, model))
    for kind, tracks in strangers.items():
        for kept in KEPT:
            mixed, again = strangers_result(rule, *tracks, kept, (same_from, slope))
            met = {"met_again_pct": round(100 * again, 2)} if kind == "photos" else {}
            say(measure="strangers", of=kind, kept=kept, mixed_pct=round(100 * mixed, 2), **met)
    if not arguments.only_fit:
        cross_validate(data)


if __name__ == "__main__":
    main()
