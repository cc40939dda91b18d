"""Regions cut out of an image at a fixed number of cells, pasted back, and the boxes of what is found in them.

Cutting and pasting are products with matrices of triangle weights: plain operators that run everywhere, and antialiased
where a region is larger than the cut. Regions and boxes are float32 [B, 4] as x0, y0, x1, y1, in 0..1 of the model's
input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..layers import sides
from .follow import follow
from .prompt_encoder import POSITIVE

#: Steps of two cells in which a component is followed from a point: three quarters of 64 cells, whichever way it turns.
STEPS = 24
#: Cells around a point that are the point.
SEED = 1.6


def cut_matrices(start: Tensor, length: Tensor, cells: Sequence[int], source: int) -> Tensor:
    """Resamples a stretch of each axis at several numbers of cells: float32 [B, 2, sum of cells, source], triangle
    weights, antialiased where it shrinks.

    start, length: float32 [B, 2, 1, 1], along x and along y, in units of the source's cells. Weights beyond the
    source's ends are lost: zero padding.
    """
    device = start.device
    step = length / torch.cat([torch.full((count, 1), float(count), device=device) for count in cells])
    places = torch.cat([torch.arange(count, device=device) + 0.5 for count in cells])
    at = start + places[:, None] * step - 0.5
    width = step.clamp(min=1.0)
    distance = (at - torch.arange(source, device=device)) / width
    return (1 - distance.abs()).clamp(min=0) / width


def cut(x: Tensor, rois: Tensor, cells: int) -> Tensor:
    """float32 [B, C, S, S] and regions of it -> float32 [B, C, cells, cells]."""
    return views(rois, [cells], sides(x)[1])[0](x)


def views(rois: Tensor, cells: Sequence[int], side: int) -> list[Callable[[Tensor], Tensor]]:
    """What cuts regions out of float32 [B, C, side, side], for each number of cells; one graph for all."""
    low, high = corners_of(rois * side)
    matrices = cut_matrices(low, high - low, cells, side)

    def cutter(both: Tensor) -> Callable[[Tensor], Tensor]:
        columns, rows = torch.split(both, 1, dim=1)
        return lambda x: rows @ x @ columns.transpose(2, 3)

    return [cutter(both) for both in (torch.split(matrices, list(cells), dim=2) if len(cells) > 1 else [matrices])]


def paste(x: Tensor, rois: Tensor, side: int, outside: float) -> Tensor:
    """float32 [B, H, H], each over its region, onto a grid with `outside` around it: float32 [B, side, side]."""
    cells = sides(x)[1]
    low, high = corners_of(rois)
    # The whole image, seen from the region: where it starts and how long it is, in cells of the cut.
    size = (high - low).clamp(min=1e-4)
    columns, rows = torch.split(cut_matrices(-low / size * cells, cells / size, [side], cells), 1, dim=1)
    return (rows @ (x - outside)[:, None] @ columns.transpose(2, 3) + outside)[:, 0]


def corners_of(regions: Tensor) -> tuple[Tensor, Tensor]:
    """The first corners and the second ones, float32 [B, 2, 1, 1] each."""
    low, high = torch.split(regions.reshape(-1, 4, 1, 1), 2, dim=1)
    return low, high


def cell_centres(regions: Tensor, cells: int) -> Tensor:
    """Centres of the cells of regions along x and along y: float32 [B, 2, cells]."""
    low, high = torch.split(regions.reshape(-1, 4, 1), 2, dim=1)
    return low + (torch.arange(cells, device=regions.device) + 0.5) / cells * (high - low)


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
    # Columns that hold something, then rows.
    lines = torch.stack([mask.amax(1), mask.amax(2)], dim=1)
    some = lines.amax(2)
    first = lines.argmax(2).to(logits.dtype) * some
    last = (side - lines.flip(2).argmax(2)).to(logits.dtype) * some + side * (1 - some)
    return torch.cat([first, last], dim=1) / side


def pointed_part(logits: Tensor, frames: Tensor, coords: Tensor, labels: Tensor) -> Tensor:
    """The part of each mask that holds its positive points, 1 or 0: a prompt means one object, and a mask may touch
    others.

    logits: float32 [B, H, H], each over its frame; coords: float32 [B, N, 2] in 0..1. All of a mask that holds no
    point.
    """
    cells = sides(logits)[1]
    mask = (logits > 0).to(logits.dtype)[:, None]
    distance = (cell_centres(frames, cells)[:, None] - coords[..., None]).abs()
    reach = SEED / cells * (frames[:, 2:] - frames[:, :2])
    near = (distance < reach[:, None, :, None]).to(logits.dtype)
    positive = (labels == POSITIVE).to(logits.dtype)[..., None]
    seed = ((near[:, :, 1] * positive).transpose(1, 2) @ near[:, :, 0]).clamp(max=1)
    part = follow(seed[:, None] * mask, mask, STEPS)
    none = 1 - part.amax((2, 3), keepdim=True)
    return (part + mask * none)[:, 0]
