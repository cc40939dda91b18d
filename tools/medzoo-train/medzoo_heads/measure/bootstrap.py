"""95 % intervals of metrics by drawing groups with replacement, by the rules of `medzoo evaluate`.

A statistic is a function of weights, float64 [R, N]: how often each image is in each of R draws. So all draws are
computed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Json

#: float64 [R, N] -> [R]; NaN where a draw does not define it.
Statistic = Callable[[Floats], Floats]
RESAMPLES = 2000
#: Draws that are computed at once.
CHUNK = 250
#: A single group does not vary.
LEAST_DRAWN = 2
#: Below as many groups there is no percentile interval: even the whole range of five values leaves out the median of
#: what they are drawn from once in 16 times, which is more than the 5 % of a 95 % interval.
LEAST_GROUPS = 6
#: Half of what a 95 % interval leaves out.
TAIL = 0.025


@dataclass(frozen=True)
class Metric:
    name: str
    statistic: Statistic
    #: Where the statistic is a share, or the mean of several: these, which have an exact interval where all agree.
    shares: tuple[Statistic, ...] = ()
    #: Where only some groups say anything of it, or it compares two kinds of them: statistics of which each is defined
    #: on the groups that count. Those of `shares` count anyway.
    parts: tuple[Statistic, ...] = ()
    #: Noise makes it larger, as a calibration error: the bootstrap's bias is taken off its bounds.
    biased: bool = False
    label: str | None = None
    #: Images that it is measured on; all of them by default.
    n: int | None = None
    negatives: Json | None = None


def measure(metrics: Sequence[Metric], groups: Sequence[str], dataset: str, seed: int) -> list[Json]:
    """The `metrics` entries of model.json, measured on the test split; one that is not defined is left out."""
    count = len(groups)
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    members = np.equal.outer(np.arange(len(names)), place).astype(np.float64)
    drawn = draw(members, seed) if len(names) >= LEAST_DRAWN else np.empty((0, count))
    entries = []
    for metric in metrics:
        value = float(metric.statistic(np.ones((1, count)))[0])
        if np.isnan(value):
            continue
        entry: Json = {"name": metric.name, "value": round(value, 4)}
        interval = interval_of(metric, value, drawn, members)
        if interval is not None:
            entry["interval95"] = [round(bound, 4) for bound in interval]
        entry |= {"dataset": dataset, "split": "test", "n": count if metric.n is None else metric.n}
        if metric.label is not None:
            entry["label"] = metric.label
        if metric.negatives is not None:
            entry["negatives"] = metric.negatives
        entries.append(entry)
    return entries


def draw(members: Floats, seed: int) -> Floats:
    """float64 [R, N]: how often each image is drawn, groups being drawn as one. members: float64 [G, N] of 0 and 1."""
    groups = len(members)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(groups, np.full(groups, 1 / groups), size=RESAMPLES)
    return np.asarray(times @ members, np.float64)


def interval_of(metric: Metric, value: float, drawn: Floats, members: Floats) -> tuple[float, float] | None:
    parts = [metric.statistic(drawn[start : start + CHUNK]) for start in range(0, len(drawn), CHUNK)]
    found = np.concatenate(parts) if parts else np.empty(0)
    found = found[~np.isnan(found)]
    if not len(found):
        return None
    if is_alike(metric.statistic, found, members):
        return exact_interval(value, metric.shares, members) if value in (0.0, 1.0) else None
    if min([len(members), *count_defining((*metric.shares, *metric.parts), members)]) < LEAST_GROUPS:
        return None
    low, high = (float(bound) for bound in np.quantile(found, [TAIL, 1 - TAIL]))
    if not metric.biased:
        return low, high
    bias = float(found.mean()) - value
    return max(0.0, low - bias), max(0.0, high - bias)


def is_alike(statistic: Statistic, found: Floats, members: Floats) -> bool:
    """Whether nothing varies: neither the draws nor, where one group alone defines the statistic, the groups."""
    if (found != found[0]).any():
        return False
    own = statistic(members)
    own = own[~np.isnan(own)]
    return bool((own == found[0]).all())


def exact_interval(value: float, shares: Sequence[Statistic], members: Floats) -> tuple[float, float] | None:
    """The exact binomial interval over groups of a share that is 0 or 1 in all of them (Clopper and Pearson 1934)."""
    counts = count_defining(shares, members)
    if not counts or 0 in counts:
        return None
    bound = float(np.mean([TAIL ** (1 / count) for count in counts]))
    return (bound, 1.0) if value == 1 else (0.0, 1 - bound)


def count_defining(statistics: Sequence[Statistic], members: Floats) -> list[int]:
    """How many groups define each, as those with an image of its label do."""
    return [int((~np.isnan(one(members))).sum()) for one in statistics]


def sides_of(positive: Floats) -> tuple[Statistic, Statistic]:
    """What is defined on groups with a positive, and on those with a negative. positive: 1, 0, or NaN if not known."""
    return mean_of(np.where(positive == 1, 1.0, np.nan)), mean_of(np.where(positive == 0, 1.0, np.nan))


def mean_of(values: Floats) -> Statistic:
    """The mean of a number for each image; NaN values are not counted."""
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)

    def statistic(weights: Floats) -> Floats:
        total = weights @ there.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(total > 0, weights @ filled / total, np.nan))

    return statistic


def median_of(values: Floats) -> Statistic:
    order = np.argsort(values, kind="stable")
    ranked = values[order]

    def one(weights: Floats) -> float:
        repeated = np.repeat(ranked, weights[order].astype(np.int64))
        return float(np.median(repeated)) if len(repeated) else float("nan")

    return lambda weights: np.array([one(row) for row in weights])


def auroc_of(scores: Floats, positive: Floats) -> Statistic:
    """The probability that a positive has a higher score than a negative; a tie counts half. positive: 0 or 1 for
    each.
    """
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    is_positive = positive[order]

    def statistic(weights: Floats) -> Floats:
        ordered = weights[:, order]
        ups = np.add.reduceat(ordered * is_positive, starts, axis=1)
        downs = np.add.reduceat(ordered * (1 - is_positive), starts, axis=1)
        below = np.cumsum(downs, axis=1) - downs
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((ups * (below + 0.5 * downs)).sum(1) / (ups.sum(1) * downs.sum(1)))

    return statistic


def mean_over(statistics: Sequence[Statistic]) -> Statistic:
    """The mean of several; those that a draw does not define are left out of it."""

    def statistic(weights: Floats) -> Floats:
        found = np.stack([one(weights) for one in statistics])
        there = ~np.isnan(found)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(there, found, 0).sum(0) / there.sum(0))

    return statistic
