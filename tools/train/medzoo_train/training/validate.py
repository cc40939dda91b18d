"""What a checkpoint is worth on a validation split, and whether the embedding earns its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ..models.pixels import normalise
from ..models.precision import half_where_fast
from ..models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND
from ..models.system import System
from .batches import LoadedSet

Floats = npt.NDArray[np.float64]


def dice_scores(logits: Tensor, masks: Tensor) -> Floats:
    """Dice per image of float32 [N, H, W] logits, brought to the masks' size; both empty count as 1."""
    up = torch.nn.functional.interpolate(logits[:, None].float(), size=masks.shape[-2:], mode="bilinear")[:, 0]
    p, t = up >= 0, masks >= 128
    total = (p.sum((1, 2)) + t.sum((1, 2))).double()
    overlap = (p & t).sum((1, 2)).double()
    return torch.where(total > 0, 2 * overlap / total.clamp(min=1), torch.ones_like(total)).numpy()


def device_of(module: nn.Module) -> torch.device:
    return next(module.parameters()).device


@torch.no_grad()
def embed(system: System, data: LoadedSet, limit: int | None = None, batch: int = 16) -> tuple[Tensor, Tensor]:
    """Embeddings and inputs of a set's images: float32 [N, C, 16, 16], float32 [N, 3, 256, 256]."""
    inputs = [normalise(chunk.float()) for chunk in torch.split(data.images[:limit], batch)]
    device = device_of(system)
    with half_where_fast(device.type):
        return torch.cat([system.encode(chunk.to(device)).float().cpu() for chunk in inputs]), torch.cat(inputs)


@torch.no_grad()
def automed_logits(system: System, embedding: Tensor, image: Tensor, batch: int = 16) -> tuple[Tensor, Tensor, Tensor]:
    parts = []
    device = device_of(system)
    with half_where_fast(device.type):
        for e, x in zip(torch.split(embedding, batch), torch.split(image, batch), strict=True):
            parts.append([t.float().cpu() for t in system.automed(e.to(device), x.to(device))])
    masks, iou, presence = (torch.cat(column) for column in zip(*parts, strict=True))
    return masks, iou, presence


@torch.no_grad()
def segmentation_report(
    system: System, data: LoadedSet, target: int, limit: int | None = None, probes: bool = False
) -> dict[str, float]:
    """Mean Dice; with `probes` also with the embedding zeroed, with another image's, and without the auto-prompts."""
    assert data.masks is not None
    truth = data.masks[:limit]
    embedding, image = embed(system, data, limit)
    masks, _, presence = automed_logits(system, embedding, image)
    report = {"dice": float(dice_scores(masks[:, target], truth).mean())}
    report["presence"] = float(torch.sigmoid(presence[:, target]).mean())
    if probes:
        for name, other in (("zeroed", torch.zeros_like(embedding)), ("swapped", embedding.roll(1, 0))):
            report[name] = float(dice_scores(automed_logits(system, other, image)[0][:, target], truth).mean())
        box = torch.zeros(len(truth), 2, 2)
        for i, mask in enumerate(truth.numpy() >= 128):
            if mask.any():
                ys, xs = np.nonzero(mask)
                box[i] = torch.tensor([[xs.min(), ys.min()], [xs.max() + 1, ys.max() + 1]])
        labels = torch.tensor([[BOX_FIRST, BOX_SECOND]], dtype=torch.float32).expand(len(truth), -1)
        side = 4 * embedding.shape[-1]
        prompts = (embedding, box, labels, torch.zeros(len(truth), 1, side, side), torch.zeros(len(truth)))
        chunks = zip(*(torch.split(t.to(device_of(system)), 16) for t in prompts), strict=True)
        logits = [system.sam.decode(*chunk)[0][:, 0].cpu() for chunk in chunks]
        report["box"] = float(dice_scores(torch.cat(logits), truth).mean())
    return report


@torch.no_grad()
def classification_report(system: System, data: LoadedSet) -> dict[str, float]:
    assert data.labels is not None
    embedding, _ = embed(system, data)
    logits = system.medcls[data.spec.subject](embedding.to(device_of(system)))[0].float().cpu()
    right = (logits.argmax(1) == data.labels).double()
    recalls = [right[data.labels == k].mean().item() for k in range(len(data.spec.classes)) if (data.labels == k).any()]
    return {"accuracy": right.mean().item(), "balanced": float(np.mean(recalls))}


def validate(
    system: System, sets: Sequence[LoadedSet], targets: Sequence[str], limit: int | None = None, probes: bool = False
) -> dict[str, dict[str, float]]:
    """One report per set, by its name."""
    was_training = system.training
    system.eval()
    reports = {}
    for data in sets:
        if data.spec.kind == "segmentation":
            target = list(targets).index(data.spec.subject)
            reports[data.spec.name] = segmentation_report(system, data, target, limit, probes)
        else:
            reports[data.spec.name] = classification_report(system, data)
    system.train(was_training)
    return reports
