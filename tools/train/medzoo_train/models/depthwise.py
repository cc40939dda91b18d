"""Depthwise convolution whose backward pass is not slow on a CPU in bfloat16."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DepthwiseFunction(torch.autograd.Function):
    """Forward as it is; gradients in float32, where oneDNN has kernels for them (PyTorch 2.15: 3 to 60 times
    faster).
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.settings = (stride, padding, dilation)
        return F.conv2d(x, weight.to(x.dtype), None, stride, padding, dilation, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None, None, None]:
        x, weight = ctx.saved_tensors
        stride, padding, dilation = ctx.settings
        channels = x.shape[1]
        gradient = gradients[0].float().contiguous(memory_format=torch.channels_last)
        # At stride 1 the gradient of the input is a depthwise convolution too, with the kernel turned.
        turned = stride == 1
        wanted = [ctx.needs_input_grad[0] and not turned, ctx.needs_input_grad[1], False]
        to_x, to_weight = None, None
        if any(wanted):
            to_x, to_weight, _ = torch.ops.aten.convolution_backward(
                gradient, x.float(), weight.float(), None, [stride, stride], [padding, padding], [dilation, dilation],
                False, [0, 0], channels, wanted,
            )  # fmt: skip
        if turned and ctx.needs_input_grad[0]:
            to_x = F.conv2d(gradient, weight.float().flip(-1, -2), None, 1, padding, dilation, groups=channels)
        return None if to_x is None else to_x.to(x.dtype), to_weight, None, None, None


class DepthwiseConv2d(nn.Conv2d):
    """nn.Conv2d with groups = channels, an odd kernel and "same" padding; trains faster, exports and runs as nn.Conv2d
    does.
    """

    def __init__(self, channels: int, kernel: int, stride: int = 1, dilation: int = 1, bias: bool = False) -> None:
        super().__init__(channels, channels, kernel, stride, dilation * (kernel - 1) // 2, dilation, channels, bias)

    def forward(self, x: Tensor) -> Tensor:
        if not torch.is_grad_enabled() or not torch.is_autocast_enabled("cpu"):
            return super().forward(x)
        half = x.to(torch.get_autocast_dtype("cpu"))
        stride, padding, dilation = int(self.stride[0]), int(self.padding[0]), int(self.dilation[0])
        y: Tensor = DepthwiseFunction.apply(half, self.weight, stride, padding, dilation)
        return y if self.bias is None else y + self.bias.to(y.dtype).reshape(1, -1, 1, 1)
