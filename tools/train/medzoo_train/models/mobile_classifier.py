"""MobileNetV3-small (Howard 2019) from pixels to classes, from scratch: what encoder and MedCls are measured
against.
"""

from __future__ import annotations

from torch import Tensor, nn

from .automed.auto_prompt import SqueezeExcite
from .layers import InvertedResidual, conv_bn

#: Expanded channels, output channels, kernel, stride, squeeze-and-excite, hard-swish (the paper's table 2).
BLOCKS = (
    (16, 16, 3, 2, True, False),
    (72, 24, 3, 2, False, False),
    (88, 24, 3, 1, False, False),
    (96, 40, 5, 2, True, True),
    (240, 40, 5, 1, True, True),
    (240, 40, 5, 1, True, True),
    (120, 48, 5, 1, True, True),
    (144, 48, 5, 1, True, True),
    (288, 96, 5, 2, True, True),
    (576, 96, 5, 1, True, True),
    (576, 96, 5, 1, True, True),
)
STEM_CHANNELS = 16


class MobileClassifier(nn.Module):
    """float32 [B, 3, S, S], normalised -> logits float32 [B, K]."""

    def __init__(self, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        layers: list[nn.Module] = [conv_bn(3, STEM_CHANNELS, 3, 2), nn.Hardswish()]
        channels = STEM_CHANNELS
        for expand, out, kernel, stride, gated, swish in BLOCKS:
            gate = SqueezeExcite(expand) if gated else None
            act = nn.Hardswish if swish else nn.ReLU
            layers.append(InvertedResidual(channels, out, expand, kernel, stride, attention=gate, act=act))
            channels = out
        last = BLOCKS[-1][0]
        self.features = nn.Sequential(*layers, conv_bn(channels, last, 1), nn.Hardswish())
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, classes))

    def forward(self, image: Tensor) -> Tensor:
        return self.classifier(self.features(image).mean((2, 3)))  # type: ignore[no-any-return]
