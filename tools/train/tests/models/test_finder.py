"""The first look at points: where it looks, what it takes for the object, and that a box does not ask it."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from medzoo_train.models.promptable.closer import Closer, around_both, around_points
from medzoo_train.models.promptable.cut import box_of_mask, out_of, pointed_part, seen_from, whole_image
from medzoo_train.models.promptable.refiner import Refiner, RefinerConfig
from medzoo_train.training.prompt_losses import region_losses

POINT = torch.tensor([[[0.25, 0.5], [0.0, 0.0]]]), torch.tensor([[1.0, -1.0]])
BOX = torch.tensor([[[0.2, 0.3], [0.7, 0.6]]]), torch.tensor([[2.0, 3.0]])


def test_the_window_of_points_is_small_around_one_and_holds_several_and_is_the_image_around_none() -> None:
    coords = torch.tensor(
        [[[0.5, 0.5], [0.0, 0.0]], [[0.3, 0.5], [0.7, 0.5]], [[0.3, 0.5], [0.7, 0.5]], [[0.0, 0.0]] * 2]
    )
    labels = torch.tensor([[1.0, -1.0], [1.0, 1.0], [1.0, 0.0], [-1.0, -1.0]])
    one, two, beside, none = around_points(coords, labels)
    small = 20 / 256
    assert one.tolist() == pytest.approx([0.5 - small, 0.5 - small, 0.5 + small, 0.5 + small])
    assert two.tolist() == pytest.approx([0.1, 0.1, 0.9, 0.9])
    # A negative point is no place of the object.
    assert beside.tolist() == pytest.approx([0.3 - small, 0.5 - small, 0.3 + small, 0.5 + small])
    assert none.tolist() == pytest.approx([0, 0, 1, 1])


def test_the_wide_window_holds_the_rough_mask_and_the_points_and_stays_in_the_image() -> None:
    rough, near = torch.tensor([[0.4, 0.4, 0.8, 0.6]]), torch.tensor([[0.1, 0.45, 0.2, 0.55]])
    assert around_both(rough, near)[0].tolist() == pytest.approx([0.1, 0.375, 0.85, 0.625])
    assert around_both(whole_image(rough), near)[0].tolist() == [0, 0, 1, 1]


def two_parts() -> Tensor:
    logits = torch.full((1, 64, 64), -3.0)
    logits[0, 28:36, 10:22] = 3.0
    logits[0, 28:36, 40:52] = 3.0
    return logits


def test_of_a_mask_the_part_that_holds_the_point_is_meant_and_all_of_it_where_none_does() -> None:
    part = pointed_part(two_parts(), whole_image(two_parts()), *POINT)
    assert box_of_mask(part)[0].tolist() == pytest.approx([10 / 64, 28 / 64, 22 / 64, 36 / 64])
    elsewhere = torch.tensor([[[0.5, 0.1], [0.0, 0.0]]])
    part = pointed_part(two_parts(), whole_image(two_parts()), elsewhere, POINT[1])
    assert box_of_mask(part)[0].tolist() == pytest.approx([10 / 64, 28 / 64, 52 / 64, 36 / 64])


def test_a_part_is_followed_around_corners() -> None:
    logits = torch.full((1, 64, 64), -3.0)
    logits[0, 4:60, 14:18] = 3.0
    logits[0, 4:8, 14:30] = 3.0
    part = pointed_part(logits, whole_image(logits), *POINT)
    assert torch.equal(part > 0, logits > 0)


def test_a_frame_is_seen_from_the_image_and_back() -> None:
    boxes, frames = torch.rand(5, 4), torch.tensor([[0.2, -0.1, 0.6, 0.3]]).repeat(5, 1)
    assert torch.allclose(out_of(seen_from(boxes, frames), frames), boxes, atol=1e-6)
    assert seen_from(frames, frames)[0].tolist() == pytest.approx([0, 0, 1, 1])


@torch.no_grad()
def test_a_box_is_answered_as_without_a_finder() -> None:
    closer = Closer(RefinerConfig(dim=32)).eval()
    torch.nn.init.normal_(closer.refiner.answer.weight, std=0.2)
    both = copy.deepcopy(closer)
    both.add_finder()
    feeds = torch.randn(1, 3, 256, 256), torch.randn(1, 32, 16, 16), torch.randn(1, 2, 64, 64), *BOX
    for one, other in zip(closer(*feeds), both(*feeds), strict=True):
        assert torch.equal(one, other)


class Told(torch.nn.Module):
    """A finder that finds a square of 8 cells in the middle of each window, and is as sure as it is told."""

    def __init__(self, near: float, wide: float) -> None:
        super().__init__()
        self.quality = torch.tensor([near, wide])
        self.windows = Tensor()

    def forward(
        self, image: Tensor, embedding: Tensor, rough: Tensor, boxes: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, ...]:
        self.windows = Refiner(RefinerConfig(dim=32)).rois(boxes)
        logits = torch.full((2, 64, 64), -4.0)
        logits[:, 28:36, 28:36] = 4.0
        return logits, self.windows, self.quality


@pytest.mark.parametrize(("near", "wide"), [(0.9, 0.2), (0.2, 0.9)])
@torch.no_grad()
def test_a_point_is_answered_by_the_surer_window(near: float, wide: float) -> None:
    closer = Closer(RefinerConfig(dim=32), finds=True).eval()
    told = closer.finder = Told(near, wide)  # type: ignore[assignment]
    rough = torch.full((1, 2, 64, 64), -4.0)
    rough[:, :, 16:48, 4:36] = 4.0
    masks, _ = closer(torch.randn(1, 3, 256, 256), torch.randn(1, 32, 16, 16), rough, *POINT)
    found = box_of_mask(masks[:, 0])[0]
    frame = told.windows[int(wide > near)]
    expected = out_of(torch.tensor([[28, 28, 36, 36]]) / 64, frame[None])[0]
    assert (found - expected).abs().max() < 1.5 / 64
    # The second mask is that of an ambiguous prompt, as the decoder has it.
    assert (box_of_mask(masks[:, 1])[0] - torch.tensor([4, 16, 36, 48]) / 64).abs().max() < 1.5 / 64


def test_a_window_that_the_object_reaches_out_of_is_told_apart() -> None:
    truth = torch.zeros(1, 256, 256)
    truth[:, 64:192, 64:192] = 1
    half = torch.tensor([[0.25, 0.25, 0.5, 0.75]])
    logits = torch.full((1, 64, 64), 8.0)
    _, unsure, reach = region_losses(logits, half, torch.tensor([0.5]), truth, 64)
    assert reach.item() == pytest.approx(0.5, abs=0.01) and unsure.item() < 1e-3
    _, sure, _ = region_losses(logits, half, torch.tensor([1.0]), truth, 64)
    assert sure > 0.05
