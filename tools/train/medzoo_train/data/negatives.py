"""Pictures without a target: parts of images beside it, and pictures of nothing at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

#: Sides of a part, as shares of the image's; one side is at most twice the other.
LEAST_SIDE, MOST_SIDE = 0.2, 0.75
TRIES = 24
#: In grey levels: with less spread than this, as in a black margin, a part is no different from a picture of nothing.
LEAST_SPREAD = 3.0


def clear_boxes(mask: npt.NDArray[np.uint8], most: int, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Up to `most` boxes (x0, y0, x1, y1) without a pixel of the mask, uint8 [S, S], found by trying."""
    side = len(mask)
    sums = np.pad(np.cumsum(np.cumsum(mask > 0, axis=0), axis=1), ((1, 0), (1, 0)))
    found: list[tuple[int, int, int, int]] = []
    for _ in range(TRIES):
        if len(found) == most:
            break
        width = rng.uniform(LEAST_SIDE, MOST_SIDE)
        height = np.clip(width * 2 ** rng.uniform(-1, 1), LEAST_SIDE, MOST_SIDE)
        w, h = round(width * side), round(height * side)
        x, y = int(rng.integers(side - w + 1)), int(rng.integers(side - h + 1))
        if sums[y + h, x + w] - sums[y, x + w] - sums[y + h, x] + sums[y, x] == 0:
            found.append((x, y, x + w, y + h))
    return found


def background_parts(images: Tensor, masks: Tensor, each: int, rng: np.random.Generator) -> Tensor:
    """Parts of images beside their masks, stretched to the images' size.

    images: uint8 [N, 3, S, S]; masks: uint8 [N, S, S] -> uint8 [M, 3, S, S], at most `each` of an image.
    """
    side = images.shape[-1]
    parts = []
    for image, mask in zip(images, masks, strict=True):
        for x0, y0, x1, y1 in clear_boxes(mask.numpy(), each, rng):
            part = image[None, :, y0:y1, x0:x1].float()
            if part.std() >= LEAST_SPREAD:
                parts.append(F.interpolate(part, size=(side, side), mode="bilinear").round().to(torch.uint8))
    return torch.cat(parts) if parts else images[:0]


def blank_pictures(count: int, side: int, rng: np.random.Generator) -> Tensor:
    """One colour, or two that fade into each other, with more or less noise: uint8 [count, 3, side, side]; half of them
    grey.
    """
    ramp = np.linspace(0, 1, side)
    pictures = np.empty((count, 3, side, side), np.uint8)
    for picture in pictures:
        ends = rng.uniform(0, 255, (2, 3))
        if rng.random() < 0.5:
            ends = ends[:, :1].repeat(3, axis=1)
        if rng.random() < 0.3:
            ends = np.round(ends / 255) * 255
        if rng.random() < 0.6:
            ends[1] = ends[0]
        fade = ramp[None, :] if rng.random() < 0.5 else ramp[:, None]
        noise = rng.normal(0, rng.choice([0.0, 2.0, 12.0]), (1, side, side))
        plane = ends[0][:, None, None] * (1 - fade) + ends[1][:, None, None] * fade + noise
        picture[:] = np.clip(plane, 0, 255)
    return torch.from_numpy(pictures)
