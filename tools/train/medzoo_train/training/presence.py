"""What AutoMed's presence is read from, of whole images and of pictures that are hard to tell from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ..data.negatives import background_parts, blank_pictures
from ..models.pixels import normalise
from ..models.system import System
from .batches import STORED, LoadedSet


@dataclass(frozen=True)
class Tokens:
    """What the layers read, float32 [N, dim], and what is known of each target, float32 [N, T]: 1, 0 or -1."""

    token: Tensor
    presence: Tensor
    kind: list[str]


@torch.no_grad()
def presence_tokens(system: System, pixels: Tensor, batch: int = 24) -> Tensor:
    """uint8 [N, 3, S, S] -> float32 [N, dim]: the token that presence is read from."""
    found: list[Tensor] = []
    hook = system.automed.presence_head.register_forward_pre_hook(lambda _, given: found.append(given[0].float()))
    try:
        for chunk in tqdm(torch.split(pixels, batch), desc="tokens", leave=False):
            image = normalise(chunk.float()).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                system.automed(system.encode(image), image)
    finally:
        hook.remove()
    return torch.cat(found)


def hard_negatives(
    sets: Sequence[LoadedSet], targets: Sequence[str], each: int, blanks: int, seed: int
) -> tuple[Tensor, Tensor, list[str]]:
    """Pixels, presence and kinds of parts beside the targets and of pictures of nothing; the other targets are absent too."""
    rng = np.random.default_rng(seed)
    pixels, presence, kinds = [], [], []
    for data in sets:
        assert data.masks is not None
        parts = background_parts(data.images, data.masks, each, rng)
        pixels.append(parts)
        # Beside lungs or a head is still that film or scan: nothing is said of targets that its set is not labelled for.
        own = torch.full((len(parts), len(targets)), -1.0)
        own[:, targets.index(data.spec.subject)] = 0.0
        presence.append(own)
        kinds += ["beside"] * len(parts)
    pixels.append(blank_pictures(blanks, STORED, rng))
    presence.append(torch.zeros(blanks, len(targets)))
    return torch.cat(pixels), torch.cat(presence), kinds + ["nothing"] * blanks


def held_negatives(system: System, sets: Sequence[LoadedSet], targets: Sequence[str]) -> Tokens:
    """Of held-out images, always the same."""
    masked = [data for data in sets if data.masks is not None]
    pixels, presence, kinds = hard_negatives(masked, targets, each=1, blanks=100, seed=6)
    return Tokens(presence_tokens(system, pixels), presence, kinds)


def held_images(system: System, sets: Sequence[LoadedSet], targets: Sequence[str]) -> Tokens:
    """Whole held-out images, as they are."""
    tokens, presence = [], []
    for data in sets:
        known = torch.zeros(len(data), len(targets))
        for target in data.spec.shows:
            known[:, targets.index(target)] = 1.0
        if data.masks is not None:
            known[:, targets.index(data.spec.subject)] = (data.masks.float().amax((1, 2)) > 0).float()
        tokens.append(presence_tokens(system, data.images))
        presence.append(known)
    count = sum(map(len, tokens))
    return Tokens(torch.cat(tokens), torch.cat(presence), ["whole"] * count)
