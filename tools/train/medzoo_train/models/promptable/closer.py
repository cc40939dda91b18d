"""Where the promptable head looks closer: at a box that is given, or at what a first look finds around points.

A point says where an object is and not how large. So two windows are looked at first: a small one around the points,
for things that are smaller than a cell of the embedding, and one around the decoder's rough mask. The finder says what
the object is in each, and how sure it is. What it found is then looked at as a box that was given would be
(EXPERIMENTS.md, 12 and 17).
"""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..layers import first_channels, sides
from .cut import box_of_mask, out_of, paste, pointed_part, whole_image
from .prompt_encoder import BOX_FIRST, BOX_SECOND, POSITIVE
from .refiner import Refiner, RefinerConfig

#: Least side of the box around points, in 0..1 of the model's input: with the margin around it 60 of 256 pixels, one
#: for a cell.
NEAR = 40 / 256
#: The box of several points, and of a rough mask, is taken as this much larger: an object reaches beyond both.
BEYOND_POINTS, BEYOND_ROUGH = 2.0, 1.25


def given_box(coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The box among the prompts, float32 [B, 4], and whether there is one, float32 [B, 1]; corners in any order."""
    first, second = ((labels == kind).to(coords.dtype)[..., None] for kind in (BOX_FIRST, BOX_SECOND))
    a, b = (coords * first).sum(1), (coords * second).sum(1)
    return torch.cat([torch.minimum(a, b), torch.maximum(a, b)], dim=1), first.amax(1)


def around_points(coords: Tensor, labels: Tensor) -> Tensor:
    """A square around the positive points, float32 [B, 4]; the whole image where there is none."""
    positive = (labels == POSITIVE).to(coords.dtype)[..., None]
    low, high = (coords * positive + 1 - positive).amin(1), (coords * positive).amax(1)
    half = ((high - low).abs().amax(1, keepdim=True) * BEYOND_POINTS).clamp(NEAR, 1.0) / 2
    centre = (low + high) / 2
    return torch.cat([centre - half, centre + half], dim=1)


def around_both(boxes: Tensor, near: Tensor) -> Tensor:
    """Boxes of rough masks, made larger, and the square around the points, in one box; float32 [B, 4]."""
    more = (boxes[:, 2:] - boxes[:, :2]) * (BEYOND_ROUGH - 1) / 2
    low, high = torch.minimum(boxes[:, :2] - more, near[:, :2]), torch.maximum(boxes[:, 2:] + more, near[:, 2:])
    return torch.cat([low, high], dim=1).clamp(0, 1)


class FirstLook(NamedTuple):
    """Of both windows: those around the points, then those around the rough masks."""

    #: float32 [2B, side, side]
    logits: Tensor
    #: float32 [2B, 4]
    frames: Tensor
    #: Expected IoU, float32 [2B].
    quality: Tensor


class Closer(nn.Module):
    """Where to look closer, and what is seen there: masks of the whole input for each of the decoder's masks."""

    def __init__(self, config: RefinerConfig, finds: bool = False) -> None:
        super().__init__()
        self.refiner = Refiner(config)
        #: Look at points, first and again; without them, the rough mask's box is looked at as if it were given. They
        #: are apart from the refiner, so that what is learnt of points costs boxes nothing.
        self.finder: Refiner | None = None
        self.pointer: Refiner | None = None
        if finds:
            self.add_finder()

    def add_finder(self) -> None:
        """A finder and a pointer that begin as the refiner; the trunk, which stands still, is one for all."""
        self.finder, self.pointer = copy.deepcopy(self.refiner), copy.deepcopy(self.refiner)
        self.finder.trunk = self.pointer.trunk = self.refiner.trunk

    def first_look(self, image: Tensor, embedding: Tensor, rough: Tensor, coords: Tensor, labels: Tensor) -> FirstLook:
        """rough: logits float32 [B, R, R]; coords: float32 [B, N, 2] in 0..1."""
        assert self.finder is not None
        whole, near = whole_image(rough), around_points(coords, labels)
        wide = around_both(box_of_mask(pointed_part(rough, whole, coords, labels)), near)
        image, embedding, rough, coords, labels = (torch.cat([x, x]) for x in (image, embedding, rough, coords, labels))
        return FirstLook(*self.finder(image, embedding, rough, torch.cat([near, wide]), coords, labels))

    def found(
        self, image: Tensor, embedding: Tensor, rough: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The surer window's mask, as logits float32 [B, side, side], and the window, float32 [B, 4]."""
        look = self.first_look(image, embedding, rough, coords, labels)
        near, wide = look.quality.reshape(2, -1)
        surer = (wide > near).to(rough.dtype)[:, None]
        logits, frames = look.logits.reshape(2, -1, *sides(look.logits)), look.frames.reshape(2, -1, 4)
        mask = logits[0] * (1 - surer[..., None]) + logits[1] * surer[..., None]
        return mask, frames[0] * (1 - surer) + frames[1] * surer

    def boxes_of(self, masks: Tensor, frames: Tensor, coords: Tensor, labels: Tensor) -> Tensor:
        """Boxes in the image of what the points mean in masks float32 [B, H, H], each over its frame."""
        return out_of(box_of_mask(pointed_part(masks, frames, coords, labels)), frames)

    def look(
        self, image: Tensor, embedding: Tensor, masks: Tensor, frames: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What is seen at what points mean in masks float32 [B, H, H], each over its frame; see Refiner."""
        boxes = self.boxes_of(masks, frames, coords, labels)
        part = self.pointer or self.refiner
        return part(image, embedding, masks, boxes, coords, labels, frames)  # type: ignore[no-any-return]

    def forward(
        self, image: Tensor, embedding: Tensor, rough: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Masks float32 [B, K, S, S] as logits, and iou float32 [B, K], of rough masks float32 [B, K, R, R].

        Looks at the box that was given; without one, at what points mean in the place of the first rough mask, and at
        the boxes of the others. coords: float32 [B, N, 2] in 0..1.
        """
        count, side = sides(rough)[0], sides(image)[1]
        embedding = first_channels(embedding, self.refiner.config.dim)

        def each(x: Tensor) -> Tensor:
            return torch.cat([x] * count)

        masks, points, labels_of = rough.transpose(0, 1).flatten(0, 1), each(coords), each(labels)
        box, given = given_box(points, labels_of)
        boxes = box * given + self.boxes_of(masks, whole_image(masks), points, labels_of) * (1 - given)
        seen = self.refiner(each(image), each(embedding), masks, boxes, points, labels_of)
        found = paste(seen[0], seen[1], side, Refiner.OUTSIDE).reshape(count, -1, side, side).transpose(0, 1)
        iou = seen[2].reshape(count, -1).transpose(0, 1)
        if self.finder is None:
            return found, iou
        meant, sure = self.pointed(image, embedding, rough[:, 0], coords, labels)
        given = given_box(coords, labels)[1]
        first = found[:, 0] * given[..., None] + meant * (1 - given[..., None])
        of_first = iou[:, :1] * given + sure[:, None] * (1 - given)
        return torch.cat([first[:, None], found[:, 1:]], dim=1), torch.cat([of_first, iou[:, 1:]], dim=1)

    def pointed(
        self, image: Tensor, embedding: Tensor, rough: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What points mean: a mask float32 [B, S, S] as logits, and its expected IoU float32 [B]."""
        mask, window = self.found(image, embedding, rough, coords, labels)
        # Twice, since what was found first is in cells of its window, which need not be the object's.
        mask, window, _ = self.look(image, embedding, mask, window, coords, labels)
        mask, window, sure = self.look(image, embedding, mask, window, coords, labels)
        return paste(mask, window, sides(image)[1], Refiner.OUTSIDE), sure
