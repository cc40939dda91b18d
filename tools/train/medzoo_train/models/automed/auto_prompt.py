"""The auto-prompt encoder of SAM-AutoMed: an improved MobileNetV3 that makes the prompts a person would have clicked.

The paper's abstract says "an improved MobileNet v3 backbone" and no more; the improvements here are ours: coordinate
attention (Hou 2021) in the place of squeeze-and-excite, because a prompt says *where*; a last stage that keeps stride
16 by dilation, so that it lies on the embedding's grid; and lateral features at strides 2, 4 and 8 for the decoder's
edges. The laterals are taken on the way down and get no top-down path: what the target *is* has to come through the
embedding and the prompts, which keeps the encoder in charge (docs of the experiments: EXPERIMENTS.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import AutoPromptConfig
from ..encoder.mobile_trunk import EarlyTrunk
from ..layers import InvertedResidual, LayerNorm2d, conv_bn, sides
from ..pixels import PIXEL_MEAN, PIXEL_STD
from ..transformer import CrossAttention


class CoordinateAttention(nn.Module):
    """Gates that keep the place: one pooled along x, one along y (Hou, Zhou, Feng 2021)."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(8, channels // reduction)
        self.reduce = conv_bn(channels, hidden, 1)
        self.act = nn.Hardswish()
        self.gate_y = nn.Conv2d(hidden, channels, 1)
        self.gate_x = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        height = sides(x)[1]
        along_y = x.mean(3, keepdim=True)
        along_x = x.mean(2, keepdim=True).transpose(2, 3)
        both = self.act(self.reduce(torch.cat([along_y, along_x], dim=2)))
        gate_y = torch.sigmoid(self.gate_y(both[:, :, :height]))
        gate_x = torch.sigmoid(self.gate_x(both[:, :, height:].transpose(2, 3)))
        return x * gate_y * gate_x


class SqueezeExcite(nn.Module):
    """MobileNetV3's own channel gate; here for the ablation."""

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        hidden = max(8, channels // reduction)
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, hidden, 1),
            nn.ReLU(),
            nn.Conv2d(hidden, channels, 1),
            nn.Hardsigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(x)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class AutoPrompts:
    """dense: float32 [B, dim, G, G]; sparse: float32 [B, N, dim]; laterals at strides 2, 4, 8, each from several
    sources.
    """

    dense: Tensor
    sparse: Tensor
    lateral2: Sequence[Tensor]
    lateral4: Sequence[Tensor]
    lateral8: Sequence[Tensor]


class Details(nn.Module):
    """float32 [B, 3, S, S] -> fine features at strides 2, 4, 8.

    MobileNetV3's first stages are thin, for a classifier needs no edges. A mask does: these know little but where
    exactly.
    """

    CHANNELS = (32, 48, 64)

    def __init__(self) -> None:
        super().__init__()
        c2, c4, c8 = self.CHANNELS
        self.stage2 = nn.Sequential(conv_bn(3, c2, 6, 2), nn.ReLU())
        self.stage4 = self.halve(c2, c4)
        self.stage8 = self.halve(c4, c8)

    @staticmethod
    def halve(c_in: int, c_out: int) -> nn.Sequential:
        down = nn.Sequential(conv_bn(c_in, c_in, 3, 2, groups=c_in), conv_bn(c_in, c_out, 1), nn.ReLU())
        return nn.Sequential(down, InvertedResidual(c_out, c_out, 3 * c_out, act=nn.ReLU))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        f2 = self.stage2(image)
        f4 = self.stage4(f2)
        return f2, f4, self.stage8(f4)


class AutoPromptEncoder(nn.Module):
    """float32 [B, 3, S, S], the encoder's own preprocessed input -> AutoPrompts."""

    #: Channels of MobileNetV3's own features at strides 2, 4, 8.
    STAGES = (16, 16, 24)
    #: Channels of the lateral features at strides 2, 4, 8: those, the details and the early trunk's.
    LATERALS = (64, 88, 128)

    def __init__(self, config: AutoPromptConfig) -> None:
        super().__init__()

        def gate(channels: int) -> nn.Module:
            return CoordinateAttention(channels) if config.attention == "coordinate" else SqueezeExcite(channels)

        def wide(channels: int) -> int:
            return max(8, int(channels * config.width) // 8 * 8)

        c2, c4, c8 = self.STAGES
        mid, deep, last, dim = wide(40), wide(48), wide(64), config.dim
        self.stage2 = nn.Sequential(conv_bn(3, c2, 3, 2), nn.Hardswish())
        self.stage4 = InvertedResidual(c2, c4, c2, 3, 2, attention=gate(c2), act=nn.ReLU)
        self.stage8 = nn.Sequential(
            InvertedResidual(c4, c8, 72, 3, 2, act=nn.ReLU), InvertedResidual(c8, c8, 88, 3, act=nn.ReLU)
        )
        self.stage16 = nn.Sequential(
            InvertedResidual(c8, mid, 96, 5, 2, attention=gate(96)),
            InvertedResidual(mid, mid, mid * 4, 5, attention=gate(mid * 4)),
            InvertedResidual(mid, deep, mid * 4, 5, attention=gate(mid * 4)),
            InvertedResidual(deep, last, deep * 4, 5, dilation=2, attention=gate(deep * 4)),
        )
        self.details = Details()
        self.trunk = EarlyTrunk(PIXEL_MEAN, PIXEL_STD)
        # What the trunk knows comes into the prompts too, once it has earned it.
        self.join = nn.Conv2d(EarlyTrunk.CHANNELS[-1], c8, 1)
        nn.init.zeros_(self.join.weight)
        nn.init.zeros_(self.join.bias)  # type: ignore[arg-type]
        self.dense = nn.Sequential(conv_bn(last, dim, 1), nn.Hardswish(), nn.Conv2d(dim, dim, 1), LayerNorm2d(dim))
        self.queries = nn.Embedding(config.sparse_prompts, dim)
        self.ask = CrossAttention(dim, 4, 2)
        self.ask_norm = nn.LayerNorm(dim)
        # The prompts start without a say and earn it: the decoder learns to read the embedding before it learns to be
        # led.
        self.dense_scale = nn.Parameter(torch.full((1, dim, 1, 1), 0.1))

    def forward(self, image: Tensor) -> AutoPrompts:
        f2 = self.stage2(image)
        f4 = self.stage4(f2)
        f8 = self.stage8(f4)
        early = self.trunk(image)
        found = self.dense[:-1](self.stage16(f8 + self.join(early[-1])))
        cells = self.normed(found.flatten(2).transpose(1, 2))
        dense = cells.transpose(1, 2).reshape(-1, *sides(found))
        queries = self.queries.weight.expand(image.shape[0], -1, -1)
        sparse = self.ask_norm(queries + self.ask(queries, cells, cells))
        return AutoPrompts(dense, sparse, *zip((f2, f4, f8), self.details(image), early, strict=True))

    def normed(self, cells: Tensor) -> Tensor:
        """The dense prompts' last layer, on float32 [B, G*G, dim]: with channels last it is one operator of a file."""
        norm = self.dense[-1]
        assert isinstance(norm, LayerNorm2d)
        return F.layer_norm(cells, norm.weight.shape, norm.weight, norm.bias, norm.eps) * self.dense_scale.reshape(-1)
