"""Augmented training images with their embeddings, made once and kept on disk: every arm learns from the very same
ones.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from ..data.augment import affine_maps, erase, relight, warp
from ..data.prompts import sample_prompts
from ..models.pixels import normalise
from ..models.precision import half_where_fast
from ..models.system import System
from ..training.batches import STORED, Batch, Batches, LoadedSet

Array = npt.NDArray[Any]


class Store:
    """Arrays of one length in a folder, written row by row and then only read."""

    def __init__(self, folder: Path, mode: str = "r") -> None:
        self.folder = folder
        self.arrays: dict[str, Array] = {}
        if mode == "r":
            self.arrays = {f.stem: np.load(f, mmap_mode="r") for f in sorted(folder.glob("*.npy"))}

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values())))

    def put(self, first: int, total: int, values: dict[str, Tensor]) -> None:
        """Writes rows from `first` on; the arrays are made at the first call."""
        for name, value in values.items():
            rows = value.numpy()
            if name not in self.arrays:
                shape = (total, *rows.shape[1:])
                file = self.folder / f"{name}.npy"
                self.arrays[name] = np.lib.format.open_memmap(file, mode="w+", dtype=rows.dtype, shape=shape)
            self.arrays[name][first : first + len(rows)] = rows


def kept(folder: Path, settings: dict[str, Any], rows: int, chunks: Iterator[dict[str, Tensor]], title: str) -> Store:
    """The store of `folder`, made from `chunks` if it is not there; an error if it is there and was made otherwise."""
    described = folder / "settings.json"
    if described.is_file():
        if json.loads(described.read_text()) != settings:
            raise SystemExit(f"{folder} was made with other settings; give another --out or remove it.")
        return Store(folder)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    store = Store(partial, "w")
    done = 0
    with tqdm(total=rows, desc=title, mininterval=5) as progress:
        for chunk in chunks:
            count = min(len(next(iter(chunk.values()))), rows - done)
            store.put(done, rows, {name: value[:count] for name, value in chunk.items()})
            done += count
            progress.update(count)
            if done == rows:
                break
    for array in store.arrays.values():
        array.flush()  # type: ignore[attr-defined]
    (partial / "settings.json").write_text(json.dumps(settings))
    os.replace(partial, folder)
    return Store(folder)


@torch.no_grad()
def encode(system: System, pixels: Tensor) -> Tensor:
    """float32 [B, 3, 256, 256], 0..255 -> float16 [B, C, 16, 16]."""
    with half_where_fast():
        return system.encode(normalise(pixels)).half()


def segmentation_chunks(system: System, batches: Batches) -> Iterator[dict[str, Tensor]]:
    while True:
        batch = batches.make(STORED)
        pixels = batch.pixels.round().to(torch.uint8)
        yield {
            "pixels": pixels,
            "embedding": encode(system, pixels.float()),
            "masks": (batch.masks * 255).round().to(torch.uint8),
            "target": batch.target,
            "presence": batch.presence,
        }


def classification_chunks(system: System, data: LoadedSet, seed: int, size: int = 24) -> Iterator[dict[str, Tensor]]:
    """The images as they are, then augmented, round after round."""
    assert data.labels is not None
    generator = torch.Generator().manual_seed(seed)
    augmented = False
    while True:
        for chunk, labels in zip(torch.split(data.images, size), torch.split(data.labels, size), strict=True):
            pixels = chunk
            if augmented:
                settings = [data.spec.augmentation] * len(chunk)
                bent, _ = warp(chunk, None, affine_maps(settings, generator), chunk.shape[-1])
                pixels = erase(relight(bent, settings, generator), 0.25, generator).round().to(torch.uint8)
            yield {"pixels": pixels, "embedding": encode(system, pixels.float()), "labels": labels}
        augmented = True


@dataclass(frozen=True)
class Draw:
    """What one step learns from: normalised images, their embeddings, and a batch that holds the truth."""

    image: Tensor
    embedding: Tensor
    batch: Batch


class SegmentationPool:
    """Batches drawn from a store in a seeded order: two arms with one seed see the same images and prompts in every
    step.
    """

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.rng = np.random.default_rng(seed)
        self.queue: list[int] = []

    def draw(self, count: int) -> Draw:
        while len(self.queue) < count:
            self.queue += [int(i) for i in self.rng.permutation(len(self.store))]
        picked, self.queue = self.queue[:count], self.queue[count:]
        rows = {
            name: torch.from_numpy(np.stack([array[i] for i in picked])) for name, array in self.store.arrays.items()
        }
        pixels, masks = rows["pixels"].float(), rows["masks"].float() / 255
        quarter = F.avg_pool2d(masks[:, None], 4)[:, 0]
        coords, labels, truth = sample_prompts((quarter > 0.5).numpy(), STORED, self.rng)
        batch = Batch(pixels, masks, rows["target"], rows["presence"], [], coords, labels, truth)
        image = normalise(pixels).contiguous(memory_format=torch.channels_last)
        return Draw(image, rows["embedding"].float(), batch)
