"""The domain score of a head, its thresholds, and the entry of its model.json.

`score = own - other`: the distance to the nearest of the head's own kinds less that to the nearest of all others that
the encoder knows (Ren 2021, relative Mahalanobis). Higher is farther from what the head was trained on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Json
from ..errors import TrainError
from .gaussian import FEW, Gaussian, decode_floats, fit_gaussian, gaussian_from_json

#: Shares of held-out images of its own kind that a head may refuse, for which thresholds are stored, and the default
#: one.
RATES, USE = (0.01, 0.05), 0.05
#: Share of a head's held-out images that has to be nearest to a known kind for that to be the head's own by another
#: name.
COVERED = 0.2


@dataclass(frozen=True)
class Background:
    """What the encoder knows of the world, from its model.json."""

    #: float64 [2C]
    center: Floats
    #: float64 [K, 2C]
    projection: Floats
    everything: Gaussian
    known: tuple[Gaussian, ...]

    def project(self, pooled: Floats) -> Floats:
        return (pooled - self.center) @ self.projection.T


def background_from_json(content: Json, channels: int) -> Background:
    """Reads the `domain` entry of an encoder whose embeddings have so many channels."""
    try:
        if content["pooling"] != "mean-std":
            raise ValueError(f"pooling {content['pooling']!r}; expected mean-std")
        center = decode_floats(content["center"])
        if len(center) != 2 * channels:
            raise ValueError(f"a center of {len(center)} numbers does not belong to {channels} channels")
        projection = decode_floats(content["projection"]).reshape(-1, len(center))
        everything = gaussian_from_json(content["background"])
        known = tuple(gaussian_from_json(entry) for entry in content["known"])
        if any(len(gaussian.mean) != len(projection) for gaussian in (everything, *known)):
            raise ValueError("Gaussians of another size than the projection")
    except (KeyError, TypeError, ValueError) as error:
        raise TrainError(
            f"The encoder's `domain` cannot be read: {error}. Use the model.json that came with the encoder."
        ) from None
    return Background(center, projection, everything, known)


@dataclass(frozen=True)
class HeadDomain:
    own: tuple[Gaussian, ...]
    #: Names of known kinds that are not held against it.
    covers: tuple[str, ...]
    #: Score by rate.
    thresholds: dict[float, float]
    n: int
    datasets: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def to_json(self) -> Json:
        labels: Json = {"labels": list(self.labels)} if self.labels else {}
        return labels | {
            "own": [gaussian.to_json() for gaussian in self.own],
            "covers": list(self.covers),
            "thresholds": [{"falseRefusals": rate, "score": self.thresholds[rate]} for rate in RATES],
            "use": USE,
            "n": self.n,
            "datasets": list(self.datasets),
            "split": "val",
        }


def score(
    background: Background, own: Sequence[Gaussian], covers: Sequence[str], pooled: Floats
) -> tuple[Floats, list[str]]:
    """Scores of pooled embeddings, float64 [N, 2C] -> [N], and the name of the nearest kind of each."""
    z = background.project(pooled)
    others = [gaussian for gaussian in background.known if gaussian.name not in covers]
    mine = np.stack([gaussian.distance(z) for gaussian in own])
    theirs = np.stack([gaussian.distance(z) for gaussian in [background.everything, *others]])
    named = [*own, *others]
    nearest = np.concatenate([mine, theirs[1:]]).argmin(0)
    return mine.min(0) - theirs.min(0), [named[i].name for i in nearest]


def threshold_at(scores: Floats, rate: float) -> float:
    """The score that an image like these exceeds with a probability of at most `rate` (split conformal).

    The highest score where there are too few to vouch for that rate: fewer than 99 for 0.01. It is rounded up, so that
    the image whose score it is stays within.
    """
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    return math.ceil(float(np.sort(scores)[min(rank, len(scores)) - 1]) * 1e6) / 1e6


def covered(background: Background, held_out: Floats) -> tuple[str, ...]:
    """Known kinds that are the head's own by another name."""
    if not background.known:
        return ()
    z = background.project(held_out)
    nearest = np.stack([gaussian.distance(z) for gaussian in background.known]).argmin(0)
    shares = np.bincount(nearest, minlength=len(background.known)) / len(z)
    return tuple(gaussian.name for gaussian, share in zip(background.known, shares, strict=True) if share >= COVERED)


def fit_domain(
    background: Background, train: Floats, classes: Sequence[str], held_out: Floats, kind: str, dataset: str,
    labels: Sequence[str] = (),
) -> HeadDomain:  # fmt: skip
    """Fits on train (copies included) and sets the thresholds on held-out images.

    classes: of each image of train, its label. Classes lie apart, and one Gaussian around all would hold what lies
    between them to be its own (Lee 2018); where one has too few images, or there is one only, there is one Gaussian for
    all.
    """
    counts = Counter(classes)
    of, z = np.asarray(classes), background.project(train)
    apart = sorted(counts) if len(counts) > 1 and min(counts.values()) >= FEW else []
    parts = [z[of == label] for label in apart] or [z]
    own = tuple(fit_gaussian(part, kind, (dataset,)) for part in parts)
    covers = covered(background, held_out)
    scores, _ = score(background, own, covers, held_out)
    thresholds = {rate: threshold_at(scores, rate) for rate in RATES}
    return HeadDomain(own, covers, thresholds, len(held_out), (dataset,), tuple(labels))


def golden_domains(background: Background, domains: Sequence[HeadDomain], pooled: Floats) -> list[Json]:
    """What the domains say of one picture, for the golden record. pooled: float64 [2C]"""
    said = []
    for domain in domains:
        values, nearest = score(background, domain.own, domain.covers, pooled[None])
        threshold = domain.thresholds[USE]
        labels: Json = {"labels": list(domain.labels)} if domain.labels else {}
        is_in = bool(values[0] <= threshold)
        said.append(
            labels | {"score": float(values[0]), "threshold": threshold, "inDomain": is_in, "nearest": nearest[0]}
        )
    return said
