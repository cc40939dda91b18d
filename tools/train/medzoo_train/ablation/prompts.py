"""Prompts taken from the true mask: an advantage that AutoMed does not have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..data.prompts import tight_box
from ..models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND, PADDING, POSITIVE

Mask = npt.NDArray[np.bool_]
#: Components of fewer pixels are specks; nobody clicks on them.
MIN_PIXELS = 9
#: Coordinates float32 [K, 2, 2] in pixels of the mask, labels float32 [K, 2]: K prompts of two tokens, each for one
#: answer.
Prompts = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def components(mask: Mask) -> list[Mask]:
    """The connected components that are worth a click, largest first; at least one if the mask is not empty."""
    labels, _ = ndimage.label(mask)
    sizes = np.bincount(labels.reshape(-1))[1:]
    order = [int(i) for i in np.argsort(-sizes, kind="stable")]
    kept = [i for i in order if sizes[i] >= MIN_PIXELS] or order[:1]
    return [np.asarray(labels == i + 1) for i in kept]


def centre_point(component: Mask) -> tuple[float, float]:
    """x, y of the pixel farthest from the component's border; the image's edge counts as border."""
    depth = ndimage.distance_transform_edt(np.pad(component, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x), float(y)


def point_tokens(parts: list[Mask]) -> Prompts:
    """One positive point for each part, closed with padding as SAM does where there is no box."""
    coords = np.zeros((len(parts), 2, 2), np.float32)
    coords[:, 0] = [centre_point(part) for part in parts]
    return coords, np.tile(np.array([POSITIVE, PADDING], np.float32), (len(parts), 1))


def box_tokens(parts: list[Mask]) -> Prompts:
    """The tight box of each part."""
    coords = np.array([tight_box(part) for part in parts], np.float32).reshape(-1, 2, 2)
    return coords, np.tile(np.array([BOX_FIRST, BOX_SECOND], np.float32), (len(parts), 1))


def hand_made(mask: Mask) -> dict[str, Prompts]:
    """Every way of prompting that is compared, for one true mask that is not empty.

    `point`: one point in the largest component; `box`: one box around the whole mask; `points` and `boxes`: one for
    each component, whose answers are joined.
    """
    parts = components(mask)
    return {
        "point": point_tokens(parts[:1]),
        "box": box_tokens([mask]),
        "points": point_tokens(parts),
        "boxes": box_tokens(parts),
    }
