"""What the promptable head is told of its answers to boxes and to points (train_promptable.py)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..models.promptable.closer import FirstLook, given_box
from ..models.promptable.cut import cut, whole_image
from ..models.system import System
from .losses import iou_of, mask_loss
from .pointed import Prompted
from .seen import SIDE

#: How often the less sure window is looked at in training, and what a look has found once more.
OTHER_WINDOW, ONCE_MORE = 0.3, 0.4
#: Share of a batch of points of which the refiner sees the best of the three masks for an ambiguous prompt.
AMBIGUOUS = 0.25
#: Least weight of a window that the object reaches out of.
LEAST_WEIGHT = 0.1


def rough_masks(system: System, batch: Prompted) -> tuple[Tensor, Tensor]:
    """What the decoder says by itself: masks float32 [B, 4, 64, 64] and iou."""
    sam, count = system.sam, len(batch.embedding)
    sparse = sam.prompt_encoder.sparse(batch.coords * SIDE, batch.labels)
    dense = sam.prompt_encoder.dense(torch.zeros(count, 1, 64, 64), torch.zeros(count))
    return sam.mask_decoder(batch.embedding, sam.prompt_encoder.dense_pe(), sparse, dense)  # type: ignore[no-any-return]


def box_losses(system: System, batch: Prompted, image: Tensor) -> Tensor:
    """The decoder learns from points; its rough masks of boxes are taken as they are, or now and then taken away."""
    closer = system.closer
    assert closer is not None
    keep = (torch.rand(len(image), 1, 1, 1) > 0.2).float()
    with torch.no_grad():
        rough = rough_masks(system, batch)[0][:, 0]
    boxes, _ = given_box(batch.coords, batch.labels)
    logits, rois, quality = closer.refiner(image, batch.embedding * keep, rough, boxes, batch.coords, batch.labels)
    of_mask, of_quality, _ = region_losses(logits, rois, quality, batch.truth, closer.refiner.config.side)
    return (of_mask + of_quality).mean()


def region_losses(
    logits: Tensor, rois: Tensor, quality: Tensor, truth: Tensor, side: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Of each region: the loss of its mask, that of its quality, and how much of the object lies in it, 0..1."""
    own = cut(truth[:, None], rois, side)[:, 0].clamp(0, 1)
    # A part outside the region is out of reach: the quality has to tell.
    inside = own.sum((1, 2)) * ((rois[:, 2] - rois[:, 0]) * (rois[:, 3] - rois[:, 1]))
    reach = (inside / (truth.mean((1, 2)) * side**2).clamp(min=1e-6)).clamp(max=1)
    reached = iou_of(logits.detach(), own) * reach
    return mask_loss(logits, own), 0.3 * (quality - reached) ** 2, reach


def decoder_losses(rough: Tensor, iou: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Rough masks as SAM trains them: mask 0 always, of 1..3 the best, whose numbers are given too."""
    small = F.avg_pool2d(truth[:, None], 4)[:, 0]
    each = torch.stack([mask_loss(rough[:, k], small) for k in range(rough.shape[1])], dim=1)
    reached = torch.stack([iou_of(rough[:, k].detach(), small) for k in range(rough.shape[1])], dim=1)
    best = each[:, 1:].detach().argmin(1) + 1
    rows = torch.arange(len(rough))
    return (each[:, 0] + 0.5 * each[rows, best]).mean() + 0.2 * (iou - reached).pow(2).mean(), best


def point_losses(system: System, batch: Prompted, image: Tensor) -> Tensor:
    """The rough masks, the first look in both windows, and the closer look at what one of these found."""
    closer = system.closer
    assert closer is not None
    rough, iou = rough_masks(system, batch)
    loss, best = decoder_losses(rough, iou, batch.truth)
    side, prompts = closer.refiner.config.side, (batch.coords, batch.labels)
    ambiguous = rough[torch.arange(len(rough)), best].detach()
    if closer.finder is None:
        once = (torch.rand(len(rough)) < 0.7)[:, None, None]
        masks, frames = torch.where(once, rough[:, 0].detach(), ambiguous), whole_image(ambiguous)
    else:
        few = int(AMBIGUOUS * len(rough))
        boxes = closer.boxes_of(ambiguous[:few], whole_image(ambiguous[:few]), *(part[:few] for part in prompts))
        inputs = (part[:few] for part in (image, batch.embedding, ambiguous, boxes, *prompts))
        logits, rois, quality = closer.refiner(*inputs)
        of_mask, of_quality, _ = region_losses(logits, rois, quality, batch.truth[:few], side)
        loss = loss + (of_mask + of_quality).sum() / len(rough)
        look = closer.first_look(image, batch.embedding, rough[:, 0].detach(), *prompts)
        of_mask, of_quality, reach = region_losses(*look, batch.truth.repeat(2, 1, 1), side)
        loss = loss + (of_mask * reach.clamp(min=LEAST_WEIGHT) + of_quality).sum() / len(rough)
        masks, frames = one_window(look)
        if torch.rand(()) < ONCE_MORE:
            with torch.no_grad():
                masks, frames, _ = closer.look(image, batch.embedding, masks, frames, *prompts)
    seen = closer.look(image, batch.embedding, masks, frames, *prompts)
    of_mask, of_quality, _ = region_losses(*seen, batch.truth, side)
    return loss + (of_mask + of_quality).mean()


def one_window(look: FirstLook) -> tuple[Tensor, Tensor]:
    """The surer window's mask and frame most of the time, now and then the other's; nothing to learn from."""
    near, wide = look.quality.detach().reshape(2, -1)
    wider = ((wide > near) ^ (torch.rand(len(near)) < OTHER_WINDOW))[:, None]
    logits, frames = look.logits.detach().reshape(2, len(near), *look.logits.shape[1:]), look.frames.reshape(2, -1, 4)
    return torch.where(wider[..., None], logits[1], logits[0]), torch.where(wider, frames[1], frames[0])
