"""Small layers shared by the models."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from .depthwise import DepthwiseConv2d


def sides(x: Tensor) -> tuple[int, ...]:
    """The sizes of every dimension but the batch, as numbers: an exporter that traces then writes constants, not
    graphs.
    """
    return tuple(int(size) for size in x.shape[1:])


def first_channels(embedding: Tensor, count: int) -> Tensor:
    """What our heads read of an embedding float32 [B, C, G, G]: the neck's channels, which come first."""
    return embedding if sides(embedding)[0] == count else embedding[:, :count]


class LayerNorm2d(nn.Module):
    """LayerNorm over the channels of float32 [B, C, H, W] (SAM's, eps 1e-6)."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(1, keepdim=True)
        centred = x - mean
        variance = centred.pow(2).mean(1, keepdim=True)
        x = centred / torch.sqrt(variance + self.eps)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class MlpBlock(nn.Module):
    """Two linear layers with an activation between; names as in SAM's checkpoint (lin1, lin2)."""

    def __init__(self, dim: int, mlp_dim: int, act: type[nn.Module] = nn.GELU) -> None:
        super().__init__()
        self.lin1 = nn.Linear(dim, mlp_dim)
        self.lin2 = nn.Linear(mlp_dim, dim)
        self.act = act()

    def forward(self, x: Tensor) -> Tensor:
        return self.lin2(self.act(self.lin1(x)))  # type: ignore[no-any-return]


class Mlp(nn.Module):
    """SAM's small MLP: ReLU between layers, none after the last."""

    def __init__(self, dim_in: int, hidden: int, dim_out: int, num_layers: int) -> None:
        super().__init__()
        sizes = [dim_in] + [hidden] * (num_layers - 1) + [dim_out]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def last(self) -> nn.Linear:
        layer = self.layers[-1]
        assert isinstance(layer, nn.Linear)
        return layer

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)  # type: ignore[no-any-return]


class DropPath(nn.Module):
    """Drops a residual branch for a whole sample with probability `rate` (stochastic depth, Huang 2016)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if self.rate == 0.0 or not self.training:
            return x
        keep = 1.0 - self.rate
        mask = torch.rand((x.shape[0],) + (1,) * (x.ndim - 1), device=x.device) < keep
        return x * mask.to(x.dtype) / keep


def conv_bn(
    c_in: int, c_out: int, kernel: int = 3, stride: int = 1, groups: int = 1, dilation: int = 1
) -> nn.Sequential:
    """Convolution without bias and BatchNorm; "same" padding."""
    if groups == c_in == c_out and groups > 1:
        return nn.Sequential(DepthwiseConv2d(c_out, kernel, stride, dilation), nn.BatchNorm2d(c_out))
    padding = dilation * (kernel - 1) // 2
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, stride, padding, dilation, groups, bias=False), nn.BatchNorm2d(c_out)
    )


class InvertedResidual(nn.Module):
    """MobileNetV3's block: 1x1 expand, depthwise k x k, attention, 1x1 project; residual where shapes agree."""

    def __init__(
        self,
        c_in: int,
        c_out: int,
        expand: int,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        attention: nn.Module | None = None,
        act: type[nn.Module] = nn.Hardswish,
    ) -> None:
        super().__init__()
        self.residual = stride == 1 and c_in == c_out
        layers: list[nn.Module] = []
        if expand != c_in:
            layers += [conv_bn(c_in, expand, 1), act()]
        layers += [conv_bn(expand, expand, kernel, stride, groups=expand, dilation=dilation), act()]
        if attention is not None:
            layers.append(attention)
        layers.append(conv_bn(expand, c_out, 1))
        self.body = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return x + y if self.residual else y  # type: ignore[no-any-return]

    def start_as_nothing(self) -> None:
        """The residual branch gives 0 until it has learnt something."""
        norm = [module for module in self.body.modules() if isinstance(module, nn.BatchNorm2d)][-1]
        nn.init.zeros_(norm.weight)
        nn.init.zeros_(norm.bias)
