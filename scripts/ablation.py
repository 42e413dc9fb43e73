"""What each step of the rule of evidence adds, and what was tried and left: used by `calibrate.py`.

A step gives `[tracks, people]`, the highest score that each track ever reaches for each person enrolled.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_rule import Faces, Floats, Rule, Tracks, centroids, highest, scores, sums, unit
import numpy as np

SAME_LOOK_FROM = 0.4
"""As the server has it: photos of one person that are alike by so much are one look."""
SHIPPED_FACES = 50.0
"""As the server has it: so many faces that are alike nobody are added to the home's own."""
SPREAD_SHARE = 0.1
"""How much of the deviation of a person's own spread is taken off, where that is tried."""


def steps(rule: Rule, enrolled: Faces, seen: Faces, tracks: Tracks, known_people: int) -> Iterator[tuple[str, Floats]]:
    """Every step on the way to the whole rule, then what the server adds to it, then what was tried beside it."""
    off = 1e-9
    plain = rule.step_left_out(mean=np.zeros_like(rule.mean), power=off, damping=off, novel_below=2.0, same_above=3.0)
    # One mean for all faces: the line's value at the mean reliability.
    flat = np.stack([rule.mean[0] + rule.mean[1] * rule.reliabilities(seen).mean(), np.zeros_like(rule.mean[1])])
    single = seen.embedding @ centroids(plain, enrolled, known_people).T
    there = tracks.face >= 0
    yield "best single picture", np.where(there[..., None], single[tracks.face], -1.0).max(1)
    ways = {
        "unweighted sum": plain,
        f"weighted by r^{rule.power:g}": plain.step_left_out(power=rule.power),
        "and centred by one mean": plain.step_left_out(power=rule.power, mean=flat),
        "and centred by the mean at r": plain.step_left_out(power=rule.power, mean=rule.mean),
        "and alike pictures counted less": rule.step_left_out(damping=off),
    }
    for name, step in ways.items():
        yield name, highest(scores(step, seen, tracks, centroids(step, enrolled, known_people)))
    centroid = centroids(rule, enrolled, known_people)
    values = scores(rule, seen, tracks, centroid)
    yield "and damped (the rule)", highest(values)
    yield "the rule, by looks", by_looks(rule, enrolled, seen, tracks, SAME_LOOK_FROM)
    strength = sums(rule, seen, tracks)[2][..., None]
    common = in_common(rule, enrolled, centroid)
    yield "the rule, less what is in common", highest(np.where(values > -1.0, values - common * strength, -1.0))
    yield "the rule, every photo a look", by_looks(rule, enrolled, seen, tracks, 2.0)
    spread = SPREAD_SHARE * own_deviation(rule, enrolled, known_people)
    yield "the rule, less the own spread", highest(np.where(values > -1.0, values - spread * strength, -1.0))


def by_looks(rule: Rule, enrolled: Faces, seen: Faces, tracks: Tracks, same_from: float) -> Floats:
    """A person is as alike as their most alike look: a chain of photos that are alike by `same_from`."""
    centred = rule.centred(enrolled)
    people = np.unique(enrolled.person)
    top = np.full((len(tracks.person), len(people)), -1.0)
    for person in people:
        looks: list[list[int]] = []
        for photo in np.flatnonzero(enrolled.person == person):
            near = [look for look in looks if (centred[look] @ centred[photo]).max() >= same_from]
            joined = [*(other for look in near for other in look), int(photo)]
            looks = [*(look for look in looks if look not in near), joined]
        directions = unit(np.array([centred[look].sum(0) for look in looks]))
        top[:, person] = highest(scores(rule, seen, tracks, directions)).max(1)
    return top


def in_common(rule: Rule, enrolled: Faces, centroid: Floats) -> Floats:
    """Of each person: how alike everybody else's photos are, with `SHIPPED_FACES` more that are not at all."""
    alike = rule.centred(enrolled) @ centroid.T
    others = enrolled.person[:, None] != np.arange(len(centroid))
    return (alike * others).sum(0) / (others.sum(0) + SHIPPED_FACES)


def own_deviation(rule: Rule, enrolled: Faces, people: int) -> Floats:
    """Of each person: how alike each photo is to the mean of their others, less what that is over all people."""
    centred = rule.centred(enrolled)
    alike = np.full(people, np.nan)
    for person in range(people):
        own = centred[enrolled.person == person]
        if len(own) > 1:
            alike[person] = np.mean((own * unit(own.sum(0) - own)).sum(1))
    return np.nan_to_num(alike - np.nanmean(alike))
