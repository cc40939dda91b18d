"""Encoded copies of classification images: as they are, augmented, and damaged as files are on their way or worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from ..data.augment import affine_maps, degrade, erase, relight, warp
from ..data.harden import Hardening, harden, turn_and_letterbox
from ..data.sets import Augmentation
from .batches import LoadedSet

#: Share of the training copies that lose resolution.
DEGRADED = 0.6
#: With --hard: most copies are damaged, some turned, inverted or letterboxed.
HARD = Hardening(damage=0.75, grey=0.0, invert=0.06, turn=0.08, letterbox=0.12, noise=35.0)
#: With --light: what happens to files on their way. Domains refuse the rest (domain/damaged.py; EXPERIMENTS.md, 26).
LIGHT = Hardening(damage=0.75, grey=0.0, invert=0.0, turn=0.0, letterbox=0.12, noise=15.0)
#: How copies for validation are bent: what another scanner or another way of saving does to a whole image.
PROBE = Augmentation(rotate=0, scale=0, aspect=0.15, shift=0, flip_x=False, gamma=0.15, contrast=0.1)


@dataclass(frozen=True)
class Embedded:
    """float16 [copies, N, C, 16, 16] and int64 [N]; the first copy is the image as it is. `groups` int64 [N]:
    look-alikes.
    """

    embedding: Tensor
    labels: Tensor
    groups: Tensor


@torch.no_grad()
def embed_copies(
    encode: Callable[[Tensor], Tensor],
    data: LoadedSet,
    copies: int,
    seed: int,
    bent: bool,
    hardening: Hardening | None = None,
    batch: int = 24,
) -> Embedded:
    """Encodes the set's images as they are, and `copies` - 1 times otherwise: `bent` by the set's augmentation, or
    probed.

    `hardening`: what else happens to the copies (data/harden.py). encode: float32 [B, 3, S, S] of 0..255 to [B, C, G,
    G].
    """
    assert data.labels is not None
    generator = torch.Generator().manual_seed(seed)
    rounds = [torch.cat([encode(chunk.float()).half() for chunk in torch.split(data.images, batch)])]
    for _ in tqdm(range(copies - 1), desc=f"{data.spec.name} copies", leave=False):
        parts = []
        for chunk in torch.split(data.images, batch):
            settings = [data.spec.augmentation if bent else PROBE] * len(chunk)
            maps = affine_maps(settings, generator)
            if hardening:
                maps = turn_and_letterbox(maps, settings, hardening, generator)
            pixels, _ = warp(chunk, None, maps, chunk.shape[-1])
            pixels = relight(pixels, settings, generator)
            if bent:
                pixels = erase(pixels, 0.15 if hardening else 0.25, generator)
            if hardening:
                pixels = harden(pixels, [False] * len(chunk), hardening, generator)
            else:
                pixels = degrade(pixels, DEGRADED if bent else 1.0, generator)
            parts.append(encode(pixels).half())
        rounds.append(torch.cat(parts))
    names = sorted(set(data.groups))
    places = {name: i for i, name in enumerate(names)}
    return Embedded(torch.stack(rounds), data.labels, torch.tensor([places[group] for group in data.groups]))


def held_copies(encode: Callable[[Tensor], Tensor], data: LoadedSet, hardening: Hardening | None) -> Embedded:
    """Held-out images as they are, and two copies of each: probed, or damaged as those that are trained on."""
    return embed_copies(encode, data, 3, 6, bent=hardening is not None, hardening=hardening)
