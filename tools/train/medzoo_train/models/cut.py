"""Regions cut out of an image at a fixed number of cells, pasted back, and the boxes of what is found in them.

Cutting and pasting are products with matrices of triangle weights: plain operators that run everywhere, and antialiased
where a region is larger than the cut. Regions and boxes are float32 [B, 4] as x0, y0, x1, y1, in 0..1 of the model's
input.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .layers import sides
from .prompt_encoder import POSITIVE

#: Steps of two cells in which a component is followed from a point: three quarters of 64 cells, whichever way it turns.
STEPS = 24
#: Cells around a point that are the point.
SEED = 1.6


def cut_matrix(start: Tensor, length: Tensor, cells: int, source: int) -> Tensor:
    """Resamples a stretch of one axis: float32 [B, cells, source], triangle weights, antialiased where it shrinks.

    start, length: float32 [B], in units of the source's cells. Weights beyond the source's ends are lost: zero padding.
    """
    step = length / cells
    at = start[:, None] + (torch.arange(cells, device=start.device) + 0.5) * step[:, None] - 0.5
    width = step.clamp(min=1.0)[:, None, None]
    distance = (at[:, :, None] - torch.arange(source, device=start.device)) / width
    return (1 - distance.abs()).clamp(min=0) / width


def cut(x: Tensor, rois: Tensor, cells: int) -> Tensor:
    """float32 [B, C, S, S] and regions of it -> float32 [B, C, cells, cells]."""
    side = sides(x)[1]
    x0, y0, x1, y1 = (rois * side).unbind(1)
    rows, columns = cut_matrix(y0, y1 - y0, cells, side), cut_matrix(x0, x1 - x0, cells, side)
    return rows[:, None] @ x @ columns[:, None].transpose(2, 3)


def paste(x: Tensor, rois: Tensor, side: int, outside: float) -> Tensor:
    """float32 [B, H, H], each over its region, onto a grid of `side` with `outside` around it: float32 [B, side, side].
    """
    cells = sides(x)[1]
    x0, y0, x1, y1 = rois.unbind(1)
    # The whole image, seen from the region: where it starts and how long it is, in cells of the cut.
    width, height = (x1 - x0).clamp(min=1e-4), (y1 - y0).clamp(min=1e-4)
    rows = cut_matrix(-y0 / height * cells, cells / height, side, cells)
    columns = cut_matrix(-x0 / width * cells, cells / width, side, cells)
    return rows @ (x - outside) @ columns.transpose(1, 2) + outside


def axis_cells(low: Tensor, high: Tensor, cells: int) -> Tensor:
    """Centres of a region's cells: float32 [B, cells]."""
    return low[:, None] + (torch.arange(cells, device=low.device) + 0.5) / cells * (high - low)[:, None]


def whole_image(like: Tensor) -> Tensor:
    """The region that is the whole image, for each of a batch."""
    return torch.tensor([[0.0, 0.0, 1.0, 1.0]], device=like.device).expand(like.shape[0], -1)


def seen_from(rois: Tensor, frames: Tensor) -> Tensor:
    """Regions of the image as regions of a frame, which is itself a region of the image."""
    return (rois - frames[:, :2].repeat(1, 2)) / (frames[:, 2:] - frames[:, :2]).clamp(min=1e-4).repeat(1, 2)


def out_of(boxes: Tensor, frames: Tensor) -> Tensor:
    """Boxes in a frame as boxes in the image: seen_from turned around."""
    return boxes * (frames[:, 2:] - frames[:, :2]).repeat(1, 2) + frames[:, :2].repeat(1, 2)


def box_of_mask(logits: Tensor) -> Tensor:
    """The tight boxes of masks float32 [B, H, H], in 0..1 of the mask's side: float32 [B, 4]; the whole where a mask is
    empty.
    """
    side = sides(logits)[1]
    mask = (logits > 0).to(logits.dtype)
    ends = []
    for axis in (1, 2):  # columns that hold something, then rows
        line = mask.amax(axis)
        some = line.amax(1)
        first = line.argmax(1).to(logits.dtype) * some
        last = (side - line.flip(1).argmax(1)).to(logits.dtype) * some + side * (1 - some)
        ends.append((first / side, last / side))
    (x0, x1), (y0, y1) = ends
    return torch.stack([x0, y0, x1, y1], dim=1)


def pointed_part(logits: Tensor, frames: Tensor, coords: Tensor, labels: Tensor) -> Tensor:
    """The part of each mask that holds its positive points, 1 or 0: a prompt means one object, and a mask may touch
    others.

    logits: float32 [B, H, H], each over its frame; coords: float32 [B, N, 2] in 0..1. All of a mask that holds no
    point.
    """
    cells = sides(logits)[1]
    mask = (logits > 0).to(logits.dtype)
    near = []
    for axis in (0, 1):
        at = axis_cells(frames[:, axis], frames[:, 2 + axis], cells)
        reach = SEED / cells * (frames[:, 2 + axis] - frames[:, axis])
        near.append(((at[:, None] - coords[..., axis, None]).abs() < reach[:, None, None]).to(logits.dtype))
    positive = (labels == POSITIVE).to(logits.dtype)[..., None]
    part = ((near[1] * positive).transpose(1, 2) @ near[0]).clamp(max=1) * mask
    for _ in range(STEPS):
        part = F.max_pool2d(F.max_pool2d(part[:, None], (5, 1), 1, (2, 0)), (1, 5), 1, (0, 2))[:, 0] * mask
    none = 1 - part.amax((1, 2), keepdim=True)
    return part + mask * none
