"""What is trained on masks: each arm makes a model, knows its loss, and answers for held-out images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.automed.automed import AutoMed
from ..models.config import TINY_DECODER, AutoMedConfig
from ..models.encoder.mobile_trunk import MobileTrunk
from ..models.promptable.mask_decoder import MaskDecoder
from ..models.promptable.prompt_encoder import PromptEncoder
from ..models.system import System
from ..models.unet import UNet, parameters_of, unet_like
from ..training.joint import Recipe, prompted_loss
from ..training.losses import iou_of, mask_loss, presence_loss
from .pool import Draw

#: Modules of small convolutions on pixels: they learn at this multiple of an arm's rate.
PIXEL_READERS = ("auto_prompt.",)
PIXEL_FACTOR = 2.0


class Promptable(nn.Module):
    """SAM-Med2D's prompt encoder and mask decoder without the image encoder, which stands still."""

    def __init__(self, prompt_encoder: PromptEncoder, mask_decoder: MaskDecoder) -> None:
        super().__init__()
        self.prompt_encoder = prompt_encoder
        self.mask_decoder = mask_decoder

    def forward(self, embedding: Tensor, coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        count, grid = len(embedding), embedding.shape[-1]
        sparse = self.prompt_encoder.sparse(coords, labels)
        dense = self.prompt_encoder.dense(torch.zeros(count, 1, 4 * grid, 4 * grid), torch.zeros(count))
        masks, iou = self.mask_decoder(embedding, self.prompt_encoder.dense_pe(grid), sparse, dense)
        return masks, iou


@dataclass(frozen=True)
class Arm:
    """One way to segment. `kind` says what a trained model of it is asked for, see score.py."""

    name: str
    kind: Literal["automed", "promptable", "unet"]
    make: Callable[[System], nn.Module]
    loss: Callable[[nn.Module, Draw], Tensor]
    rate: float


def fresh_automed(attention: Literal["coordinate", "squeeze-excite"]) -> Callable[[System], AutoMed]:
    def make(system: System) -> AutoMed:
        config: AutoMedConfig = system.automed.config
        automed = AutoMed(replace(config, auto_prompt=replace(config.auto_prompt, attention=attention)))
        trunk = system.sam.image_encoder.patch_embed
        if isinstance(trunk, MobileTrunk):
            automed.auto_prompt.trunk.start_from(trunk)
            automed.auto_prompt.trunk.freeze(Recipe.trunk_frozen)
        return automed

    return make


def fresh_promptable(system: System) -> Promptable:
    encoder = system.sam.image_encoder.config
    decoder = replace(TINY_DECODER, dim=encoder.out_chans)
    return Promptable(PromptEncoder(decoder, encoder.image_size, encoder.grid), MaskDecoder(decoder))


def fresh_unet(system: System) -> UNet:
    return unet_like(len(system.automed.config.targets), parameters_of(system.automed))


def automed_loss(model: nn.Module, draw: Draw) -> Tensor:
    """As in the joint training: the image's own target, the iou it reached, and the presence of every target."""
    masks, iou, presence = model(draw.embedding, draw.image)
    rows, target = torch.arange(len(masks)), draw.batch.target
    own = masks[rows, target].float()
    reached = iou_of(own.detach(), draw.batch.masks)
    loss = mask_loss(own, draw.batch.masks).mean() + 0.5 * F.mse_loss(iou[rows, target].float(), reached)
    return loss + 0.2 * presence_loss(presence.float(), draw.batch.presence)


def promptable_loss(model: nn.Module, draw: Draw) -> Tensor:
    masks, iou = model(draw.embedding, draw.batch.coords, draw.batch.prompt_labels)
    return prompted_loss(masks.float(), iou.float(), draw.batch)


def unet_loss(model: nn.Module, draw: Draw) -> Tensor:
    masks = model(draw.image)
    return mask_loss(masks[torch.arange(len(masks)), draw.batch.target].float(), draw.batch.masks).mean()


ARMS: Mapping[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm("automed-coordinate", "automed", fresh_automed("coordinate"), automed_loss, 1e-3),
        Arm("automed-squeeze-excite", "automed", fresh_automed("squeeze-excite"), automed_loss, 1e-3),
        Arm("promptable", "promptable", fresh_promptable, promptable_loss, 1e-3),
        Arm("unet", "unet", fresh_unet, unet_loss, 2e-3),
    )
}
