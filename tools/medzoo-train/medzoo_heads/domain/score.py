"""The domain score of a head, its thresholds, and the entry of its model.json.

`score = own - other`: the distance to the nearest of the head's own kinds less that to the nearest of all others that
the encoder knows (Ren 2021, relative Mahalanobis). Higher is farther from what the head was trained on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from ..arrays import Floats, Json
from .background import Background
from .gaussian import FEW, Gaussian, gaussian_from_json

#: Shares of held-out images of its own kind that a head may refuse, for which thresholds are stored, and the default
#: one.
RATES, USE = (0.01, 0.05), 0.05
#: By rate: how sure it is, over draws of the held-out images, that no more than the rate of all images is refused. At a
#: rate without an entry this holds on average alone, and of a few hundred images half of all draws refuse more than was
#: meant. So .06 of 384 brain MRI were refused at .05 (EXPERIMENTS.md, 19).
SURE: Mapping[float, float] = {0.05: 0.8}
#: Share of a head's held-out images that has to be nearest to a known kind for that to be the head's own by another
#: name.
COVERED = 0.2


@dataclass(frozen=True)
class HeadDomain:
    own: tuple[Gaussian, ...]
    #: Names of known kinds that are not held against it.
    covers: tuple[str, ...]
    #: Score by rate.
    thresholds: dict[float, float]
    #: The rate whose threshold is the default.
    use: float
    n: int
    datasets: tuple[str, ...]
    labels: tuple[str, ...] = ()
    split: str = "val"
    #: Of those n images, ascending: what reports compare other images with.
    scores: tuple[float, ...] = ()
    #: Digest of the background that it is in (`Background.digest`); empty for one of before it was written.
    projection: str = ""

    @property
    def threshold(self) -> float:
        return self.thresholds[self.use]

    def to_json(self) -> Json:
        labels: Json = {"labels": list(self.labels)} if self.labels else {}
        scores: Json = {"scores": list(self.scores)} if self.scores else {}
        content: Json = {
            "own": [gaussian.to_json() for gaussian in self.own],
            **({"projection": self.projection} if self.projection else {}),
            "covers": list(self.covers),
            "thresholds": [{"falseRefusals": rate, "score": self.thresholds[rate]} for rate in sorted(self.thresholds)],
            "use": self.use,
            "n": self.n,
            "datasets": list(self.datasets),
            "split": self.split,
        }
        return labels | content | scores


def head_domain_from_json(content: Json) -> HeadDomain:
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
        projection=content.get("projection", ""),
    )


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


def threshold_at(scores: Floats, rate: float, sure: float | None = None) -> float:
    """The score that an image like these exceeds with a probability of at most `rate`.

    On average over draws of the scores (split conformal); with `sure`, in that share of the draws (an exact binomial
    bound). The highest score where there are too few to vouch for it: on average fewer than 99 for 0.01, and 32 for
    0.05 at .8. It is rounded up, so that the image whose score it is stays within.
    """
    n = len(scores)
    beyond = n - math.ceil((n + 1) * (1 - rate)) if sure is None else most_beyond(n, rate, sure)
    return math.ceil(float(np.sort(scores)[n - 1 - max(beyond, 0)]) * 1e6) / 1e6


def most_beyond(n: int, rate: float, sure: float) -> int:
    """How many of n held-out images may lie beyond a threshold that is to refuse no more than `rate` of all images; -1
    where none may.

    If it refused more, so few would lie beyond it in at most 1 - `sure` of the draws.
    """
    counts = np.arange(n)
    return int((binom.cdf(counts, n, rate) <= 1 - sure).sum()) - 1


def fewest_held_out(rate: float) -> int:
    """By how many held-out images a threshold is vouched for (`threshold_at`): 99 for .01, and 32 for .05."""
    sure = SURE.get(rate)
    return math.ceil(1 / rate - 1 if sure is None else math.log(1 - sure) / math.log(1 - rate))


def say_few(domains: Sequence[HeadDomain]) -> list[str]:
    """What a person should know of domains that too few held-out images vouch for, in sentences."""
    sentences = []
    for domain in domains:
        needed = fewest_held_out(domain.use)
        if domain.n >= needed:
            continue
        about = f" about {', '.join(domain.labels)}" if domain.labels else ""
        sentences.append(
            f"The domain{about} is of {domain.n} images of {domain.split}, and it takes {needed} to vouch that no more "
            f"than {domain.use:.0%} of images like these are refused: it may refuse more. See `refused` of "
            "`medzoo evaluate`, or add images to val."
        )
    return sentences


def thresholds_of(scores: Floats, sure: Mapping[float, float] = SURE) -> dict[float, float]:
    """By rate, of the scores of held-out images."""
    return {rate: threshold_at(scores, rate, sure.get(rate)) for rate in RATES}


def covered(background: Background, held_out: Floats) -> tuple[str, ...]:
    """Known kinds that are the head's own by another name."""
    if not background.known:
        return ()
    z = background.project(held_out)
    nearest = np.stack([gaussian.distance(z) for gaussian in background.known]).argmin(0)
    shares = np.bincount(nearest, minlength=len(background.known)) / len(z)
    return tuple(gaussian.name for gaussian, share in zip(background.known, shares, strict=True) if share >= COVERED)


def fit_own(
    background: Background, pooled: Floats, classes: Sequence[str], kind: str, dataset: str
) -> tuple[Gaussian, ...]:
    """One Gaussian for each class that has enough images, all of the kind's name; one for all where one has too few, or
    there is one class only.

    Classes lie apart, and one Gaussian around all would hold what lies between them to be its own (Lee 2018).
    """
    counts, of = Counter(classes), np.asarray(classes)
    apart = sorted(counts) if len(counts) > 1 and min(counts.values()) >= FEW else []
    parts = [pooled[of == label] for label in apart] or [pooled]
    return tuple(background.fit(part, kind, [dataset]) for part in parts)


def fit_head(
    background: Background,
    own: Sequence[Gaussian],
    held_out: Floats,
    datasets: Sequence[str],
    use: float = USE,
    covers: Sequence[str] | None = None,
    labels: Sequence[str] = (),
    sure: Mapping[float, float] = SURE,
) -> HeadDomain:
    """Thresholds of `own` on held-out pooled embeddings, float64 [N, 2C]; `covers` is found on them by default."""
    names = covered(background, held_out) if covers is None else tuple(covers)
    scores, _ = score(background, own, names, held_out)
    thresholds = thresholds_of(scores, sure)
    kept = tuple(round(float(value), 2) for value in np.sort(scores))
    return HeadDomain(
        tuple(own), names, thresholds, use, len(held_out), tuple(datasets), tuple(labels), scores=kept,
        projection=background.digest,
    )  # fmt: skip


def fit_domain(
    background: Background, train: Floats, classes: Sequence[str], held_out: Floats, kind: str, dataset: str,
    labels: Sequence[str] = (),
) -> HeadDomain:  # fmt: skip
    """Fits on train (copies included) and sets the thresholds on held-out images. classes: of each image of train."""
    own = fit_own(background, train, classes, kind, dataset)
    return fit_head(background, own, held_out, [dataset], labels=labels)


def golden_domains(background: Background, domains: Sequence[HeadDomain], pooled: Floats) -> list[Json]:
    """What the domains say of one picture, for the golden record. pooled: float64 [2C]"""
    said = []
    for domain in domains:
        values, nearest = score(background, domain.own, domain.covers, pooled[None])
        value, threshold = float(values[0]), domain.threshold
        labels: Json = {"labels": list(domain.labels)} if domain.labels else {}
        answer: Json = {"score": value, "threshold": threshold, "inDomain": value <= threshold, "nearest": nearest[0]}
        said.append(labels | answer)
    return said
