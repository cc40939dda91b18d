"""Pictures without a target hold none of it, and presence is weighed by kind, however many there are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medzoo_train.data.negatives import background_parts, blank_pictures, clear_boxes
from medzoo_train.train_presence import WEIGHTS, fit, weights_of
from medzoo_train.training.presence import Tokens


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


def tokens(each: int) -> Tokens:
    """A token for each kind, `each` times as many of the hard ones; the first number says whether the target is there."""
    kinds = ["whole", "whole", *["beside"] * each, *["nothing"] * each]
    token = torch.tensor([[1.0, 0.0], [-1.0, 0.0], *[[-1.0, 1.0]] * each, *[[-1.0, -1.0]] * each])
    presence = torch.tensor([[1.0], [0.0], *[[0.0]] * (2 * each)])
    return Tokens(token, presence, kinds)


@pytest.mark.parametrize("each", [1, 50])
def test_each_kind_weighs_the_same_however_many_there_are(each: int) -> None:
    weights = weights_of(tokens(each))[:, 0]
    assert weights[0].item() == pytest.approx(WEIGHTS["present"])
    assert weights[1].item() == pytest.approx(WEIGHTS["elsewhere"])
    assert weights[2 : 2 + each].sum().item() == pytest.approx(WEIGHTS["beside"])
    assert weights[2 + each :].sum().item() == pytest.approx(WEIGHTS["nothing"])


def test_the_head_learns_what_is_there_and_leaves_out_what_is_not_known() -> None:
    known = tokens(4)
    unknown = Tokens(
        torch.cat([known.token, torch.tensor([[1.0, 9.0]])]),
        torch.cat([known.presence, torch.tensor([[-1.0]])]),
        [*known.kind, "whole"],
    )
    assert weights_of(unknown)[-1].item() == 0
    head = torch.nn.Linear(2, 1)
    fit(head, unknown, steps=300, rate=5e-2, batch=32, seed=0)
    assert torch.equal((head(known.token) > 0).float(), known.presence)
