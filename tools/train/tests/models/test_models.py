"""What the models promise: shapes, emptiness of padding, and that the gates see places."""

from __future__ import annotations

import pytest
import torch

from medzoo_train.models.automed.automed import AutoMed
from medzoo_train.models.config import AutoMedConfig
from medzoo_train.models.encoder.attention import Attention, attend_padded_windows, attend_windows, window_index
from medzoo_train.models.medcls import MedCls
from medzoo_train.models.system import System


@pytest.mark.parametrize(("grid", "window"), [(16, 14), (7, 3), (8, 4)])
def test_windows_without_padding_work_give_the_same_numbers(grid: int, window: int) -> None:
    torch.manual_seed(0)
    attention = Attention(12, 3, window, rel_pos=True)
    for parameter in attention.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    x = torch.randn(2, grid, grid, 12)
    assert torch.allclose(attend_windows(attention, x, window), attend_padded_windows(attention, x, window), atol=1e-5)


def test_every_token_has_its_place_in_the_windows() -> None:
    windows, places = window_index(5, 3)
    assert windows.numel() == 36
    assert torch.equal(windows[places], torch.arange(25))
    assert (windows == 25).sum() == 36 - 25


@pytest.mark.parametrize("attention", ["coordinate", "squeeze-excite"])
def test_automed_answers_for_every_target(attention: str) -> None:
    config = AutoMedConfig(targets=("a", "b"), dim=48, num_heads=4)
    prompt = type(config.auto_prompt)(dim=48, attention=attention)  # type: ignore[arg-type]
    model = AutoMed(AutoMedConfig(targets=("a", "b"), dim=48, num_heads=4, auto_prompt=prompt)).eval()
    masks, iou, presence = model(torch.randn(2, 48, 16, 16), torch.randn(2, 3, 256, 256))
    assert masks.shape == (2, 2, 256, 256)
    assert iou.shape == presence.shape == (2, 2)
    assert ((iou >= 0) & (iou <= 1)).all()


def test_dropped_prompts_and_laterals_do_not_reach_the_mask() -> None:
    torch.manual_seed(1)
    model = AutoMed(
        AutoMedConfig(targets=("a",), dim=48, num_heads=4, auto_prompt=type(AutoMedConfig().auto_prompt)(dim=48))
    ).eval()
    embedding = torch.randn(1, 48, 16, 16)
    one, two = torch.randn(1, 3, 256, 256), torch.randn(1, 3, 256, 256)
    none, all_of_it = torch.zeros(1, 2), torch.ones(1, 2)
    assert torch.allclose(model(embedding, one, none)[0], model(embedding, two, none)[0], atol=1e-6)
    assert not torch.allclose(model(embedding, one, all_of_it)[0], model(embedding, two, all_of_it)[0], atol=1e-3)


def test_medcls_maps_are_those_of_the_most_probable_class() -> None:
    torch.manual_seed(2)
    model = MedCls(32, 3).eval()
    logits, attention, evidence = model(torch.randn(4, 32, 16, 16))
    assert logits.shape == (4, 3)
    assert attention.shape == evidence.shape == (4, 16, 16)
    assert torch.allclose(attention.sum((1, 2)), torch.ones(4), atol=1e-5)


def test_evidence_of_all_cells_and_a_constant_are_the_margin() -> None:
    torch.manual_seed(2)
    model = MedCls(32, 3).eval()
    for parameter in (
        model.classes.queries,
        model.classes.weight,
        model.classes.norm.weight,
        model.classes.value.weight,
    ):
        torch.nn.init.normal_(parameter)
    torch.nn.init.normal_(model.classes.norm.bias, std=0.1)
    logits, _, evidence = model(3 * torch.randn(8, 32, 1, 1) + torch.randn(8, 32, 16, 16))
    constant = (model.classes.norm.bias * model.classes.weight).sum(1) + model.classes.bias
    top = logits.argmax(1)
    assert len(set(top.tolist())) > 1
    expected = []
    for own, best in zip(logits - constant, top, strict=True):
        others = [own[k] for k in range(3) if k != best]
        expected.append(own[best] - sum(others) / 2)
    assert torch.allclose(evidence.sum((1, 2)), torch.stack(expected), rtol=1e-4, atol=1e-2)


def test_one_encoder_serves_every_head() -> None:
    system = System({"a": 2, "b": 3}).eval()
    embedding = system.encode(torch.randn(1, 3, 256, 256))
    assert embedding.shape == (1, 192, 16, 16)
    assert {name: model(embedding)[0].shape[1] for name, model in system.medcls.items()} == {"a": 2, "b": 3}
