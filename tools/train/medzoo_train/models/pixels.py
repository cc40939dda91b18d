"""SAM's normalisation of pixels, which every encoder here takes its images in."""

from __future__ import annotations

import torch
from torch import Tensor

#: On pixels 0..255 in RGB order.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)


def normalise(pixels: Tensor) -> Tensor:
    """float32 [B, 3, H, W] RGB 0..255 -> normalised."""
    mean = torch.tensor(PIXEL_MEAN, device=pixels.device).reshape(1, 3, 1, 1)
    std = torch.tensor(PIXEL_STD, device=pixels.device).reshape(1, 3, 1, 1)
    return (pixels - mean) / std
