"""Whole data sets in memory, and batches that give every set its share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from tqdm import tqdm

from ..data.augment import affine_maps, erase, relight, warp
from ..data.copies import copies_of_held
from ..data.harden import Hardening, harden, turn_and_letterbox
from ..data.index import Row, read_image, read_index, read_mask
from ..data.prompts import sample_prompts
from ..data.sets import ANY_WAY_UP, COLOURED, SetSpec

#: Side in pixels at which images are held; batches are made from these.
STORED = 256
#: Below this share of the image a target that was cropped away counts neither as present nor as absent.
PRESENT_SHARE = 0.003


@dataclass(frozen=True)
class LoadedSet:
    spec: SetSpec
    #: uint8 [N, 3, 256, 256]
    images: Tensor
    #: uint8 [N, 256, 256], 0..255, segmentation only.
    masks: Tensor | None
    #: int64 [N], classification only.
    labels: Tensor | None
    groups: list[str]

    def __len__(self) -> int:
        return len(self.images)


def usable_rows(spec: SetSpec, root: Path, split: str) -> list[Row]:
    """The rows that training uses: without those whose empty mask contradicts the picture, and without copies of what
    is held out, where the set has such.
    """
    rows = read_index(root / spec.name, split)
    if spec.drop_copies and split == "train":
        copies = copies_of_held(root / spec.name)
        rows = [row for row in rows if row.id not in copies]
    return [row for row in rows if not (spec.drop_empty and row.mask and not read_mask(row.mask, STORED).any())]


def load_set(spec: SetSpec, root: Path, split: str) -> LoadedSet:
    rows = usable_rows(spec, root, split)
    images: list[npt.NDArray[np.uint8]] = []
    masks: list[npt.NDArray[np.uint8]] = []
    labels: list[int] = []
    groups: list[str] = []
    for row in tqdm(rows, desc=f"{spec.name} {split}", leave=False):
        if spec.kind == "segmentation" and row.mask is not None:
            masks.append(read_mask(row.mask, STORED))
        if spec.kind == "classification":
            labels.append(spec.classes.index(row.label))
        images.append(read_image(row.image, STORED))
        groups.append(row.group)
    return LoadedSet(
        spec,
        torch.from_numpy(np.stack(images)),
        torch.from_numpy(np.stack(masks)) if masks else None,
        torch.tensor(labels) if labels else None,
        groups,
    )


def some_of(data: LoadedSet, most: int | None, seed: int) -> LoadedSet:
    """At most `most` images, classes in their proportions."""
    if most is None or len(data) <= most:
        return data
    assert data.labels is not None
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(data), generator=generator)
    kept: list[int] = []
    for label in range(len(data.spec.classes)):
        own = order[data.labels[order] == label]
        kept += own[: math.ceil(len(own) * most / len(data))].tolist()
    rows = torch.tensor(sorted(kept))
    return LoadedSet(data.spec, data.images[rows], None, data.labels[rows], [data.groups[i] for i in rows.tolist()])


@dataclass(frozen=True)
class Batch:
    """Segmentation samples first, then classification samples, then pictures of nothing."""

    #: float32 [B, 3, S, S], 0..255.
    pixels: Tensor
    #: float32 [M, S, S], 0..1, of the M segmentation samples.
    masks: Tensor
    #: int64 [M], index of the target.
    target: Tensor
    #: float32 [B, T]: 1 present, 0 absent, -1 unknown.
    presence: Tensor
    #: Task name and labels of the classification samples in order: (task, first row, labels).
    tasks: list[tuple[str, int, Tensor]]
    coords: Tensor
    prompt_labels: Tensor
    prompt_truth: Tensor

    def to(self, device: torch.device) -> Batch:
        moved = {f.name: value.to(device) for f in fields(self) if isinstance(value := getattr(self, f.name), Tensor)}
        return replace(self, **moved, tasks=[(task, first, labels.to(device)) for task, first, labels in self.tasks])


def crop_in(maps: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Looks closer at a random place now and then, so that a target is sometimes cut or not in the picture at all."""
    noise = torch.rand(len(maps), 4, generator=generator)
    for i in range(len(maps)):
        if noise[i, 0] < probability:
            zoom = 0.4 + 0.35 * noise[i, 1]
            maps[i, :, :2] *= zoom
            maps[i, :, 2] += (noise[i, 2:] * 2 - 1) * (1 - zoom)
    return maps


class Batches:
    """An endless, seeded stream of batches; `state` and `restore` make a run resumable."""

    def __init__(
        self,
        segmentation: Sequence[LoadedSet],
        classification: Sequence[LoadedSet],
        targets: Sequence[str],
        segmentation_per_batch: int,
        classification_per_batch: int,
        seed: int,
        close_up: float = 0.15,
        weights: Mapping[str, float] | None = None,
        hardening: Hardening | None = None,
        nothing: Tensor | None = None,
        nothing_per_batch: int = 0,
    ) -> None:
        """`nothing`: uint8 [N, 3, 256, 256], pictures without any target, of which each batch gets some."""
        self.segmentation, self.classification = list(segmentation), list(classification)
        self.targets = list(targets)
        self.counts = (segmentation_per_batch, classification_per_batch)
        self.generator = torch.Generator().manual_seed(seed)
        self.rng = np.random.default_rng(seed)
        self.close_up = close_up
        self.weights = dict(weights or {})
        self.hardening = hardening
        self.nothing, self.nothing_per_batch = nothing, nothing_per_batch if nothing is not None else 0
        self.queues: dict[str, list[int]] = {}

    def state(self) -> dict[str, object]:
        return {"torch": self.generator.get_state(), "numpy": self.rng.bit_generator.state, "queues": self.queues}

    def restore(self, state: dict[str, object]) -> None:
        self.generator.set_state(state["torch"])  # type: ignore[arg-type]
        self.rng.bit_generator.state = state["numpy"]  # type: ignore[assignment]
        self.queues = state["queues"]  # type: ignore[assignment]

    def draw(self, data: LoadedSet, count: int) -> list[int]:
        """The next `count` samples of a set's shuffled order; classes of a classification set come equally often."""
        drawn: list[int] = []
        while len(drawn) < count:
            queue = self.queues.setdefault(data.spec.name, [])
            if not queue:
                queue.extend(self.order(data))
            drawn.append(queue.pop())
        return drawn

    def order(self, data: LoadedSet) -> list[int]:
        if data.labels is None:
            return list(self.rng.permutation(len(data)))
        labels = data.labels.numpy()
        members = [np.flatnonzero(labels == k) for k in range(len(data.spec.classes))]
        # Between natural and equal frequency: the square root of each class's size.
        sizes = np.sqrt([len(m) for m in members])
        quota = (len(data) * sizes / sizes.sum()).astype(int)
        picked = [self.rng.choice(m, q, replace=q > len(m)) for m, q in zip(members, quota, strict=True)]
        return [int(i) for i in self.rng.permutation(np.concatenate(picked))]

    def shares(self, sets: Sequence[LoadedSet], count: int) -> list[int]:
        """How many samples of each set: its weight's share, rounded down, and the rest drawn at random by what is
        missing.
        """
        if not sets:
            return []
        weights = np.array([self.weights.get(data.spec.name, 1.0) for data in sets])
        wanted = count * weights / weights.sum()
        base = np.floor(wanted).astype(int)
        rest = wanted - base
        if (missing := count - base.sum()) > 0:
            for i in self.rng.choice(len(sets), missing, replace=False, p=rest / rest.sum()):
                base[i] += 1
        return [int(n) for n in base]

    def make(self, size: int) -> Batch:
        """Images of `size` pixels a side."""
        images, masks, target, settings, presence, coloured = [], [], [], [], [], []
        tasks: list[tuple[str, int, Tensor]] = []
        for data, count in zip(self.segmentation, self.shares(self.segmentation, self.counts[0]), strict=True):
            picked = self.draw(data, count)
            assert data.masks is not None
            images.append(data.images[picked])
            masks.append(data.masks[picked])
            target += [self.targets.index(data.spec.subject)] * count
            settings += [data.spec.augmentation] * count
            coloured += [data.spec.modality in COLOURED] * count
            presence += [[0.0] * len(self.targets)] * count
        for data, count in zip(self.classification, self.shares(self.classification, self.counts[1]), strict=True):
            picked = self.draw(data, count)
            assert data.labels is not None
            tasks.append((data.spec.subject, sum(map(len, images)), data.labels[picked]))
            images.append(data.images[picked])
            settings += [data.spec.augmentation] * count
            coloured += [data.spec.modality in COLOURED] * count
            presence += [[float(t in data.spec.shows) for t in self.targets]] * count
        if self.nothing is not None and (count := self.nothing_per_batch):
            images.append(self.nothing[torch.randint(len(self.nothing), (count,), generator=self.generator)])
            settings += [ANY_WAY_UP] * count
            coloured += [True] * count
            presence += [[0.0] * len(self.targets)] * count
        stacked = torch.cat(masks)
        maps = affine_maps(settings, self.generator)
        maps[: len(stacked)] = crop_in(maps[: len(stacked)], self.close_up, self.generator)
        if self.hardening:
            maps = turn_and_letterbox(maps, settings, self.hardening, self.generator)
        pixels, warped = warp(torch.cat(images), stacked, maps, size)
        assert warped is not None
        pixels = relight(pixels, settings, self.generator)
        pixels[len(stacked) :] = erase(pixels[len(stacked) :], 0.25, self.generator)
        if self.hardening:
            pixels = harden(pixels, coloured, self.hardening, self.generator)
        known = torch.tensor(presence)
        share = warped.mean((1, 2))
        own = torch.where(share > PRESENT_SHARE, 1.0, torch.where(share < PRESENT_SHARE / 10, 0.0, -1.0))
        # A full frame shows its target however small it is; only a crop can have lost it.
        own = torch.where((stacked.float().mean((1, 2)) / 255 < PRESENT_SHARE) & (share > 0), 1.0, own)
        known[torch.arange(len(stacked)), torch.tensor(target)] = own
        quarter = torch.nn.functional.avg_pool2d(warped[:, None], 4)[:, 0]
        coords, labels, truth = sample_prompts((quarter > 0.5).numpy(), STORED, self.rng)
        return Batch(pixels, warped, torch.tensor(target), known, tasks, coords, labels, truth)
