"""Training that starts from a SAM-Med2D or a SAM: its encoder at our image size, its decoder, and what of it stands
still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..config import DecoderConfig, EncoderConfig
from ..encoder.image_encoder import ConvAdapter, ImageEncoder
from ..promptable.sam_med2d import SamMed2d
from .checkpoint import decoder_config_of, encoder_config_of, load_strictly

#: What of the encoder does not learn: everything, everything but its adapters, or nothing of it.
Freeze = Literal["all", "adapters", "none"]


@dataclass(frozen=True)
class SamStart:
    """A checkpoint brought to the size that training runs at."""

    encoder: EncoderConfig
    decoder: DecoderConfig
    state: Mapping[str, Tensor]


def sam_start(state: Mapping[str, Tensor], image_size: int = 256) -> SamStart:
    """Reads the sizes of a SAM-Med2D or SAM checkpoint and resizes its tables of positions to `image_size`.

    SAM's own are made for 1024 pixels. Bilinear, as the reference does it when SAM-Med2D starts from SAM.
    """
    found = encoder_config_of(state)
    encoder = replace(found, image_size=image_size)
    resized = dict(state)
    if found.grid != encoder.grid:
        name = "image_encoder.pos_embed"
        table = F.interpolate(
            state[name].permute(0, 3, 1, 2), (encoder.grid, encoder.grid), mode="bilinear", align_corners=False
        )
        resized[name] = table.permute(0, 2, 3, 1)
        for block in encoder.global_attn_indexes:
            for axis in ("h", "w"):
                name = f"image_encoder.blocks.{block}.attn.rel_pos_{axis}"
                rows = F.interpolate(
                    state[name].t()[None], size=2 * encoder.grid - 1, mode="linear", align_corners=False
                )
                resized[name] = rows[0].t()
    return SamStart(encoder, decoder_config_of(state), resized)


def load_start(sam: SamMed2d, start: SamStart) -> None:
    """Fills `sam` strictly. A checkpoint without adapters is a SAM: they begin silent, so that the encoder begins as
    SAM's.
    """
    state = dict(start.state)
    if not any(".Adapter." in name for name in state):
        for module in sam.image_encoder.modules():
            if isinstance(module, ConvAdapter):
                torch.nn.init.zeros_(module.norm.weight)
                torch.nn.init.zeros_(module.norm.bias)
        state |= {name: tensor for name, tensor in sam.state_dict().items() if ".Adapter." in name}
    load_strictly(sam, state)


def freeze_encoder(encoder: ImageEncoder, freeze: Freeze) -> None:
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad_(freeze == "none" or (freeze == "adapters" and ".Adapter." in name))
