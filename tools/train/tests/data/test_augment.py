"""Augmentation: masks move with their images, and degrading takes away what a sharper camera shows."""

from __future__ import annotations

import torch

from medzoo_train.data.augment import affine_maps, degrade, warp
from medzoo_train.data.sets import MICROSCOPE


def test_a_mask_moves_with_its_image() -> None:
    mask = torch.zeros(3, 96, 96, dtype=torch.uint8)
    mask[:, 30:70, 20:50] = 255
    images = mask[:, None].expand(-1, 3, -1, -1)
    maps = affine_maps([MICROSCOPE] * 3, torch.Generator().manual_seed(2))
    for size in (96, 64):
        pixels, warped = warp(images, mask, maps, size)
        assert warped is not None
        assert warped.shape == (3, size, size)
        assert (pixels[:, 0] / 255 - warped).abs().mean() < 0.01
        assert warped.mean() > 0.02


def test_degrading_takes_away_fine_detail_and_little_else() -> None:
    generator = torch.Generator().manual_seed(4)
    coarse = torch.linspace(40, 200, 64).expand(6, 3, 64, 64)
    fine = 30 * torch.randn(6, 1, 64, 64, generator=generator)
    pixels = coarse + fine
    as_it_is = degrade(pixels.clone(), 0.0, generator)
    assert torch.equal(as_it_is, pixels)
    degraded = degrade(pixels.clone(), 1.0, generator)
    detail = (degraded - coarse).std((1, 2, 3)) / (pixels - coarse).std((1, 2, 3))
    assert (detail < 0.8).all()
    assert (degraded.mean((1, 2, 3)) - pixels.mean((1, 2, 3))).abs().max() < 3
