"""Encoders to measure: the right sizes, with numbers that mean nothing."""

from __future__ import annotations

import torch
from torch import nn

from ..models.config import SAM_MED2D_TINY, EncoderConfig
from ..models.encoder.image_encoder import ImageEncoder

SIZES = {"vit-b": EncoderConfig(), "tiny": SAM_MED2D_TINY}


def random_encoder(config: EncoderConfig, seed: int = 0) -> ImageEncoder:
    """An encoder in eval mode whose zero-initialised tables are random too, so that positions count."""
    torch.manual_seed(seed)
    encoder = ImageEncoder(config).eval()
    for parameter in encoder.parameters():
        if not parameter.detach().any():
            nn.init.normal_(parameter, std=0.02)
    return encoder


def random_image(config: EncoderConfig) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(1, 3, config.image_size, config.image_size, generator=generator)
