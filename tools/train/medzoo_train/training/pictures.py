"""Pictures that heads learn from, made of training images: parts beside targets, close-ups, damaged copies, targets
elsewhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

from ..data.augment import affine_maps, relight, warp
from ..data.collage import collage
from ..data.harden import Hardening, Harm, harden, turn_and_letterbox
from ..data.limbs import bare_limb, limb_with_wound
from ..data.negatives import clear_boxes
from ..data.nothing import made_pictures
from ..data.objects import Box, box_of, components
from ..data.photographs import Photograph, frame_box, ground, photograph_picture, recolour
from ..data.sets import ANY_WAY_UP, COLOURED, SetSpec
from .batches import LoadedSet
from .seen import SIDE, Item

#: A picture uint8 [3, S, S], its mask bool [S, S], and for each target 1 (there), 0 (absent) or -1 (unknown).
Made = tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.int8]]


HARDENING = Hardening(damage=0.6, grey=0.35, invert=0.08, turn=0.12, letterbox=0.1)


def seed_of(item: Item) -> int:
    return zlib.crc32(f"{item.kind} {item.set} {item.row}".encode())


def bend(
    image: Tensor, mask: Tensor | None, spec: SetSpec | None, seed: int, harms: list[set[Harm]]
) -> tuple[Tensor, Tensor | None]:
    """One copy as training bends and hardens it: float32 [1, 3, S, S] of 0..255, float32 [1, S, S] of 0..1."""
    generator = torch.Generator().manual_seed(seed)
    settings = [spec.augmentation if spec else ANY_WAY_UP]
    maps = turn_and_letterbox(affine_maps(settings, generator), settings, HARDENING, generator, harms)
    pixels, cover = warp(image[None], None if mask is None else mask[None], maps, SIDE)
    coloured = [spec is None or spec.modality in COLOURED]
    return harden(relight(pixels, settings, generator), coloured, HARDENING, generator, harms), cover


def harms_of(item: Item, spec: SetSpec) -> set[Harm]:
    """What has made a harder copy an image of another kind; draws again what drew that copy, on an empty picture."""
    harms: list[set[Harm]] = [set()]
    bend(torch.zeros(3, SIDE, SIDE, dtype=torch.uint8), None, spec, seed_of(item), harms)
    return harms[0]


def middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


class Pictures:
    """Makes the picture of an item, its mask, and which targets are there (1, 0, or -1 for unknown)."""

    def __init__(
        self,
        sets: dict[str, LoadedSet],
        negatives: Tensor,
        targets: tuple[str, ...],
        photographs: Sequence[Photograph] = (),
    ) -> None:
        self.sets, self.negatives, self.targets, self.photographs = sets, negatives, targets, photographs

    def make(self, item: Item) -> Made:
        seed = seed_of(item)
        rng = np.random.default_rng(seed)
        empty = np.zeros((SIDE, SIDE), bool)
        absent = np.zeros(len(self.targets), np.int8)
        if item.kind == "made":
            return made_pictures(6, SIDE, np.random.default_rng([seed, 1])).numpy()[item.row % 6], empty, absent
        if item.kind == "collage":
            grounds = [data.images for data in self.sets.values()]
            pair = [
                images[int(rng.integers(len(images)))].numpy()
                for images in (grounds[rng.integers(len(grounds))] for _ in "ab")
            ]
            return *collage(pair[0], pair[1], rng), absent - 1
        if item.kind == "photo":
            return photograph_picture(self.photographs, item.row, SIDE, rng), empty, absent
        if item.kind == "bare":
            return recolour(bare_limb(self.photographs, SIDE, rng), rng).transpose(2, 0, 1), empty, absent
        if item.kind in ("framed", "limb"):
            return self.elsewhere(self.sets[item.set], item, rng)
        if item.set == "negatives":
            picture = self.negatives[item.row % len(self.negatives)]
            return (
                (picture.numpy() if item.kind == "nothing" else self.bend(picture, None, None, seed)[0]),
                empty,
                absent,
            )
        data = self.sets[item.set]
        if item.kind == "part":
            return self.part(data, item, rng)
        if item.kind == "close":
            return self.close(data, item, rng)
        # A row beyond the last is another copy.
        row = item.row % len(data)
        mask = None if data.masks is None else data.masks[row]
        known = self.presence(data.spec, mask)
        if item.kind == "plain":
            return data.images[row].numpy(), empty if mask is None else mask.numpy() > 127, known
        pixels, cover = self.bend(data.images[row], mask, data.spec, seed)
        if mask is not None and cover.mean() < 0.3 * max(float((mask > 127).float().mean()), 1e-6):
            known[self.targets.index(data.spec.subject)] = -1
        return pixels, cover, known

    def presence(self, spec: SetSpec, mask: Tensor | None) -> npt.NDArray[np.int8]:
        there = spec.shows if mask is None else ((spec.subject,) if bool((mask > 127).any()) else ())
        return np.array([target in there for target in self.targets], np.int8)

    def part(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A part of the image beside its mask; a piece of one colour where there is none to be had."""
        assert data.masks is not None
        boxes = clear_boxes(data.masks[item.row].numpy(), 1, rng)
        empty, absent = np.zeros((SIDE, SIDE), bool), np.zeros(len(self.targets), np.int8)
        if not boxes:
            return np.full((3, SIDE, SIDE), rng.integers(0, 255), np.uint8), empty, absent
        x0, y0, x1, y1 = boxes[0]
        part = data.images[item.row][None, :, y0:y1, x0:x1].float()
        grown = nn.functional.interpolate(part, size=(SIDE, SIDE), mode="bilinear").round().to(torch.uint8)[0]
        return grown.numpy(), empty, absent

    def close(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A part of the image around one of its targets, from all of it filled to a seventh."""
        assert data.masks is not None
        whole = data.masks[item.row] > 127
        parts = components(whole.numpy(), rng)
        known = self.presence(data.spec, data.masks[item.row])
        if not parts:
            return data.images[item.row].numpy(), whole.numpy(), known
        box = box_of(parts[int(rng.integers(len(parts)))])
        grow = rng.uniform(1.0, 2.5)
        half = np.clip(grow * max(box.x1 - box.x0, box.y1 - box.y0) / 2, 12, SIDE / 2)
        x, y = (np.clip(centre + rng.uniform(-0.3, 0.3) * half, half, SIDE - half) for centre in middle(box))
        x0, y0, x1, y1 = (round(float(v)) for v in (x - half, y - half, x + half, y + half))
        cut = data.images[item.row][None, :, y0:y1, x0:x1].float()
        grown = nn.functional.interpolate(cut, size=(SIDE, SIDE), mode="bilinear").round().to(torch.uint8)[0]
        cover = nn.functional.interpolate(whole[None, None, y0:y1, x0:x1].float(), size=(SIDE, SIDE), mode="bilinear")[
            0, 0
        ]
        return grown.numpy(), cover.numpy() > 0.5, known

    def elsewhere(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A target and what is around it, in another light, as a piece of a picture of something else; or on a limb."""
        pixels, mask, known = self.close(data, Item("close", item.set, item.row % len(data)), rng)
        picture = recolour(np.ascontiguousarray(pixels.transpose(1, 2, 0)), rng)
        if item.kind == "limb":
            whole, cover = limb_with_wound(picture, mask, self.photographs, SIDE, rng)
            return whole.transpose(2, 0, 1), cover, known
        whole, cover = ground(self.photographs, SIDE, rng).copy(), np.zeros((SIDE, SIDE), bool)
        left, top, width, height = frame_box(SIDE, rng)
        place = np.s_[top : top + height, left : left + width]
        whole[place] = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR))
        cover[place] = np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST))
        return whole.transpose(2, 0, 1), cover, known

    def bend(self, image: Tensor, mask: Tensor | None, spec: SetSpec | None, seed: int) -> Any:
        """One copy as training bends and hardens it: uint8 [3, S, S], bool [S, S]."""
        pixels, cover = bend(image, mask, spec, seed, [set()])
        covered = np.zeros((SIDE, SIDE), bool) if cover is None else cover[0].numpy() > 0.5
        return pixels[0].round().to(torch.uint8).numpy(), covered
