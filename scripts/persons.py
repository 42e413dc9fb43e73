"""Which faces are a person's: a line through embedding and quality, fitted on faces of people and of animals (numpy).

Detectors find faces of dogs and cats, too, and patterns now and then. What the recogniser makes of them is not like
people's faces, so a logistic regression over the embedding and the quality of one picture tells most of them apart, at
no cost. Used by `calibrate.py`; the server reads the line as `[person]` of the pack's calibration.
"""

from __future__ import annotations

from typing import Any

from evidence_rule import FEATURES, Faces, Floats
import numpy as np

FOLDS = 10
LOST = 0.0005
"""Of people's faces, not counting those that the gallery knows, so many may be lost."""
PENALTY = 0.1
"""Of each weight's square; the weights of quality have a twentieth of it, the constant none."""


def columns(faces: Faces) -> Floats:
    """`[faces, 6 + length]`: quality, as `FEATURES`, then the embedding."""
    return np.concatenate([faces.features, faces.embedding], 1)


def fit(people: Floats, animals: Floats, penalty: float) -> Floats:
    """Weights of a logistic regression in which people and animals count alike."""
    design = np.concatenate([people, animals])
    outcome = np.concatenate([np.ones(len(people)), np.zeros(len(animals))])
    share = np.where(outcome > 0, 200.0 / len(people), 200.0 / len(animals))
    quality = len(FEATURES) - 1
    of_embedding = np.full(design.shape[1] - quality - 1, penalty)
    penalties = np.concatenate([[1e-4], np.full(quality, penalty / 20), of_embedding])
    line = np.zeros(design.shape[1])
    for _ in range(40):
        chance = 1.0 / (1.0 + np.exp(-design @ line))
        slope = design.T @ (share * (outcome - chance)) - penalties * line
        curve = (design.T * (share * chance * (1.0 - chance))) @ design + np.diag(penalties)
        line = line + np.linalg.solve(curve, slope)
    return line


def held_out(faces: Floats, groups: Any, seed: int) -> Any:
    """A fold for each face, the same for all of a group (a person, a picture)."""
    who, row = np.unique(groups, return_inverse=True)
    return np.random.default_rng(seed).permutation(np.arange(len(who)) % FOLDS)[row] if len(faces) else np.zeros(0, int)


def cross_validated(people: Faces, animals: Faces, penalty: float) -> tuple[Floats, Floats]:
    """The score of each face by a line that was fitted without its person or its picture."""
    parts = columns(people), columns(animals)
    folds = held_out(parts[0], people.person, 0), held_out(parts[1], animals.person, 0)
    scores = np.zeros(len(parts[0])), np.zeros(len(parts[1]))
    for fold in range(FOLDS):
        line = fit(parts[0][folds[0] != fold], parts[1][folds[1] != fold], penalty)
        for part, of, score in zip(parts, folds, scores, strict=True):
            score[of == fold] = part[of == fold] @ line
    return scores


def fit_person(people: Faces, animals: Faces) -> tuple[dict[str, float], Floats, dict[str, Any]]:
    """The quality's weights with the constant, the embedding's weights, and how they do on other faces.

    The constant is such that `LOST` of people's faces are below 0. `animals.person` numbers their pictures.
    """
    of_people, of_animals = cross_validated(people, animals, PENALTY)
    limit = float(np.quantile(of_people, LOST))
    line = fit(columns(people), columns(animals), PENALTY)
    line[0] -= limit
    kept = of_animals >= limit
    measured = {
        "faces_of_people": len(of_people), "lost_pct": round(100 * float((of_people < limit).mean()), 3),
        "faces_of_animals": len(of_animals), "kept_pct": round(100 * float(kept.mean()), 2),
        "pictures_of_animals_with_a_face": len(np.unique(animals.person)),
        "pictures_kept": len(np.unique(animals.person[kept])),
    }  # fmt: skip
    names = len(FEATURES)
    return dict(zip(FEATURES, map(float, line[:names]), strict=True)), line[names:], measured
