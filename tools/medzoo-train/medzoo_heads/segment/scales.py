"""What makes a mask's numbers honest, fitted on val: where the mask begins, when a target is there, how good the mask
is.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Bools, Floats, Halves
from .graphs import TINY, Scales

#: Shifts of a mask's logits that are tried.
SHIFTS = np.linspace(-2, 2, 17)
#: A mask with less Dice is not worth having: to empty it takes nothing from anyone.
WORTH = 0.5
#: In logits, between the presence threshold and the least presence of a mask worth having: new images vary more than
#: val.
MARGIN = 1.0
#: Fewer masks than this say nothing about how far the expected IoU is to be trusted.
FEWEST = 10


def overlaps(found: Bools, truth: Bools) -> tuple[Floats, Floats]:
    """Dice and IoU of masks, bool [..., H, W] each; two empty masks agree fully."""
    both = (found & truth).sum(axis=(-2, -1)).astype(np.float64)
    sizes = found.sum(axis=(-2, -1)) + truth.sum(axis=(-2, -1))
    either = sizes - both
    dice = np.where(sizes > 0, 2 * both / np.maximum(sizes, 1), 1.0)
    return dice, np.where(either > 0, both / np.maximum(either, 1), 1.0)


def fit_scales(logits: Halves, truth: Bools) -> Scales:
    """logits [N, T, H, W] of val by the unscaled network; truth bool likewise."""
    targets = logits.shape[1]
    columns = [fit_target(logits[:, k], truth[:, k]) for k in range(targets)]
    return Scales(*(np.array([column[i] for column in columns]) for i in range(4)))


def fit_target(logits: Halves, truth: Bools) -> tuple[float, float, float, float]:
    there = truth.any(axis=(1, 2))
    shift = best_shift(logits[there], truth[there])
    presence, expected = say_of_itself(logits, shift)
    dice, iou = overlaps(logits >= shift, truth)
    slope, constant = fit_quality(expected[there], iou[there])
    return shift, presence_threshold(presence[there & (dice >= WORTH)], presence[~there]), slope, constant


def best_shift(logits: Halves, truth: Bools) -> float:
    """That of the largest mean Dice; the one nearest to none of those that are as good."""
    means = [float(overlaps(logits >= shift, truth)[0].mean()) for shift in SHIFTS]
    good = [float(shift) for shift, mean in zip(SHIFTS, means, strict=True) if mean >= max(means) - 1e-4]
    return min(good, key=abs)


def say_of_itself(logits: Halves, shift: float) -> tuple[Floats, Floats]:
    """Presence as a logit, and expected IoU, as the graph computes them; float64 [N] each."""
    presence, expected = [], []
    for plane in logits:
        shifted = plane.astype(np.float64) - shift
        chances = 1 / (1 + np.exp(-shifted))
        squares = np.square(chances)
        sureness = np.clip((squares * chances).sum() / (squares.sum() + TINY), TINY, 1 - TINY)
        presence.append(np.log(sureness / (1 - sureness)))
        inside = shifted >= 0
        expected.append((inside * chances).sum() / (np.maximum(inside, chances).sum() + TINY))
    return np.array(presence), np.array(expected)


def presence_threshold(worth: Floats, absent: Floats) -> float:
    """The logit below which a target is called absent: MARGIN below all that is worth having.

    Where all that is absent lies lower still, the middle between the two; where there is no image without the target,
    the middle to a half.
    """
    if not len(worth):
        return 0.0
    cap = float(worth.min()) - MARGIN
    highest = float(absent.max()) if len(absent) else min(0.0, cap)
    return cap if highest >= cap else (highest + cap) / 2


def fit_quality(expected: Floats, iou: Floats) -> tuple[float, float]:
    """Slope and constant of the least squares line from expected to true IoU; never a falling one."""
    if len(iou) < FEWEST or expected.std() < 1e-3:
        return 1.0, 0.0
    slope = float(np.clip(np.cov(expected, iou)[0, 1] / expected.var(ddof=1), 0.0, 2.0))
    return slope, float(iou.mean() - slope * expected.mean())
