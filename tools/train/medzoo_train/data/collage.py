"""Collages: a part of one image laid into another along an outline that a script drew, so that the outline is known
exactly.

They teach a promptable head that an object is what differs from its surroundings, whatever it shows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Pixels = npt.NDArray[np.uint8]


def outline(side: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """A star-shaped blob with waves, float64 [side, side] of 0..1; from a disc to a lobed leaf, any size and
    direction.
    """
    y, x = np.mgrid[0:side, 0:side]
    radius = side * np.exp(rng.uniform(np.log(0.03), np.log(0.33)))
    stretch = np.exp(rng.uniform(-0.6, 0.6))
    cx, cy = rng.uniform(0.12, 0.88, 2) * side
    turn = rng.uniform(0, np.pi)
    u = np.cos(turn) * (x - cx) + np.sin(turn) * (y - cy)
    v = (-np.sin(turn) * (x - cx) + np.cos(turn) * (y - cy)) * stretch
    angle = np.arctan2(v, u)
    waves = sum(rng.normal(0, 0.22 / k) * np.cos(k * angle + rng.uniform(0, 2 * np.pi)) for k in range(2, 7))
    rough = rng.uniform(0, 1)
    cover: npt.NDArray[np.float64] = np.clip((radius * np.exp(rough * waves) - np.hypot(u, v)) / 1.5 + 0.5, 0, 1)
    return cover


def collage(ground: Pixels, other: Pixels, rng: np.random.Generator) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """ground, other: uint8 [3, S, S] -> the collage and the mask of its one object, bool [S, S]."""
    side = ground.shape[-1]
    cover = outline(side, rng)
    filling = other.astype(np.float64)
    kind = rng.random()
    if kind < 0.4:  # the ground itself, lighter or darker: an object of the same texture
        filling = ground * np.exp(rng.choice([-1, 1]) * rng.uniform(0.15, 0.8)) + rng.uniform(-15, 15)
    elif kind < 0.6:  # one tone with the grain of the other
        filling = rng.uniform(10, 245, (3, 1, 1)) + 0.3 * (filling - filling.mean())
        if (ground[0] == ground[1]).all():
            filling = np.repeat(filling.mean(0, keepdims=True), 3, axis=0)
    if rng.random() < 0.5:
        soft = Image.fromarray((cover * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2.5)))
        alpha = np.asarray(soft, np.float64) / 255
    else:
        alpha = cover
    mixed = ground * (1 - alpha) + filling * alpha
    return np.clip(mixed, 0, 255).astype(np.uint8), cover > 0.5
