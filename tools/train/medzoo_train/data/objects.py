"""Objects to point at, one at a time: components of masks, and regions of images that nobody labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]

#: Pixels of 256x256 that an object needs.
LEAST_PIXELS = 16
#: Of one image, or a field of nuclei would outweigh a hundred polyps.
MOST = 12


@dataclass(frozen=True)
class Box:
    """In pixels, the far edges exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int


def components(mask: Mask, rng: np.random.Generator) -> list[Mask]:
    """Connected components large enough to be meant, at most MOST of them."""
    labels, count = ndimage.label(mask)
    sizes = np.bincount(labels.reshape(-1), minlength=count + 1)
    large = np.flatnonzero(sizes >= LEAST_PIXELS)
    large = large[large > 0]
    if len(large) > MOST:
        large = rng.choice(large, MOST, replace=False)
    return [labels == k for k in large]


def regions(image: Pixels, rng: np.random.Generator, most: int = 4) -> list[Mask]:
    """Compact regions of one tone that stand out from what is around them; uint8 [3, S, S].

    Tones are cut at random levels of a smoothed image; what is left of a level is opened, filled, and kept where it is
    neither a speck nor the whole picture, does not touch the border, and differs from the ring around it.
    """
    smooth = ndimage.gaussian_filter(image.mean(0).astype(np.float64), rng.uniform(1.0, 3.0))
    side = smooth.shape[0]
    found: list[Mask] = []
    for _ in range(8):
        if len(found) >= most:
            break
        level = rng.uniform(*np.quantile(smooth, [0.1, 0.9]))
        cut = ndimage.binary_opening(
            smooth > level if rng.random() < 0.5 else smooth < level, iterations=int(rng.integers(1, 4))
        )
        labels, count = ndimage.label(cut)
        for k in rng.permutation(count)[:6]:
            region = ndimage.binary_fill_holes(labels == k + 1)
            if is_object(region, smooth, side):
                found.append(region)
                break
    return found


def is_object(region: Mask, smooth: npt.NDArray[np.float64], side: int) -> bool:
    size = int(region.sum())
    if not 60 <= size <= 0.25 * side * side:
        return False
    box = box_of(region)
    if min(box.x0, box.y0) <= 1 or max(box.x1, box.y1) >= side - 1:
        return False
    if size < 0.45 * (box.x1 - box.x0) * (box.y1 - box.y0):
        return False
    ring = ndimage.binary_dilation(region, iterations=3) & ~region
    return abs(float(smooth[region].mean() - smooth[ring].mean())) > 10


def box_of(mask: Mask) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def inscribed_ellipse(box: Box, side: int) -> Mask:
    """What a promptable model has to beat: the ellipse that touches the box on four sides."""
    y, x = np.mgrid[0:side, 0:side] + 0.5
    u = (x - (box.x0 + box.x1) / 2) / ((box.x1 - box.x0) / 2)
    v = (y - (box.y0 + box.y1) / 2) / ((box.y1 - box.y0) / 2)
    return np.asarray(u * u + v * v <= 1)
