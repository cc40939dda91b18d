"""Pictures without a target hold none of it."""

from __future__ import annotations

import numpy as np
import torch

from medzoo_train.data.negatives import background_parts, blank_pictures, clear_boxes


def test_parts_lie_beside_the_mask_and_are_none_where_it_fills_the_image() -> None:
    generator = torch.Generator().manual_seed(1)
    masks = torch.zeros(3, 64, 64, dtype=torch.uint8)
    masks[:, :, :30] = 255
    masks[2] = 255
    # Where the mask is, pixels are 200 and more; beside it they are under 100.
    images = torch.randint(0, 100, (3, 3, 64, 64), generator=generator, dtype=torch.uint8)
    images += (masks[:, None] // 255) * 155
    parts = background_parts(images, masks, 2, np.random.default_rng(2))
    assert parts.shape[1:] == (3, 64, 64)
    assert 1 <= len(parts) <= 4
    assert parts.max() < 100
    assert not clear_boxes(masks[2].numpy(), 2, np.random.default_rng(2))


def test_a_part_without_structure_is_left_out() -> None:
    flat = torch.full((1, 3, 64, 64), 7, dtype=torch.uint8)
    assert len(background_parts(flat, torch.zeros(1, 64, 64, dtype=torch.uint8), 2, np.random.default_rng(2))) == 0


def test_blank_pictures_are_of_all_lights_and_colours() -> None:
    pictures = blank_pictures(60, 16, np.random.default_rng(3)).float()
    means = pictures.mean((1, 2, 3))
    assert means.min() < 40 and means.max() > 215
    grey = (pictures.amax(1) - pictures.amin(1)).amax((1, 2)) < 1
    assert 10 < int(grey.sum()) < 50
