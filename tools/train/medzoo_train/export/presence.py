"""Where AutoMed's presence turns from absent to present, chosen on held-out pictures that are easy and hard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from medzoo_heads.segment.presence import WORTH, presence_threshold
from torch import Tensor, nn
from tqdm import tqdm

from ..data.negatives import background_parts, blank_pictures
from ..models.pixels import normalise
from ..models.system import System
from ..training.batches import STORED, LoadedSet
from ..training.validate import automed_logits, dice_scores, embed

#: The threshold of every target once its presence is centred.
EVEN = 0.5
BLANKS = 100
SEED = 6


def centre_presence(system: System, val: Sequence[LoadedSet]) -> None:
    """Shifts each target's presence logit so that its threshold is EVEN.

    Chosen on whole images, on parts of them beside the target, and on pictures of nothing. Most training images show
    their target, so the layers say "present" too readily of what shows none; and a reader takes a half for undecided.
    """
    targets = list(system.automed.config.targets)
    worth: list[list[Tensor]] = [[] for _ in targets]
    absent: list[list[Tensor]] = [[] for _ in targets]
    rng = np.random.default_rng(SEED)
    for data in tqdm(val, desc="presence", leave=False):
        masks, _, presence = automed_logits(system, *embed(system, data))
        for k, target in enumerate(targets):
            if target not in data.spec.shows:
                absent[k].append(presence[:, k])
            elif data.masks is not None and target == data.spec.subject:
                there = data.masks.amax((1, 2)) > 0
                scores = torch.from_numpy(dice_scores(masks[:, k], data.masks))
                worth[k].append(presence[there & (scores >= WORTH), k])
                absent[k].append(presence[~there, k])
        if data.masks is not None:
            # Beside lungs or a head is still that film or scan: nothing is said of targets that its set is not labelled
            # for.
            k = targets.index(data.spec.subject)
            absent[k].append(presence_logits(system, background_parts(data.images, data.masks, 1, rng))[:, k])
    blank = presence_logits(system, blank_pictures(BLANKS, STORED, rng))
    last = system.automed.presence_head.layers[-1]
    assert isinstance(last, nn.Linear)
    for k in range(len(targets)):
        if worth[k]:
            there_not = torch.cat([*absent[k], blank[:, k]])
            last.bias.data[k] -= presence_threshold(torch.cat(worth[k]).numpy(), there_not.numpy())


@torch.no_grad()
def presence_logits(system: System, pixels: Tensor) -> Tensor:
    """uint8 [N, 3, S, S] -> float32 [N, T]."""
    image = normalise(pixels.float())
    if not len(image):
        return torch.zeros(0, len(system.automed.config.targets))
    embedding = torch.cat([system.encode(chunk) for chunk in torch.split(image, 16)])
    return automed_logits(system, embedding, image)[2]
