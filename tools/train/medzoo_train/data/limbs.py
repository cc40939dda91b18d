"""Limbs drawn by a script, with a wound of the training set laid on them or bare: a wound is to be known on any ground.

The training set's photographs are close-ups on one clinic's grounds. Others show a whole foot on a sheet, and presence
took that for a photograph of a thing. A limb with a wound and a bare one differ in the wound alone: nothing else can be
learnt from them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from .photographs import SKIN, Photograph, cut_scene

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Place = tuple[float, float]
#: Sheets, drapes and dark rooms, red, green and blue.
CLOTHS = ((235, 235, 240), (200, 205, 215), (40, 80, 135), (60, 120, 110), (20, 22, 30), (8, 8, 10), (110, 115, 120))
#: In grey levels: darker than this is a margin, not skin.
MARGIN = 40


def clouds(side: int, cells: int, rng: np.random.Generator) -> Floats:
    """Smooth noise of about -1 to 1 with `cells` bumps along a side: float64 [side, side]."""
    small = Image.fromarray(rng.normal(0, 0.5, (cells, cells)).astype(np.float32))
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC), np.float64)


def cloth(side: int, rng: np.random.Generator) -> Floats:
    """A sheet with folds: float64 [side, side, 3]."""
    colour = np.array(CLOTHS[int(rng.integers(len(CLOTHS)))], float) + rng.normal(0, 12, 3)
    folds = rng.uniform(0, 30) * clouds(side, int(rng.integers(3, 12)), rng) + rng.normal(0, 2, (side, side))
    return np.clip(colour + folds[..., None], 0, 255)


def capsule(side: int, rng: np.random.Generator) -> tuple[Floats, Place]:
    """Distance from a limb's axis in units of its radius, float64 [side, side], and a place on its axis (x, y)."""
    y, x = np.mgrid[0:side, 0:side] + 0.5
    centre = side * rng.uniform(0.35, 0.65, 2)
    away = np.full((side, side), np.inf)
    angle = rng.uniform(0, np.pi)
    for part in range(1 if rng.random() < 0.5 else 2):  # a leg, or a leg with a foot at an angle to it
        turn = angle if part == 0 else angle + rng.uniform(0.8, 2.2)
        direction = np.array([np.cos(turn), np.sin(turn)])
        behind, ahead = side * rng.uniform(0.1, 0.9, 2) * (1 if part == 0 else 0.6)
        radius = side * rng.uniform(0.16, 0.42) * (1 if part == 0 else 0.8)
        along = (x - centre[0]) * direction[0] + (y - centre[1]) * direction[1]
        held = np.clip(along, -behind, ahead)
        distance = np.hypot(x - centre[0] - held * direction[0], y - centre[1] - held * direction[1])
        taper = 1 + rng.uniform(-0.3, 0.3) * held / side
        away = np.minimum(away, distance / (radius * taper))
    return away, (float(centre[0]), float(centre[1]))


def limb(photographs: Sequence[Photograph], skin: Floats, side: int, rng: np.random.Generator) -> tuple[Floats, Place]:
    """A bare limb of about that colour on a ground, float64 [side, side, 3], and a place on its axis (x, y)."""
    scenes = [one for one in photographs if not one.thing]
    if scenes and rng.random() < 0.3:
        ground = cut_scene(scenes[int(rng.integers(len(scenes)))].pixels, side, rng).astype(np.float64)
    else:
        ground = cloth(side, rng)
    away, place = capsule(side, rng)
    shade = 1 - rng.uniform(0.15, 0.55) * np.clip(away, 0, 1) ** 2 + 0.12 * clouds(side, int(rng.integers(3, 9)), rng)
    blush = rng.uniform(0, 22) * clouds(side, int(rng.integers(4, 14)), rng)
    surface = (
        skin * shade[..., None] + blush[..., None] * np.array([1.0, -0.4, -0.4]) + rng.normal(0, 3, (side, side, 1))
    )
    if rng.random() < 0.5:  # a flash on wet or oily skin
        surface += 60 * np.clip(clouds(side, int(rng.integers(6, 16)), rng) - 0.6, 0, 1)[..., None]
    cover = np.clip((1 - away) * rng.uniform(8, 40), 0, 1)[..., None]
    return cover * surface + (1 - cover) * ground, place


def any_skin(rng: np.random.Generator) -> Floats:
    low, high = np.array(SKIN, float)
    return np.asarray(low + (high - low) * rng.random() + rng.normal(0, 6, 3))


def skin_around(picture: Pixels, mask: Mask, rng: np.random.Generator) -> Floats:
    """The colour beside a wound; any colour of skin where a margin is all there is. Pixels uint8 [S, S, 3]."""
    ring = ndimage.binary_dilation(mask, iterations=14) & ~ndimage.binary_dilation(mask, iterations=4)
    found = picture[ring & (picture.max(2) > MARGIN)]
    return np.median(found, axis=0).astype(np.float64) if len(found) > 60 else any_skin(rng)


def bare_limb(photographs: Sequence[Photograph], side: int, rng: np.random.Generator) -> Pixels:
    """uint8 [side, side, 3], now and then with a patch of another colour, which is no wound."""
    picture, (x, y) = limb(photographs, any_skin(rng), side, rng)
    if rng.random() < 0.4:
        rows, columns = np.mgrid[0:side, 0:side]
        radius = side * rng.uniform(0.03, 0.12)
        spot = np.clip(2 * (1 - np.hypot(columns - x, rows - y) / radius + 0.3 * clouds(side, 10, rng)), 0, 1)[
            ..., None
        ]
        picture = (1 - spot) * picture + spot * rng.uniform(20, 255, 3)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def limb_with_wound(
    picture: Pixels, mask: Mask, photographs: Sequence[Photograph], side: int, rng: np.random.Generator
) -> tuple[Pixels, Mask]:
    """A wound from the middle of `picture`, uint8 [S, S, 3] with mask bool [S, S], and its margin, on a limb of its own
    skin.
    """
    whole, (x, y) = limb(photographs, skin_around(picture, mask, rng), side, rng)
    rows, columns = np.nonzero(mask)
    length = max(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    scale = side * rng.uniform(0.15, 0.6) / length
    size = max(8, round(picture.shape[0] * scale))
    margin = ndimage.binary_dilation(mask, iterations=int(rng.integers(3, 14)))
    soft = ndimage.gaussian_filter(margin.astype(np.float32), rng.uniform(1.5, 5))
    layers = [Image.fromarray(picture), Image.fromarray(soft), Image.fromarray(mask)]
    turn = float(rng.uniform(-180, 180))
    laid = []
    for layer in layers:
        way = Image.Resampling.NEAREST if layer.mode == "1" else Image.Resampling.BILINEAR
        laid.append(np.asarray(layer.resize((size, size), way).rotate(turn, way)))
    left, top = round(x - size / 2), round(y - size / 2)
    ys, xs = slice(max(top, 0), min(top + size, side)), slice(max(left, 0), min(left + size, side))
    part = np.s_[ys.start - top : ys.stop - top, xs.start - left : xs.stop - left]
    alpha = laid[1][part][..., None].astype(np.float64)
    whole[ys, xs] = (1 - alpha) * whole[ys, xs] + alpha * laid[0][part]
    cover = np.zeros((side, side), bool)
    cover[ys, xs] = laid[2][part].astype(bool)
    return np.clip(np.round(whole), 0, 255).astype(np.uint8), cover
