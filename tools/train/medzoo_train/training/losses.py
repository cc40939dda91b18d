"""Losses. Masks are compared where the model answers: AutoMed's at the input's own resolution."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def soft_dice(logits: Tensor, truth: Tensor) -> Tensor:
    """1 - Dice of probabilities, per sample; logits, truth: float32 [B, H, W] -> float32 [B]."""
    p = torch.sigmoid(logits)
    overlap = (p * truth).sum((1, 2))
    return 1 - (2 * overlap + 1) / (p.sum((1, 2)) + truth.sum((1, 2)) + 1)


def mask_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """BCE + soft Dice, per sample; an empty truth is judged by BCE alone, since its Dice has no gradient to
    speak of.
    """
    bce = F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean((1, 2))
    some = (truth.sum((1, 2)) > 1).float()
    return bce * 2 + soft_dice(logits, truth) * some


def iou_of(logits: Tensor, truth: Tensor) -> Tensor:
    """IoU of thresholded masks, per sample; both empty count as 1."""
    p, t = logits > 0, truth > 0.5
    union = (p | t).sum((1, 2)).float()
    return torch.where(union > 0, (p & t).sum((1, 2)) / union.clamp(min=1), torch.ones_like(union))


def presence_loss(logits: Tensor, known: Tensor) -> Tensor:
    """BCE over the targets whose presence is known; logits, known: float32 [B, T], known 1, 0 or -1 (unknown)."""
    weight = (known >= 0).float()
    loss = F.binary_cross_entropy_with_logits(logits, known.clamp(min=0), reduction="none")
    return (loss * weight).sum() / weight.sum().clamp(min=1)
