"""The closer look of the promptable head: cutting, pasting, and where it starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from medzoo_train.export.graph.onnx_file import export_onnx
from medzoo_train.export.head_files import FREE_POINTS, prompt_example
from medzoo_train.export.wrappers import PromptableDecoder
from medzoo_train.models.precision import half_where_fast, has_fast_half
from medzoo_train.models.promptable.closer import Closer, given_box
from medzoo_train.models.promptable.cut import box_of_mask, cut, paste
from medzoo_train.models.promptable.refiner import Refiner, RefinerConfig
from medzoo_train.models.system import System

ROI = torch.tensor([[0.25, 0.25, 0.75, 0.75]])


def test_a_cut_at_the_images_own_scale_is_the_images_own_pixels() -> None:
    image = torch.rand(1, 3, 64, 64)
    assert torch.allclose(cut(image, ROI, 32), image[:, :, 16:48, 16:48])


def test_a_cut_that_shrinks_is_antialiased_and_one_over_the_edge_is_padded() -> None:
    stripes = (torch.arange(64) % 2).float().expand(1, 1, 64, 64)
    shrunk = cut(stripes, torch.tensor([[0.0, 0.0, 1.0, 1.0]]), 16)
    assert (shrunk[..., 2:-2] - 0.5).abs().max() < 0.1
    beyond = cut(torch.ones(1, 1, 64, 64), torch.tensor([[-0.5, 0.0, 0.5, 1.0]]), 32)
    assert beyond[..., :15].abs().max() == 0
    assert beyond[0, 0, 8, 24] == pytest.approx(1.0)


def test_pasting_puts_a_cut_back_where_it_was() -> None:
    image = torch.rand(1, 64, 64)
    back = paste(cut(image[:, None], ROI, 32)[:, 0], ROI, 64, outside=-5.0)
    assert torch.allclose(back[:, 17:47, 17:47], image[:, 17:47, 17:47], atol=1e-5)
    assert back[0, 5, 5] == -5.0


def test_boxes_are_read_from_corners_in_any_order() -> None:
    coords = torch.tensor([[[0.6, 0.2], [0.1, 0.9], [0.5, 0.5]]])
    box, given = given_box(coords, torch.tensor([[2.0, 3.0, 1.0]]))
    assert box[0].tolist() == pytest.approx([0.1, 0.2, 0.6, 0.9]) and given.item() == 1
    assert given_box(coords, torch.tensor([[1.0, 0.0, -1.0]]))[1].item() == 0


def test_a_masks_box_touches_it_and_an_empty_masks_box_is_the_image() -> None:
    logits = torch.full((2, 16, 16), -1.0)
    logits[0, 3:9, 4:14] = 2.0
    assert box_of_mask(logits).tolist() == [[4 / 16, 3 / 16, 14 / 16, 9 / 16], [0, 0, 1, 1]]


@torch.no_grad()
def test_untrained_a_point_gives_the_rough_mask_and_nothing_beyond_its_surroundings() -> None:
    closer = Closer(RefinerConfig(dim=32)).eval()
    rough = torch.full((1, 1, 64, 64), -4.0)
    rough[..., 20:40, 10:50] = 4.0
    coords, labels = torch.tensor([[[0.4, 0.4], [0.0, 0.0]]]), torch.tensor([[1.0, -1.0]])
    masks, _ = closer(torch.randn(1, 3, 256, 256), torch.randn(1, 32, 16, 16), rough, coords, labels)
    found = masks[0, 0] > 0
    true = torch.nn.functional.interpolate(rough, size=(256, 256), mode="bilinear")[0, 0] > 0
    assert 2 * (found & true).sum() / (found.sum() + true.sum()) > 0.98
    assert masks[0, 0, 0, 255] == Refiner.OUTSIDE


@torch.no_grad()
def test_untrained_and_without_a_rough_mask_a_box_gives_the_inscribed_ellipse() -> None:
    closer = Closer(RefinerConfig(dim=32)).eval()
    coords, labels = torch.tensor([[[0.2, 0.3], [0.7, 0.6]]]), torch.tensor([[2.0, 3.0]])
    masks, iou = closer(
        torch.randn(1, 3, 256, 256), torch.randn(1, 32, 16, 16), torch.zeros(1, 2, 64, 64), coords, labels
    )
    assert masks.shape == (1, 2, 256, 256) and iou.shape == (1, 2)
    y, x = np.mgrid[0:256, 0:256] + 0.5
    ellipse = ((x / 256 - 0.45) / 0.25) ** 2 + ((y / 256 - 0.45) / 0.15) ** 2 <= 1
    found = masks[0, 0].numpy() > 0
    assert 2 * (found & ellipse).sum() / (found.sum() + ellipse.sum()) > 0.98


@pytest.mark.parametrize("finder", [False, True])
def test_the_exported_head_answers_as_pytorch_does_for_any_number_of_points_and_images(
    tmp_path: Path, finder: bool
) -> None:
    system = System({"task": 2}, closer=True, finder=finder).eval()
    assert system.closer is not None
    torch.nn.init.normal_(system.closer.refiner.answer.weight, std=0.2)
    decoder = PromptableDecoder(system.sam, system.closer).eval()
    feeds = {"embedding": torch.randn(1, 192, 16, 16), **prompt_example(16), "image": torch.randn(1, 3, 256, 256)}
    path = tmp_path / "decoder.onnx"
    export_onnx(decoder, list(feeds.values()), list(feeds), ["masks", "iou"], path, "fp32", FREE_POINTS)
    session = onnxruntime.InferenceSession(str(path))
    feeds |= {"point_coords": torch.rand(3, 5, 2) * 256, "point_labels": torch.tensor([[1.0, 0, 1, -1, -1]] * 3)}
    others = ("embedding", "mask_input", "has_mask_input", "image")
    feeds |= {name: feeds[name].repeat(3, *[1] * (feeds[name].ndim - 1)) for name in others}
    feeds["embedding"] = torch.randn(3, 192, 16, 16)
    with torch.no_grad():
        expected = decoder(*feeds.values())
    found = session.run(None, {name: tensor.numpy() for name, tensor in feeds.items()})
    assert found[0].shape == (3, 2, 256, 256)
    for ours, theirs in zip(expected, found, strict=True):
        assert np.abs(ours.numpy() - theirs).max() < 2e-3


def test_half_precision_is_for_machines_that_have_it() -> None:
    assert has_fast_half("cuda")
    with half_where_fast():
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if has_fast_half("cpu") else torch.float32)
