"""What SAM-AutoMed learns from a batch, and which of its parameters learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.automed.automed import AutoMed
from ..models.precision import half_where_fast
from .losses import iou_of, mask_loss, presence_loss
from .replay import EncodedBatch


@dataclass(frozen=True)
class Learning:
    #: Shares of the samples that keep their automatic prompts and their lateral features.
    keep_prompts: float
    keep_laterals: float
    #: Prompts, tokens and presence stand still.
    masks_alone: bool


def losses_of(automed: AutoMed, batch: EncodedBatch, learning: Learning) -> Tensor:
    rows = torch.arange(len(batch.masks))
    truth = batch.masks.float() / 255
    if learning.masks_alone:
        with half_where_fast():
            masks, iou = drawn_masks(automed, batch)
        return losses_of_masks(masks[rows, batch.target].float(), iou[rows, batch.target].float(), truth)
    keep = (torch.rand(len(batch.pixels), 2) < torch.tensor([learning.keep_prompts, learning.keep_laterals])).float()
    with half_where_fast():
        masks, iou, presence = automed(batch.embedding, batch.image(), keep)
    own = losses_of_masks(masks[rows, batch.target].float(), iou[rows, batch.target].float(), truth)
    return own + 0.2 * presence_loss(presence.float(), batch.presence)


def losses_of_masks(own: Tensor, iou: Tensor, truth: Tensor) -> Tensor:
    return mask_loss(own, truth).mean() + 0.5 * F.mse_loss(iou, iou_of(own.detach(), truth))


def drawn_masks(automed: AutoMed, batch: EncodedBatch) -> tuple[Tensor, Tensor]:
    """Mask logits and quality, from tokens and prompts that stand still."""
    with torch.no_grad():
        prompts = automed.auto_prompt(batch.image())
        tokens, cells = automed.attend(batch.embedding, prompts)
    return automed.draw(tokens, cells, prompts), torch.sigmoid(automed.iou_head(tokens[:, 0]))


def let_masks_learn_alone(automed: AutoMed) -> None:
    """Presence is read from the tokens and the embedding, so it stays as it is where these do. That of wounds is read
    where their mask is, and moves with it.
    """
    automed.requires_grad_(False)
    for part in (automed.up8, automed.up4, automed.up2, automed.hypernetwork, automed.iou_head):
        part.requires_grad_(True)


def groups_of(automed: AutoMed) -> list[dict[str, Any]]:
    """No decay on vectors and embeddings; convolutions that read pixels learn faster, those trained on ImageNet
    slower.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in automed.named_parameters():
        if not parameter.requires_grad:
            continue
        bare = parameter.ndim < 2 or "token" in name or "queries" in name or name.startswith("no_")
        factor = 1.5 if name.startswith(("auto_prompt", "up")) else 1.0
        factor = 0.5 if name.startswith("auto_prompt.trunk") else factor
        groups.setdefault((factor, 0.0 if bare else 0.05), []).append(parameter)
    return [{"params": p, "factor": factor, "weight_decay": decay} for (factor, decay), p in groups.items()]
