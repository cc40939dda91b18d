"""A convolutional trunk to stride 16 whose weights come from ImageNet: EfficientNet-Lite0 without its last block and
classifier.

Six thousand images teach a transformer little about what things look like; a trunk that has seen a million photographs
starts where training from scratch does not arrive. EfficientNet-Lite (Google, Apache-2.0) is the mobile family without
gates and with ReLU6, which quantises and exports plainly. Its last stage keeps stride 16 by dilation, so that it lies
on the embedding's grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

import torch
from torch import Tensor, nn

from ..fold import fold_batch_norms
from ..layers import InvertedResidual, conv_bn

#: Expansion, output channels, blocks, stride, kernel, dilation of each stage (EfficientNet-Lite0 up to stride 32, here
#: dilated).
STAGES = (
    (1, 16, 1, 1, 3, 1),
    (6, 24, 2, 2, 3, 1),
    (6, 40, 2, 2, 5, 1),
    (6, 80, 3, 2, 3, 1),
    (6, 112, 3, 1, 5, 1),
    (6, 192, 4, 1, 5, 2),
)
STEM_CHANNELS = 32
#: The block that ends the first stage on the embedding's grid; `Stage` reads its map, of so many channels.
READ = 7
READ_CHANNELS = STAGES[3][1]
#: TensorFlow's batch norm, which the weights were trained with.
BATCH_NORM_EPS = 1e-3
#: What EfficientNet-Lite was trained on: (pixel - 127) / 128.
TRUNK_MEAN, TRUNK_STD = 127.0, 128.0


class Trunk(nn.Module):
    """The stem and the blocks of the first `stages` stages, or the first `blocks` of them; how far they are trained.

    `dilated` keeps stride 16 at the end, where the original has 32.
    """

    scale: Tensor
    shift: Tensor

    def __init__(
        self,
        stages: int,
        pixel_mean: tuple[float, ...],
        pixel_std: tuple[float, ...],
        blocks: int | None = None,
        dilated: bool = True,
    ) -> None:
        super().__init__()
        # From SAM's normalisation to the trunk's: both are affine maps of the same pixels.
        self.register_buffer("scale", torch.tensor(pixel_std).reshape(1, 3, 1, 1) / TRUNK_STD)
        self.register_buffer("shift", (torch.tensor(pixel_mean).reshape(1, 3, 1, 1) - TRUNK_MEAN) / TRUNK_STD)
        self.stem = nn.Sequential(conv_bn(3, STEM_CHANNELS, 3, 2), nn.ReLU6())
        layers: list[nn.Module] = []
        channels = STEM_CHANNELS
        for expansion, out, count, stride, kernel, dilation in STAGES[:stages]:
            for index in range(count):
                # The first block of the last stage had the stride; those after it look at every second cell instead.
                apart = dilation if dilated and index > 0 else 1
                step = (stride if dilated else stride * dilation) if index == 0 else 1
                layers.append(InvertedResidual(channels, out, channels * expansion, kernel, step, apart, act=nn.ReLU6))
                channels = out
        self.blocks = nn.Sequential(*layers[:blocks])
        #: Blocks that stand still in training, the stem with them: edges are edges, and the widest maps cost the most.
        self.frozen = 0
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = BATCH_NORM_EPS

    def freeze(self, blocks: int) -> None:
        """Keeps the stem and the first `blocks` blocks, their batch norms too, as they are."""
        self.frozen = blocks
        for part in self.still():
            part.requires_grad_(False)
        self.train(self.training)

    def still(self) -> list[nn.Module]:
        return [self.stem, *self.blocks[: self.frozen]] if self.frozen else []

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        for part in self.still():
            part.eval()
        return self

    def features(self, x: Tensor) -> Iterator[Tensor]:
        """What the stem gives, and each block after it."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.frozen == 0):
            x = self.stem(x * self.scale + self.shift)
        yield x
        for index, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and index >= self.frozen):
                x = block(x)
            yield x


class MobileTrunk(Trunk):
    """float32 [B, 3, S, S], normalised as SAM's -> float32 [B, S/16, S/16, dim], channels last as a patch embedding
    gives it, and the map of block `READ`, float32 [B, READ_CHANNELS, S/16, S/16].
    """

    def __init__(self, dim: int, pixel_mean: tuple[float, ...], pixel_std: tuple[float, ...]) -> None:
        super().__init__(len(STAGES), pixel_mean, pixel_std)
        channels = STAGES[-1][1]
        self.project = nn.Identity() if channels == dim else nn.Conv2d(channels, dim, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        _, *maps = self.features(x)
        return self.project(maps[-1]).permute(0, 2, 3, 1), maps[READ]


class EarlyTrunk(Trunk):
    """float32 [B, 3, S, S], normalised as SAM's -> features of 16, 24 and 40 channels at strides 2, 4 and 8."""

    CHANNELS = (16, 24, 40)
    #: Block outputs have no activation and deviate by 5 to 8 on our images; those who read them expect about 1.
    SCALE = 1 / 6

    def __init__(self, pixel_mean: tuple[float, ...], pixel_std: tuple[float, ...]) -> None:
        super().__init__(len(self.CHANNELS), pixel_mean, pixel_std)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        _, f2, _, f4, _, f8 = self.features(x)
        return f2 * self.SCALE, f4 * self.SCALE, f8 * self.SCALE

    def start_from(self, trunk: Trunk) -> None:
        """The weights of a whole trunk's first blocks; folds its own batch norms where that one's are."""
        if not any(isinstance(module, nn.BatchNorm2d) for module in trunk.stem.modules()):
            fold_batch_norms(self.eval())
        own = self.state_dict()
        self.load_state_dict({name: tensor for name, tensor in trunk.state_dict().items() if name in own})


def load_imagenet(trunk: Trunk, state: Mapping[str, Tensor]) -> None:
    """Fills a trunk from an EfficientNet-Lite0 checkpoint (names of efficientnet_lite_pytorch); its classifier is left
    out.

    TensorFlow pads a strided convolution after the image, PyTorch before and after it. On an image turned by 180
    degrees the two agree exactly, so the kernels are turned: the trunk sees the world upside down, which a microscope
    does not mind.
    """
    units = [module for module in trunk.modules() if isinstance(module, nn.Conv2d | nn.BatchNorm2d)]
    wanted = [("_conv_stem", "_bn0")]
    for index in range(len(trunk.blocks)):
        names = [("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
        wanted += [(f"_blocks.{index}.{c}", f"_blocks.{index}.{b}") for c, b in (names[1:] if index == 0 else names)]
    modules = iter(units)
    with torch.no_grad():
        for convolution, norm in wanted:
            conv, bn = next(modules), next(modules)
            assert isinstance(conv, nn.Conv2d) and isinstance(bn, nn.BatchNorm2d)
            conv.weight.copy_(tensor_like(state, f"{convolution}.weight", conv.weight).flip(-1, -2))
            for name in ("weight", "bias", "running_mean", "running_var"):
                own = getattr(bn, name)
                own.copy_(tensor_like(state, f"{norm}.{name}", own))


def tensor_like(state: Mapping[str, Tensor], name: str, own: Tensor) -> Tensor:
    if name not in state:
        raise ValueError(f"The checkpoint has no tensor {name}: expected an EfficientNet-Lite0.")
    if state[name].shape != own.shape:
        raise ValueError(f"{name} is {list(state[name].shape)}, expected {list(own.shape)}: not an EfficientNet-Lite0.")
    return state[name]
