"""Where AutoMed's presence turns from absent to present, chosen on held-out pictures that are easy and hard."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from ..models.system import System
from ..training.batches import LoadedSet
from ..training.presence import held_images, held_negatives
from .calibrate import presence_threshold

#: The threshold of every target once its presence is centred.
EVEN = 0.5


@torch.no_grad()
def centre_presence(system: System, val: Sequence[LoadedSet]) -> dict[str, float]:
    """Shifts each target's presence so that the best threshold is EVEN; returns where it was.

    Chosen on whole images, on parts of them beside the target, and on pictures of nothing. Most training images show their
    target, so the layers say "present" too readily of what shows none; and a reader takes a half for undecided.
    """
    targets = list(system.automed.config.targets)
    whole, hard = held_images(system, val, targets), held_negatives(system, val, targets)
    found, found_hard = (torch.sigmoid(system.automed.presence_head(tokens.token)) for tokens in (whole, hard))
    last = system.automed.presence_head.layers[-1]
    assert isinstance(last, nn.Linear)
    thresholds = {}
    for k, target in enumerate(targets):
        absent = [found[whole.presence[:, k] == 0, k]]
        for kind in ("beside", "nothing"):
            rows = torch.tensor([name == kind for name in hard.kind]) & (hard.presence[:, k] == 0)
            absent.append(found_hard[rows, k])
        thresholds[target] = presence_threshold(found[whole.presence[:, k] == 1, k], absent)
        last.bias[k] -= torch.logit(torch.tensor(thresholds[target]), eps=1e-6)
    return thresholds
