"""The everyday trunk: blocks of EfficientNet-Lite0 with weights in four bits, and the layer that reads presence from
them.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ..export.graph.few_bits import round_to_few
from ..export.graph.half import HALF_FROM
from ..models.automed.everyday import SIDE, Everyday
from ..models.encoder.mobile_trunk import Trunk, load_imagenet
from ..models.fold import fold_batch_norms
from ..models.pixels import normalise

#: Blocks whose weights stay as they are: the first are small, and edges are touchy.
FINE = 5


def start_everyday(everyday: Everyday, state: Mapping[str, Tensor], pictures: Tensor) -> None:
    """ImageNet's weights, rounded. pictures: uint8 [N, 3, 256, 256], on which each channel keeps its mean."""
    fresh = Everyday(("wound",)).trunk
    load_imagenet(fresh, state)
    fold_batch_norms(fresh.eval())
    fold_batch_norms(everyday.trunk.eval())
    everyday.trunk.load_state_dict(fresh.state_dict())
    shown = nn.functional.interpolate(
        normalise(pictures.float()), size=(SIDE, SIDE), mode="bilinear", align_corners=False
    )
    round_trunk(everyday.trunk, fresh, shown.flip(-1, -2))
    everyday.requires_grad_(False)


@torch.no_grad()
def round_trunk(trunk: Trunk, exact: Trunk, shown: Tensor) -> None:
    """Rounds the 1x1 kernels from block FINE on, one after the other, and shifts each bias by what its mean has
    lost.
    """
    deep = {id(module) for block in trunk.blocks[FINE:] for module in block.modules()}
    for own, other in zip(convolutions(trunk), convolutions(exact), strict=True):
        if id(own) not in deep or own.kernel_size != (1, 1) or own.weight.numel() < HALF_FROM:
            continue
        rounded = round_to_few(own.weight[:, :, 0, 0].numpy())
        own.weight.copy_(torch.from_numpy(rounded)[:, :, None, None])
        assert own.bias is not None
        own.bias += mean_output(exact, other, shown) - mean_output(trunk, own, shown)


def convolutions(trunk: Trunk) -> list[nn.Conv2d]:
    return [module for module in trunk.modules() if isinstance(module, nn.Conv2d)]


def mean_output(trunk: Trunk, convolution: nn.Conv2d, shown: Tensor) -> Tensor:
    """Of each channel over the pictures, float32 [C]."""
    found: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        found.append(output.mean((0, 2, 3)))

    handle = convolution.register_forward_hook(keep)
    for _ in trunk.features(shown):
        if found:
            break
    handle.remove()
    return found[0]
