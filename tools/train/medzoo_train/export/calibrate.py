"""Temperatures and conformal sets from the validation split, by medzoo-train's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from medzoo_heads.classify.calibrate import Said
from medzoo_heads.classify.calibrate import calibration_of as calibration_entry
from torch import Tensor


@dataclass(frozen=True)
class HeldOut:
    """What a head said of held-out images, as they are and of hard copies."""

    logits: Tensor
    hard_logits: Tensor
    hard_labels: Tensor


def calibration_of(
    logits: Tensor, labels: Tensor, classes: tuple[str, ...], dataset: str, more: HeldOut | None = None
) -> dict[str, Any]:
    """The `calibration` entry of a classifier's model.json, from held-out logits float32 [N, K] of the split val.

    In float64. What was fitted before medzoo-train's arithmetic was used had its losses in float32, so that its
    temperature is right to three digits.
    """
    harder = Said(more.hard_logits.double().numpy(), more.hard_labels.numpy()) if more is not None else None
    return calibration_entry(logits.double().numpy(), labels.numpy(), classes, dataset, harder)
