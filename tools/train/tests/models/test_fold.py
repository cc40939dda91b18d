"""Folded batch norms: the same answers, and parameters that learn as before."""

from __future__ import annotations

import torch
from torch import nn

from medzoo_train.models.fold import fold_batch_norms


def blocks() -> nn.Sequential:
    """A convolution without a bias and one whose channels are shuffled into pixels before the norm."""
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        nn.Sequential(nn.Conv2d(8, 16, 1), nn.PixelShuffle(2), nn.BatchNorm2d(4)),
    )
    model(torch.randn(4, 3, 12, 12))  # means and deviations that are not 0 and 1
    return model.eval()


def test_answers_are_those_of_convolution_and_norm() -> None:
    torch.manual_seed(0)
    model = blocks()
    images = torch.randn(2, 3, 12, 12)
    before = model(images)
    fold_batch_norms(model)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    assert torch.allclose(model(images), before, atol=1e-5)


def test_biases_learn_where_their_convolution_does() -> None:
    torch.manual_seed(0)
    trained, frozen = blocks(), blocks().requires_grad_(False)
    fold_batch_norms(trained)
    fold_batch_norms(frozen)
    trained(torch.randn(2, 3, 12, 12)).square().mean().backward()
    assert {name for name, one in trained.named_parameters() if one.grad is None or not one.grad.any()} == set()
    assert not any(one.requires_grad for one in frozen.parameters())
