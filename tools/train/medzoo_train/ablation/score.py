"""Held-out images, and what every model answers for them, as one Dice an image."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.automed.automed import AutoMed
from ..models.precision import half_where_fast
from ..models.system import System
from ..training.batches import LoadedSet
from ..training.validate import Floats, dice_scores, embed
from .arms import Promptable
from .prompts import hand_made

#: Images or prompts in one call of a model.
CHUNK = 32


@dataclass(frozen=True)
class HeldOut:
    """One set's held-out images whose true mask is not empty: without a truth there is no prompt to compare with."""

    name: str
    target: int
    groups: list[str]
    #: float32 [N, 3, 256, 256], normalised
    image: Tensor
    #: float32 [N, C, 16, 16]
    embedding: Tensor
    #: uint8 [N, 256, 256], 0..255
    masks: Tensor


def hold_out(system: System, data: LoadedSet, target: int) -> HeldOut:
    assert data.masks is not None
    shown = (data.masks >= 128).flatten(1).any(1)
    kept = LoadedSet(
        data.spec,
        data.images[shown],
        data.masks[shown],
        None,
        [group for group, there in zip(data.groups, shown.tolist(), strict=True) if there],
    )
    embedding, image = embed(system, kept)
    assert kept.masks is not None
    return HeldOut(data.spec.name, target, kept.groups, image, embedding, kept.masks)


@torch.no_grad()
def automed_dice(model: AutoMed, held: HeldOut, embedding: Tensor | None = None) -> Floats:
    """With another `embedding` than the images' own where one is given."""
    parts = []
    with half_where_fast():
        seen = held.embedding if embedding is None else embedding
        for e, x in zip(torch.split(seen, CHUNK), torch.split(held.image, CHUNK), strict=True):
            parts.append(model(e, x)[0][:, held.target].float())
    return dice_scores(torch.cat(parts), held.masks)


def without_embedding(model: AutoMed, held: HeldOut) -> dict[str, Floats]:
    """What the embedding is worth: zeros in its place, and the embedding of the set's next image."""
    return {
        "zeroed": automed_dice(model, held, torch.zeros_like(held.embedding)),
        "swapped": automed_dice(model, held, held.embedding.roll(1, 0)),
    }


@torch.no_grad()
def unet_dice(model: nn.Module, held: HeldOut) -> Floats:
    with half_where_fast():
        logits = torch.cat([model(x)[:, held.target].float() for x in torch.split(held.image, CHUNK)])
    return dice_scores(logits, held.masks)


@torch.no_grad()
def answer(model: Promptable, embedding: Tensor, coords: Tensor, labels: Tensor, side: int) -> Tensor:
    """The joined answer to K prompts on one image: logits float32 [side, side], the largest of the prompts' first
    masks.

    embedding: float32 [C, G, G]; coords: float32 [K, 2, 2]; labels: float32 [K, 2].
    """
    parts = []
    with half_where_fast():
        for c, lab in zip(torch.split(coords, CHUNK), torch.split(labels, CHUNK), strict=True):
            masks = model(embedding.expand(len(c), -1, -1, -1), c, lab)[0][:, :1].float()
            parts.append(F.interpolate(masks, size=(side, side), mode="bilinear")[:, 0].amax(0))
    return torch.stack(parts).amax(0)


def prompted_dice(model: Promptable, held: HeldOut) -> dict[str, Floats]:
    """For each way of prompting of prompts.hand_made."""
    logits: dict[str, list[Tensor]] = {}
    for embedding, mask in zip(held.embedding, held.masks, strict=True):
        for way, (coords, labels) in hand_made((mask >= 128).numpy()).items():
            found = answer(model, embedding, torch.from_numpy(coords), torch.from_numpy(labels), mask.shape[-1])
            logits.setdefault(way, []).append(found)
    return {way: dice_scores(torch.stack(found), held.masks) for way, found in logits.items()}
