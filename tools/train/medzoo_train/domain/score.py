"""The domain score of a head, its thresholds, and the entry of its model.json."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .background import Background
from .gaussian import Floats, Gaussian, gaussian_from_json

#: Shares of held-out images of its own kind that a head may refuse, for which thresholds are stored.
RATES = (0.01, 0.05)


@dataclass(frozen=True)
class HeadDomain:
    own: tuple[Gaussian, ...]
    #: Names of known domains that are not held against it.
    covers: tuple[str, ...]
    #: Score by rate.
    thresholds: dict[float, float]
    use: float
    n: int
    datasets: tuple[str, ...]
    labels: tuple[str, ...] = ()
    split: str = "val"
    #: Of those n images, ascending: what reports compare other images with.
    scores: tuple[float, ...] = ()

    @property
    def threshold(self) -> float:
        return self.thresholds[self.use]

    def to_json(self) -> dict[str, Any]:
        thresholds = [{"falseRefusals": rate, "score": self.thresholds[rate]} for rate in sorted(self.thresholds)]
        return {
            **({"labels": list(self.labels)} if self.labels else {}),
            "own": [gaussian.to_json() for gaussian in self.own],
            "covers": list(self.covers),
            "thresholds": thresholds,
            "use": self.use,
            "n": self.n,
            "datasets": list(self.datasets),
            "split": self.split,
            **({"scores": list(self.scores)} if self.scores else {}),
        }


def head_domain_from_json(content: dict[str, Any]) -> HeadDomain:
    return HeadDomain(
        own=tuple(gaussian_from_json(entry) for entry in content["own"]),
        covers=tuple(content["covers"]),
        thresholds={entry["falseRefusals"]: entry["score"] for entry in content["thresholds"]},
        use=content["use"],
        n=content["n"],
        datasets=tuple(content["datasets"]),
        labels=tuple(content.get("labels", ())),
        split=content["split"],
        scores=tuple(content.get("scores", ())),
    )


def score(background: Background, own: Sequence[Gaussian], covers: Sequence[str], pooled: Floats) -> tuple[Floats, list[str]]:
    """Scores of pooled embeddings, float64 [N, 2C] -> [N]; higher is farther out. And the name of the nearest domain of each."""
    z = background.project(pooled)
    others = [gaussian for gaussian in background.known if gaussian.name not in covers]
    mine = np.stack([gaussian.distance(z) for gaussian in own])
    theirs = np.stack([gaussian.distance(z) for gaussian in [background.everything, *others]])
    named = [*own, *others]
    nearest = np.concatenate([mine, theirs[1:]]).argmin(0)
    return mine.min(0) - theirs.min(0), [named[i].name for i in nearest]


def threshold_at(scores: Floats, rate: float) -> float:
    """The score that an image like these exceeds with a probability of at most `rate` (split conformal).

    The highest score where there are too few to vouch for that rate: fewer than 99 for 0.01. It is rounded up, so that the image
    whose score it is stays within.
    """
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    return math.ceil(float(np.sort(scores)[min(rank, len(scores)) - 1]) * 1e6) / 1e6


def covered(background: Background, own: Sequence[Gaussian], pooled: Floats) -> tuple[str, ...]:
    """Known domains that are the head's own by another name: those that a fifth of its held-out images is nearest to."""
    z = background.project(pooled)
    theirs = np.stack([gaussian.distance(z) for gaussian in background.known])
    nearest = np.bincount(theirs.argmin(0), minlength=len(background.known)) / len(z)
    return tuple(gaussian.name for gaussian, share in zip(background.known, nearest, strict=True) if share >= COVERED)


#: Share of a head's held-out images that has to be nearest to a known domain for it to be the head's own.
COVERED = 0.2


def fit_head(
    background: Background,
    own: Sequence[Gaussian],
    held_out: Floats,
    datasets: Sequence[str],
    use: float,
    covers: Sequence[str] | None = None,
    labels: Sequence[str] = (),
) -> HeadDomain:
    """Thresholds of `own` on held-out pooled embeddings float64 [N, 2C]."""
    names = covered(background, own, held_out) if covers is None else tuple(covers)
    scores, _ = score(background, own, names, held_out)
    thresholds = {rate: threshold_at(scores, rate) for rate in RATES}
    kept = tuple(round(float(value), 2) for value in np.sort(scores))
    return HeadDomain(tuple(own), names, thresholds, use, len(held_out), tuple(datasets), tuple(labels), scores=kept)
