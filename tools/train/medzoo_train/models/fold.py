"""Batch norms folded into the convolutions before them: as models are exported, and trained on from an export."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norms(module: nn.Module) -> None:
    """Folds each BatchNorm into the convolution before it, also past a pixel shuffle, where the exporter would leave it
    standing.

    Rounding has to come after folding; and a model that is trained on goes faster without norms.
    """
    for child in module.children():
        fold_batch_norms(child)
    if not isinstance(module, nn.Sequential):
        return
    for i in range(len(module) - 1):
        convolution, norm = module[i], module[i + 1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.PixelShuffle) and i + 2 < len(module):
            shuffled = module[i + 2]
            if isinstance(shuffled, nn.BatchNorm2d):
                module[i] = fuse(convolution, spread(shuffled, norm.upscale_factor**2))
                module[i + 2] = nn.Identity()
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module[i] = fuse(convolution, norm)
            module[i + 1] = nn.Identity()


def fuse(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution in the place of both, trained as the first was."""
    fused = fuse_conv_bn_eval(convolution, norm)
    # A bias that the convolution did not have comes without gradients, and would stand still in a training.
    if fused.bias is not None:
        fused.bias.requires_grad_(fused.weight.requires_grad)
    return fused


def spread(norm: nn.BatchNorm2d, times: int) -> nn.BatchNorm2d:
    """The norm as it stands before a pixel shuffle, which makes one channel of `times`."""
    wide = nn.BatchNorm2d(norm.num_features * times, norm.eps).eval()
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(wide, name).data.copy_(getattr(norm, name).data.repeat_interleave(times))
    return wide
