"""What makes a mask's numbers honest, fitted on val: where the mask begins, when a target is there, how good the mask
is.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Bools, Floats, Halves, Singles
from .graphs import TINY, Scales
from .presence import WORTH, presence_threshold

#: Shifts of a mask's logits that are tried.
SHIFTS = np.linspace(-2, 2, 17)
#: Masks of val that shifts of masks that exclude one another are tried on.
LOOKED_AT = 240
#: Fewer masks than this say nothing about how far the expected IoU is to be trusted.
FEWEST = 10


def overlaps(found: Bools, truth: Bools) -> tuple[Floats, Floats]:
    """Dice and IoU of masks, bool [..., H, W] each; two empty masks agree fully."""
    both = (found & truth).sum(axis=(-2, -1)).astype(np.float64)
    sizes = found.sum(axis=(-2, -1)) + truth.sum(axis=(-2, -1))
    either = sizes - both
    dice = np.where(sizes > 0, 2 * both / np.maximum(sizes, 1), 1.0)
    return dice, np.where(either > 0, both / np.maximum(either, 1), 1.0)


def masks_of(logits: Floats | Singles | Halves, shift: Floats, exclusive: bool) -> Bools:
    """Which pixels each target has, bool [..., T, H, W]; shift: float64 [T]."""
    shifted = logits - shift[:, None, None].astype(logits.dtype)
    if not exclusive:
        return np.asarray(shifted >= 0)
    own = np.arange(len(shift))[:, None, None]
    return np.asarray((np.expand_dims(shifted.argmax(-3), -3) == own) & (shifted > 0))


def fit_scales(logits: Halves, truth: Bools, exclusive: bool = False) -> Scales:
    """logits [N, T, H, W] of val by the unscaled network; truth bool likewise."""
    shift = best_shifts(logits, truth) if exclusive else best_lone_shifts(logits, truth)
    # An image at a time: all of them in double would take much memory.
    said = [say_of_itself(planes, shift, exclusive) for planes in logits]
    presence, expected = (np.array([one[i] for one in said]) for i in range(2))
    overlap = [overlaps(masks_of(planes, shift, exclusive), own) for planes, own in zip(logits, truth, strict=True)]
    dice, iou = (np.array([one[i] for one in overlap]) for i in range(2))
    there: Bools = np.any(truth, axis=(2, 3))
    columns = []
    for k in range(len(shift)):
        own = there[:, k]
        worth = presence[own & (dice[:, k] >= WORTH), k]
        columns.append((presence_threshold(worth, presence[~own, k]), *fit_quality(expected[own, k], iou[own, k])))
    return Scales(shift, *(np.array([column[i] for column in columns]) for i in range(3)))


def best_lone_shifts(logits: Halves, truth: Bools) -> Floats:
    there = np.any(truth, axis=(2, 3))
    return np.array([best_shift(logits[there[:, k], k], truth[there[:, k], k]) for k in range(logits.shape[1])])


def best_shift(logits: Halves, truth: Bools) -> float:
    """That of the largest mean Dice; the one nearest to none of those that are as good."""
    means = [float(overlaps(logits >= shift, truth)[0].mean()) for shift in SHIFTS]
    good = [float(shift) for shift, mean in zip(SHIFTS, means, strict=True) if mean >= max(means) - 1e-4]
    return min(good, key=abs)


def best_shifts(logits: Halves, truth: Bools) -> Floats:
    """The same of masks that exclude one another, where the shift of one moves the others: one after the other, twice.
    It looks at fewer images the more targets there are, and at a quarter of their pixels.
    """
    targets = logits.shape[1]
    few = np.linspace(0, len(logits) - 1, min(len(logits), max(FEWEST, LOOKED_AT // targets))).astype(int)
    seen, wanted = logits[few, :, ::2, ::2], truth[few, :, ::2, ::2]
    there = np.any(wanted, axis=(2, 3))
    shift = np.zeros(targets)

    def worth(k: int, value: float) -> float:
        tried = shift.copy()
        tried[k] = value
        return float(overlaps(masks_of(seen, tried, True), wanted)[0][there].mean()) if there.any() else 0.0

    for k in [*range(targets), *range(targets)]:
        means = [worth(k, float(value)) for value in SHIFTS[::2]]
        good = [float(value) for value, mean in zip(SHIFTS[::2], means, strict=True) if mean >= max(means) - 1e-4]
        shift[k] = min(good, key=abs)
    return shift


def say_of_itself(planes: Halves, shift: Floats, exclusive: bool) -> tuple[Floats, Floats]:
    """Presence as a logit, and expected IoU, as the graph computes them of one image; float64 [T] each."""
    shifted = planes.astype(np.float64) - shift[:, None, None]
    if exclusive:
        powers = np.exp(shifted)
        chances = powers / (1 + powers.sum(0))
    else:
        chances = 1 / (1 + np.exp(-shifted))
    inside = masks_of(planes.astype(np.float64), shift, exclusive)
    squares = np.square(chances)
    sureness = np.clip((squares * chances).sum((1, 2)) / (squares.sum((1, 2)) + TINY), TINY, 1 - TINY)
    expected = (inside * chances).sum((1, 2)) / (np.maximum(inside, chances).sum((1, 2)) + TINY)
    return np.log(sureness / (1 - sureness)), expected


def fit_quality(expected: Floats, iou: Floats) -> tuple[float, float]:
    """Slope and constant of the least squares line from expected to true IoU; never a falling one."""
    if len(iou) < FEWEST or expected.std() < 1e-3:
        return 1.0, 0.0
    slope = float(np.clip(np.cov(expected, iou)[0, 1] / expected.var(ddof=1), 0.0, 2.0))
    return slope, float(iou.mean() - slope * expected.mean())
