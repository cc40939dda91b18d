"""One object at a time and a prompt for it: what the promptable head learns from (train_promptable.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from tqdm import tqdm

from ..data.objects import Box, box_of, components, regions
from ..models.prompt_encoder import BOX_FIRST, BOX_SECOND, NEGATIVE, PADDING, POSITIVE
from .seen import SIDE, Seen

TOKENS = 3
#: Of the objects of a batch; a set of masks each, collages, and regions of images without masks.
COLLAGE_SHARE, REGION_SHARE = 0.12, 0.15


@dataclass(frozen=True)
class Thing:
    """One object: the row of its picture, its mask packed, whether a point can mean it, and its kind (a data set's name)."""

    row: int
    mask: npt.NDArray[np.uint8]
    clickable: bool
    kind: str


def find_things(seen: Seen, seed: int, kept: Path) -> list[Thing]:
    """Every object in the pictures that were looked at; `kept` remembers them."""
    if kept.is_file():
        return [Thing(*entry) for entry in torch.load(kept, weights_only=False)]
    rng = np.random.default_rng(seed)
    things = []
    for row in tqdm(seen.rows(), desc="objects", leave=False):
        item = seen.items[row]
        mask = seen.mask(row)
        if mask.any():
            kind = "collage" if item.kind == "collage" else item.set
            things += [Thing(int(row), np.packbits(part), True, kind) for part in components(mask, rng)]
        elif item.kind in ("plain", "hard", "nothing"):
            found = regions(seen.arrays["pixels"][row], rng)
            things += [Thing(int(row), np.packbits(part), False, "region") for part in found]
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

    def __init__(self, seen: Seen, things: list[Thing], seed: int, boxes: float) -> None:
        self.seen, self.things, self.boxes = seen, things, boxes
        self.rng = np.random.default_rng(seed)
        self.places: dict[str, list[int]] = {}
        for place, thing in enumerate(things):
            self.places.setdefault(thing.kind, []).append(place)
        sets = [kind for kind in self.places if kind not in ("collage", "region")]
        rest = 1.0 - (COLLAGE_SHARE if "collage" in self.places else 0) - (REGION_SHARE if "region" in self.places else 0)
        shares = {kind: rest / len(sets) for kind in sets} | {"collage": COLLAGE_SHARE, "region": REGION_SHARE}
        self.kinds = list(self.places)
        self.shares = np.array([shares[kind] for kind in self.kinds])
        self.shares /= self.shares.sum()

    def draw(self, count: int, prompt: str) -> Prompted:
        """`prompt`: box or point, for all of the batch."""
        picked: list[Thing] = []
        while len(picked) < count:
            place = int(self.rng.choice(self.places[self.kinds[self.rng.choice(len(self.kinds), p=self.shares)]]))
            if prompt == "box" or self.things[place].clickable:
                picked.append(self.things[place])
        images, embeddings, truths, boxes = [], [], [], []
        coords = np.zeros((count, TOKENS, 2), np.float32)
        labels = np.full((count, TOKENS), PADDING, np.float32)
        for i, thing in enumerate(picked):
            mask = np.unpackbits(thing.mask).reshape(SIDE, SIDE).astype(bool)
            image, embedding = self.seen.arrays["pixels"][thing.row], self.seen.arrays["embedding"][thing.row]
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
                if chance < 0.2:
                    coords[i, 1], labels[i, 1] = self.point(mask), POSITIVE
                elif chance < 0.3 and not mask.all():
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
        """Anywhere on it; half of the time as far in as a person would click."""
        ys, xs = np.nonzero(mask)
        if self.rng.random() < 0.5:
            k = int(np.argmin((xs - xs.mean()) ** 2 + (ys - ys.mean()) ** 2))
        else:
            k = int(self.rng.integers(len(xs)))
        return xs[k] + 0.5, ys[k] + 0.5


def disturb(image: Tensor, generator: torch.Generator) -> Tensor:
    """Light and noise on the picture alone; its embedding was made without, and the head must not lean on it. 0..255."""
    noise = torch.rand(len(image), 3, 1, 1, 1, generator=generator)
    mean = image.mean((1, 2, 3), keepdim=True)
    image = (image - mean) * (0.75 + 0.5 * noise[:, 0]) + mean + 24 * (noise[:, 1] - 0.5)
    strength = 12 * (noise[:, 2] - 0.6).clamp(min=0)
    return (image + strength * torch.randn(image[:, :1].shape, generator=generator)).clamp(0, 255)
