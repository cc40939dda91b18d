"""Prompts made from true masks: what a person would click, for training and testing the promptable head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from ..models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND, NEGATIVE, PADDING, POSITIVE

#: Prompt tokens per sample: up to three points, or a box and one point.
TOKENS = 3
#: Components below this share of the image are not worth a click.
MIN_SHARE = 0.0008


def pick_component(mask: npt.NDArray[np.bool_], rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """One connected component of a mask, chosen at random among those large enough; SAM-Med2D is prompted for one
    object.
    """
    labels, count = ndimage.label(mask)
    if count <= 1:
        return mask
    sizes = np.bincount(labels.reshape(-1))[1:]
    large = np.flatnonzero(sizes >= MIN_SHARE * mask.size)
    return np.asarray(labels == (rng.choice(large) if large.size else sizes.argmax()) + 1)


def tight_box(mask: npt.NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 in pixels of the mask, the far edges exclusive."""
    ys, xs = np.nonzero(mask)
    return float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)


def sample_prompts(
    masks: npt.NDArray[np.bool_], image_size: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """A box or one to three points for each mask.

    masks: bool [B, H, H] -> coords float32 [B, TOKENS, 2] in pixels of the model's input, labels float32 [B, TOKENS],
    and the truth that was meant, float32 [B, H, H].
    """
    count, side = len(masks), masks.shape[-1]
    scale = image_size / side
    coords = np.zeros((count, TOKENS, 2), np.float32)
    labels = np.full((count, TOKENS), PADDING, np.float32)
    truth = np.zeros(masks.shape, np.float32)
    for i in range(count):
        if not masks[i].any():
            continue
        component = pick_component(masks[i], rng)
        truth[i] = component
        if rng.random() < 0.5:
            x0, y0, x1, y1 = tight_box(component)
            jitter = rng.uniform(-0.08, 0.08, 4) * np.array([x1 - x0, y1 - y0, x1 - x0, y1 - y0])
            box = np.clip(np.array([x0, y0, x1, y1]) + jitter, 0, side) * scale
            coords[i, :2] = box.reshape(2, 2)
            labels[i, :2] = BOX_FIRST, BOX_SECOND
        else:
            ys, xs = np.nonzero(component)
            for j in range(int(rng.integers(1, 3))):
                k = rng.integers(len(xs))
                coords[i, j] = xs[k] * scale, ys[k] * scale
                labels[i, j] = POSITIVE
            if rng.random() < 0.3:
                oy, ox = np.nonzero(~component)
                if len(ox):
                    k = rng.integers(len(ox))
                    coords[i, 2] = ox[k] * scale, oy[k] * scale
                    labels[i, 2] = NEGATIVE
    return torch.from_numpy(coords), torch.from_numpy(labels), torch.from_numpy(truth)
