"""Encoded batches that are used more than once: the encoder stands still, and encoding costs as much as a step."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor

from ..models.pixels import normalise
from ..models.precision import half_where_fast
from ..models.system import System
from .batches import Batch, Batches


@dataclass(frozen=True)
class EncodedBatch:
    """Pixels uint8, embedding bfloat16 and masks uint8, to hold many."""

    pixels: Tensor
    embedding: Tensor
    masks: Tensor
    target: Tensor
    presence: Tensor

    def image(self) -> Tensor:
        return normalise(self.pixels.float()).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def encode(system: System, batch: Batch) -> EncodedBatch:
    pixels = batch.pixels.round().clamp(0, 255).to(torch.uint8)
    image = normalise(pixels.float()).contiguous(memory_format=torch.channels_last)
    with half_where_fast():
        embedding = system.encode(image).bfloat16()
    return EncodedBatch(pixels, embedding, (batch.masks * 255).round().to(torch.uint8), batch.target, batch.presence)


class Replay:
    """Every `uses`-th call encodes a new batch; the others draw one of the last `keep`, so that a batch comes back far
    apart.
    """

    def __init__(self, system: System, batches: Batches, uses: int, keep: int, seed: int) -> None:
        self.system, self.batches, self.uses, self.keep = system, batches, uses, keep
        self.random = random.Random(seed)
        self.held: list[EncodedBatch] = []
        self.calls = 0

    def draw(self) -> EncodedBatch:
        self.calls += 1
        if not self.held or self.calls % self.uses == 0:
            self.held.append(encode(self.system, self.batches.make(self.system.sam.image_encoder.config.image_size)))
            self.held = self.held[-self.keep :]
            return self.held[-1]
        return self.random.choice(self.held)
