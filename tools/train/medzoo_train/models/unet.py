"""A plain U-Net (Ronneberger 2015) that AutoMed is measured against: pixels to masks, no encoder, no prompts, no
attention.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import conv_bn

#: Levels below the first; 128 -> 8 cells a side.
DEPTH = 4


def double_conv(c_in: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(conv_bn(c_in, c_out), nn.ReLU(), conv_bn(c_out, c_out), nn.ReLU())


class UNet(nn.Module):
    """float32 [B, 3, S, S], normalised -> mask logits float32 [B, T, S, S].

    The first convolution has stride 2, the last doubling is a pixel shuffle, as in AutoMed: neither has finer features.
    """

    def __init__(self, targets: int, width: float) -> None:
        super().__init__()
        widths = [max(2, round(width * 2**level)) for level in range(DEPTH + 1)]
        steps = [*reversed(list(pairwise(widths)))]
        self.stem = nn.Sequential(conv_bn(3, widths[0], 3, 2), nn.ReLU())
        self.down = nn.ModuleList(double_conv(widths[max(0, i - 1)], w) for i, w in enumerate(widths))
        self.up = nn.ModuleList(nn.ConvTranspose2d(below, above, 2, 2) for above, below in steps)
        self.join = nn.ModuleList(double_conv(2 * above, above) for above, _ in steps)
        self.masks = nn.Sequential(nn.Conv2d(widths[0], 4 * targets, 1), nn.PixelShuffle(2))

    def forward(self, image: Tensor) -> Tensor:
        x = self.stem(image)
        skips: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for up, join, skip in zip(self.up, self.join, reversed(skips[:-1]), strict=True):
            x = join(torch.cat([skip, up(x)], dim=1))
        return self.masks(x)  # type: ignore[no-any-return]


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def unet_like(targets: int, parameters: int) -> UNet:
    """The U-Net whose size is nearest to `parameters`; sizes are counted without making the tensors."""
    widths = [quarters / 4 for quarters in range(8, 161)]
    with torch.device("meta"):
        sizes = [parameters_of(UNet(targets, width)) for width in widths]
    return UNet(targets, min(zip(widths, sizes, strict=True), key=lambda pair: abs(pair[1] - parameters))[0])
