"""Masks are cut where their Dice is best."""

from __future__ import annotations

import pytest
import torch

from medzoo_train.export.masks import best_shift


def test_logits_that_are_too_low_are_shifted_up_and_others_down() -> None:
    generator = torch.Generator().manual_seed(1)
    masks = torch.zeros(6, 64, 64, dtype=torch.uint8)
    masks[:, 10:40, 20:50] = 255
    logits = torch.where(masks > 0, 2.0, -2.0) + 0.3 * torch.randn(6, 64, 64, generator=generator)
    # Whatever is added, they stay apart: the middle of all that is as good is nothing.
    assert best_shift(2 * logits, masks) == pytest.approx(0)
    for lifted in (1.6, -1.6):
        # Target and background lie at 2 and -2: shifted by 1.6, noise of one of them crosses 0.
        assert best_shift(logits + lifted, masks) * lifted < -0.3


def test_without_an_image_nothing_moves() -> None:
    assert best_shift(torch.zeros(0, 8, 8), torch.zeros(0, 8, 8, dtype=torch.uint8)) == pytest.approx(0)
