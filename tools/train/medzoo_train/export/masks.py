"""Where a pixel turns from background to target, chosen on held-out images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor
from tqdm import tqdm

from ..models.system import System
from ..training.batches import LoadedSet
from ..training.validate import automed_logits, dice_scores, embed

#: In logits: from a probability of .25 to one of .75, which no well trained model should need.
SHIFTS = np.linspace(-1.1, 1.1, 23)


def centre_masks(system: System, val: Sequence[LoadedSet]) -> None:
    """Shifts each target's mask logits so that 0, a probability of a half, cuts them where mean Dice on `val` is best.

    The loss weighs pixels; Dice weighs images, and prefers a small target that is a little too large to one that is
    missed.
    """
    targets = list(system.automed.config.targets)
    for data in tqdm([data for data in val if data.masks is not None], desc="masks", leave=False):
        assert data.masks is not None
        k = targets.index(data.spec.subject)
        logits = automed_logits(system, *embed(system, data))[0][:, k]
        shown = data.masks.amax((1, 2)) > 0
        system.automed.mask_shift[k] += best_shift(logits[shown], data.masks[shown])


def best_shift(logits: Tensor, masks: Tensor) -> float:
    """The one of SHIFTS with the best mean Dice: float32 [N, H, W], uint8 [N, S, S] of 0 or 255; 0 without images."""
    if not len(logits):
        return 0.0
    scores = np.array([dice_scores(logits + shift, masks).mean() for shift in SHIFTS])
    # Neighbours count too, so that no spike of a few images wins; of a flat top the middle.
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    top = np.flatnonzero(smooth >= smooth.max() - 1e-9)
    return float(SHIFTS[top[len(top) // 2]])
