"""One object at a time and a prompt for it: what the promptable head learns from (train_promptable.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor
from tqdm import tqdm

from ..data.objects import Box, box_of, components, regions
from ..models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND, NEGATIVE, PADDING, POSITIVE
from .seen import SIDE, SeenFolders

TOKENS = 3
#: Of the objects of a batch; a set of masks each, collages, and regions of images without masks.
COLLAGE_SHARE, REGION_SHARE = 0.12, 0.15
#: How often a set is drawn for points, 1 where it is not named: what a point means is harder to tell there.
HARD_TO_POINT_AT = {"dsb2018_nuclei": 4.0, "fuseg_wound": 4.0, "kvasir_seg": 3.0}
#: Regions that nobody labelled are slow to find, and a few say most.
MOST_REGIONS = 1500


@dataclass(frozen=True)
class Thing:
    """One object: the row of its picture, its mask packed, whether a point can mean it, and its kind (a data set's
    name).
    """

    row: int
    mask: npt.NDArray[np.uint8]
    clickable: bool
    kind: str


def find_things(seen: SeenFolders, seed: int, kept: Path) -> list[Thing]:
    """Every object in the pictures that were looked at; `kept` remembers them."""
    if kept.is_file():
        return [Thing(*entry) for entry in torch.load(kept, weights_only=False)]
    rng = np.random.default_rng(seed)
    things: list[Thing] = []
    of_regions = 0
    for row, item in enumerate(tqdm(seen.items, desc="objects", leave=False)):
        mask = seen.mask(row)
        if mask.any():
            kind = "collage" if item.kind == "collage" else item.set
            things += [Thing(row, np.packbits(part), True, kind) for part in components(mask, rng)]
        elif item.kind in ("plain", "hard", "nothing") and of_regions < MOST_REGIONS:
            found = regions(seen.picture(row), rng)
            things += [Thing(row, np.packbits(part), False, "region") for part in found]
            of_regions += len(found)
    torch.save([tuple(vars(thing).values()) for thing in things], kept)
    return things


@dataclass(frozen=True)
class Prompted:
    image: Tensor
    embedding: Tensor
    truth: Tensor
    coords: Tensor
    labels: Tensor
    box: Tensor


class Prompts:
    """Endless batches of objects with a prompt each."""

    def __init__(self, seen: SeenFolders, things: list[Thing], seed: int) -> None:
        self.seen, self.things = seen, things
        self.rng = np.random.default_rng(seed)
        self.places: dict[str, list[int]] = {}
        for place, thing in enumerate(things):
            self.places.setdefault(thing.kind, []).append(place)
        self.kinds = list(self.places)
        self.shares = {"box": self.share_out({}), "point": self.share_out(HARD_TO_POINT_AT)}

    def share_out(self, weights: dict[str, float]) -> npt.NDArray[np.float64]:
        """How often each kind is drawn; sets alike but for their weights."""
        sets = {kind: weights.get(kind, 1.0) for kind in self.places if kind not in ("collage", "region")}
        rest = (
            1.0 - (COLLAGE_SHARE if "collage" in self.places else 0) - (REGION_SHARE if "region" in self.places else 0)
        )
        shares = {kind: rest * weight / sum(sets.values()) for kind, weight in sets.items()}
        shares |= {"collage": COLLAGE_SHARE, "region": REGION_SHARE}
        found = np.array([shares[kind] for kind in self.kinds])
        return np.asarray(found / found.sum())

    def draw(self, count: int, prompt: str) -> Prompted:
        """`prompt`: box or point, for all of the batch."""
        picked: list[Thing] = []
        while len(picked) < count:
            places = self.places[self.kinds[self.rng.choice(len(self.kinds), p=self.shares[prompt])]]
            place = places[int(self.rng.integers(len(places)))]
            if prompt == "box" or self.things[place].clickable:
                picked.append(self.things[place])
        images, embeddings, truths, boxes = [], [], [], []
        coords = np.zeros((count, TOKENS, 2), np.float32)
        labels = np.full((count, TOKENS), PADDING, np.float32)
        for i, thing in enumerate(picked):
            mask = np.unpackbits(thing.mask).reshape(SIDE, SIDE).astype(bool)
            image, embedding = self.seen.picture(thing.row), self.seen.embedding(thing.row)
            if self.rng.random() < 0.5:
                image, embedding, mask = image[..., ::-1], embedding[..., ::-1], mask[..., ::-1]
            images.append(image.copy())
            embeddings.append(embedding.copy())
            truths.append(mask)
            box = box_of(mask)
            boxes.append([box.x0, box.y0, box.x1, box.y1])
            if prompt == "box":
                coords[i, :2], labels[i, :2] = self.box(box), (BOX_FIRST, BOX_SECOND)
                if thing.clickable and self.rng.random() < 0.15:
                    coords[i, 2], labels[i, 2] = self.point(mask), POSITIVE
            else:
                coords[i, 0], labels[i, 0] = self.point(mask), POSITIVE
                chance = self.rng.random()
                if chance < 0.15:
                    coords[i, 1], labels[i, 1] = self.point(mask), POSITIVE
                elif chance < 0.25 and not mask.all():
                    coords[i, 1], labels[i, 1] = self.point(~mask), NEGATIVE
        return Prompted(
            torch.from_numpy(np.stack(images)).float(),
            torch.from_numpy(np.stack(embeddings)).float(),
            torch.from_numpy(np.stack(truths)).float(),
            torch.from_numpy(coords) / SIDE,
            torch.from_numpy(labels),
            torch.tensor(boxes) / SIDE,
        )

    def box(self, box: Box) -> npt.NDArray[np.float32]:
        """Tight most of the time, since that is what is asked; else as people draw them."""
        corners = np.array([[box.x0, box.y0], [box.x1, box.y1]], np.float32)
        if self.rng.random() < 0.35:
            size = corners[1] - corners[0]
            corners = corners + self.rng.uniform(-0.07, 0.07, (2, 2)).astype(np.float32) * size
        return np.clip(corners, 0, SIDE)

    def point(self, mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
        """Anywhere on it; more often as far in as a person would click, or in the middle."""
        chance = self.rng.random()
        if chance < 0.4:
            return deepest_point(mask)
        ys, xs = np.nonzero(mask)
        middle = (xs - xs.mean()) ** 2 + (ys - ys.mean()) ** 2
        k = int(middle.argmin() if chance < 0.6 else self.rng.integers(len(xs)))
        return xs[k] + 0.5, ys[k] + 0.5


def deepest_point(mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The middle of the pixel that is farthest from the object's border; the image's edge is border too."""
    box = box_of(mask)
    depth = ndimage.distance_transform_edt(np.pad(mask[box.y0 : box.y1, box.x0 : box.x1], 1))[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(box.x0 + x) + 0.5, float(box.y0 + y) + 0.5


def disturb(image: Tensor, generator: torch.Generator) -> Tensor:
    """Light and noise on the picture alone; its embedding was made without, and the head must not lean on it.
    0..255.
    """
    noise = torch.rand(len(image), 3, 1, 1, 1, generator=generator)
    mean = image.mean((1, 2, 3), keepdim=True)
    image = (image - mean) * (0.75 + 0.5 * noise[:, 0]) + mean + 24 * (noise[:, 1] - 0.5)
    strength = 12 * (noise[:, 2] - 0.6).clamp(min=0)
    return (image + strength * torch.randn(image[:, :1].shape, generator=generator)).clamp(0, 255)
