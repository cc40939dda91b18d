"""MedCls with its attention modules, mean pooling, and a MobileNetV3-small from pixels: the same images, order and
steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.medcls import MedCls, PooledClassifier
from ..models.mobile_classifier import MobileClassifier
from ..models.pixels import normalise
from ..models.precision import half_where_fast
from ..training.batches import LoadedSet
from ..training.validate import Floats
from .pool import Store

#: As in train_medcls: Beta(MIXUP, MIXUP) mixes two samples, and labels are smoothed.
MIXUP = 0.3
LABEL_SMOOTHING = 0.03
CHUNK = 32


@dataclass(frozen=True)
class Classifier:
    """One way to classify: what it reads, how it is made (embedding's channels, classes), and its learning rate."""

    name: str
    reads: Literal["embedding", "pixels"]
    make: Callable[[int, int], nn.Module]
    rate: float


CLASSIFIERS: Mapping[str, Classifier] = {
    arm.name: arm
    for arm in (
        Classifier("medcls", "embedding", MedCls, 1e-3),
        Classifier("mean-pooling", "embedding", PooledClassifier, 1e-3),
        Classifier("mobilenet", "pixels", lambda _, classes: MobileClassifier(classes), 2e-3),
    )
}


def logits_of(model: nn.Module, x: Tensor) -> Tensor:
    """float32 [B, K]; the heads on the embedding give their attention too."""
    out = model(x)
    logits: Tensor = out[0] if isinstance(out, tuple) else out
    return logits.float()


class ClassPool:
    """Batches of a task's store in a seeded order, between natural and equal frequency of the classes."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        labels = np.asarray(store["labels"])
        weight = 1 / np.sqrt(np.bincount(labels))[labels]
        self.chances = weight / weight.sum()
        self.classes = int(labels.max()) + 1
        self.rng = np.random.default_rng(seed)

    def draw(self, count: int, reads: Literal["embedding", "pixels"]) -> tuple[Tensor, Tensor]:
        """Mixed samples and their soft labels; two arms with one seed see the same images, mixed in the same way."""
        picked = self.rng.choice(len(self.store), count, p=self.chances)
        order = torch.from_numpy(self.rng.permutation(count))
        share = float(self.rng.beta(MIXUP, MIXUP))
        x = torch.from_numpy(np.stack([self.store[reads][i] for i in picked])).float()
        x = normalise(x).contiguous(memory_format=torch.channels_last) if reads == "pixels" else x
        y = F.one_hot(torch.from_numpy(np.asarray(self.store["labels"])[picked]), self.classes).float()
        return share * x + (1 - share) * x[order], share * y + (1 - share) * y[order]


def classifier_loss(
    pool: ClassPool, batch: int, reads: Literal["embedding", "pixels"]
) -> Callable[[nn.Module], Tensor]:
    def loss(model: nn.Module) -> Tensor:
        x, y = pool.draw(batch, reads)
        return F.cross_entropy(logits_of(model, x), y, label_smoothing=LABEL_SMOOTHING)

    return loss


@torch.no_grad()
def right_answers(model: nn.Module, data: LoadedSet, seen: Tensor) -> Floats:
    """1 for each image whose most probable class is the true one, else 0; `seen` is uint8 pixels or float32
    embeddings.
    """
    assert data.labels is not None
    right = []
    for chunk, labels in zip(torch.split(seen, CHUNK), torch.split(data.labels, CHUNK), strict=True):
        x = normalise(chunk.float()) if chunk.dtype == torch.uint8 else chunk
        with half_where_fast():
            logits = logits_of(model, x)
        right.append(logits.argmax(1) == labels)
    return torch.cat(right).double().numpy()
