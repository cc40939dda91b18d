"""Presence from what ImageNet knows: photographs of things are told from wounds there, not in the medical embedding.

The embedding and the tokens learnt a few kinds of medical images, and everyday things look like one of them. Twelve
blocks of EfficientNet-Lite0, which stand still, have seen a million photographs (EXPERIMENTS.md, 18). One linear layer
reads them, pooled over the image, inside the mask and around it.

Where another target is there beyond doubt, what is learnt from them is absent: the trunk need not look.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..encoder.mobile_trunk import STAGES, Trunk
from ..layers import sides
from ..pixels import PIXEL_MEAN, PIXEL_STD

#: Side of the image that the trunk sees, its blocks, and their channels at the end. More blocks told photographs no
#: better.
SIDE, BLOCKS, CHANNELS = 192, 12, STAGES[5][1]
#: Side of the mask's cover, and how far around it features are read, in cells of it.
GRID, RING = 24, 3
#: Pixels to a cell of what the trunk gives.
STRIDE = 32
#: Logit from which another target is there beyond doubt, and that of what is absent then. Of 558 wounds of val, as they
#: are, harder and close, the highest has 3.8; of lungs, heads, nuclei and polyps .98 have 4.5 (EXPERIMENTS.md, 21).
SURE, ABSENT = 4.5, -10.0
#: Side of the corner of the image that the trunk sees where it need not look: one cell.
CORNER = 8


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

    def settle(self, logits: Tensor, image: Tensor, masks: Tensor) -> Tensor:
        """Presence float32 [B, T], of what it is without the trunk.

        A graph without branches, which every provider runs: the trunk sees the whole of a batch where one image needs
        it, and else a corner, of which nothing is used.
        """
        learnt = self.read.weight.abs().amax(1) > 0
        others = torch.where(learnt, torch.full_like(logits, ABSENT), logits).amax(1, keepdim=True)
        is_open = others < SURE
        whole = sides(image)[-1]
        side = CORNER + (whole - CORNER) * is_open.to(torch.int64).amax()
        told = logits + F.linear(self(image, masks, side), self.read.weight)
        return torch.where(is_open | ~learnt, told, torch.full_like(told, ABSENT))

    def forward(self, image: Tensor, masks: Tensor, side: Tensor | None = None) -> Tensor:
        """`side`: that of the corner that is looked at; the whole image by default."""
        scale = SIDE / sides(image)[-1]
        seen = image if side is None else image[:, :, :side, :side]
        shown = F.interpolate(seen, scale_factor=scale, mode="bilinear", align_corners=False)
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
    weights = F.avg_pool2d(weights, GRID // (SIDE // STRIDE))
    return (x * weights).sum((2, 3)) / (weights.sum((2, 3)) + 1e-3)
