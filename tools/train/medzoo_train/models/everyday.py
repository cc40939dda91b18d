"""Presence from what ImageNet knows: photographs of things are told from wounds there, not in the medical embedding.

The embedding and the tokens learnt a few kinds of medical images, and everyday things look like one of them. Twelve
blocks of EfficientNet-Lite0, which stand still, have seen a million photographs (EXPERIMENTS.md, 18). One linear layer
reads them, pooled over the image, inside the mask and around it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import sides
from .mobile_trunk import STAGES, Trunk
from .pixels import PIXEL_MEAN, PIXEL_STD

#: Side of the image that the trunk sees, its blocks, and their channels at the end. More blocks told photographs no
#: better.
SIDE, BLOCKS, CHANNELS = 192, 12, STAGES[5][1]
#: Side of the mask's cover, and how far around it features are read, in cells of it.
GRID, RING = 24, 3


class Everyday(nn.Module):
    """Image float32 [B, 3, 256, 256] and mask logits float32 [B, T, 256, 256] -> what presence is read from, float32
    [B, 768].

    It begins as nothing, and targets that never learnt it keep their presence to the last digit.
    """

    def __init__(self, targets: tuple[str, ...], about: str = "wound") -> None:
        """`about`: the target whose mask is looked into and around; the first where there is none of that name."""
        super().__init__()
        self.about = targets.index(about) if about in targets else 0
        self.trunk = Trunk(6, PIXEL_MEAN, PIXEL_STD, blocks=BLOCKS, dilated=False).eval().requires_grad_(False)
        self.read = nn.Linear(4 * CHANNELS, len(targets))
        nn.init.zeros_(self.read.weight)
        nn.init.zeros_(self.read.bias)

    def train(self, mode: bool = True) -> Everyday:
        super().train(mode)
        self.trunk.eval()
        return self

    def forward(self, image: Tensor, masks: Tensor) -> Tensor:
        shown = F.interpolate(image, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
        # The kernels are turned (load_imagenet), and a photograph has a way up: so is the image.
        *_, last = self.trunk.features(shown.flip(-1, -2))
        share = F.avg_pool2d(torch.sigmoid(masks[:, self.about : self.about + 1]), sides(masks)[-1] // 32)
        cover = F.interpolate(share, size=(GRID, GRID), mode="bilinear", align_corners=False)
        return pooled(last.flip(-1, -2), cover)


def pooled(x: Tensor, cover: Tensor) -> Tensor:
    """Of float32 [B, C, G, G] the mean, the deviation, the mean inside a mask and the mean around it: float32 [B, 4C].

    cover: float32 [B, 1, 24, 24], the share of each cell that the mask covers.
    """
    mean = x.mean((2, 3))
    deviation = torch.sqrt((x - mean[:, :, None, None]).square().mean((2, 3)) + 1e-6)
    around = F.relu(F.max_pool2d(cover, 2 * RING + 1, 1, RING) - cover)
    return torch.cat([mean, deviation, weighted(x, cover), weighted(x, around)], dim=1)


def weighted(x: Tensor, weights: Tensor) -> Tensor:
    """The mean float32 [B, C] of float32 [B, C, G, G] by weights float32 [B, 1, 24, 24], 0..1; 0 without weight."""
    weights = F.avg_pool2d(weights, sides(weights)[-1] // sides(x)[-1])
    return (x * weights).sum((2, 3)) / (weights.sum((2, 3)) + 1e-3)
