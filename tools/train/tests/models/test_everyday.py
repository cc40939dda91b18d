"""Presence read from an everyday trunk: nothing until it has learnt, then of the targets that learnt it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx
from medzoo_train.look import Tokens
from medzoo_train.models.automed.automed import AutoMed
from medzoo_train.models.automed.everyday import ABSENT, BLOCKS, CHANNELS, SIDE, SURE, Everyday, pooled
from medzoo_train.models.config import AutoMedConfig, AutoPromptConfig
from medzoo_train.models.fold import fold_batch_norms
from medzoo_train.train_presence import Rows, train_everyday
from medzoo_train.training.everyday import FINE, mean_output, round_trunk

TARGETS = ("lungs", "wound")


def small() -> AutoMed:
    torch.manual_seed(1)
    prompt = AutoPromptConfig(width=0.5, dim=48)
    return AutoMed(AutoMedConfig(targets=TARGETS, dim=48, num_heads=4, auto_prompt=prompt, everyday=True)).eval()


def test_pools_the_whole_image_the_mask_and_what_is_around_it() -> None:
    x = torch.zeros(1, 1, 6, 6)
    x[..., 2:4, 2:4] = 2
    cover = torch.zeros(1, 1, 24, 24)
    cover[..., 8:16, 8:16] = 1
    mean, deviation, inside, around = pooled(x, cover)[0].tolist()
    assert mean == pytest.approx(2 / 9)
    assert deviation == pytest.approx(float(x.std(correction=0)), rel=1e-4)
    assert inside == pytest.approx(2, rel=1e-3) and around == pytest.approx(0, abs=1e-6)


def test_an_empty_mask_gives_zeros_and_no_division_by_nothing() -> None:
    found = pooled(torch.ones(1, 3, 6, 6), torch.zeros(1, 1, 24, 24))
    assert torch.isfinite(found).all() and (found[:, 6:] == 0).all()


def test_begins_as_nothing() -> None:
    model = small()
    embedding, image = torch.randn(2, 48, 16, 16), torch.randn(2, 3, 256, 256)
    with torch.no_grad():
        features = Tokens(model)(embedding, image)
        assert features.shape == (2, model.presence_width()) == (2, model.token_width() + 4 * CHANNELS)
        presence = model(embedding, image)[2]
        assert torch.equal(presence, model.presence_head(features[:, : model.token_width()]))
        assert torch.equal(presence, model.presence(features))


def test_looks_into_the_mask_of_a_wound() -> None:
    assert Everyday(TARGETS).about == 1
    assert Everyday(("liver",)).about == 0


def test_learns_the_targets_it_is_told_to_and_leaves_the_others_alone() -> None:
    model = small()
    generator = torch.Generator().manual_seed(2)
    seen = torch.randn(400, model.presence_width(), generator=generator)
    # What tells wounds lies in the trunk's features; nothing in the tokens does.
    known = torch.stack([torch.zeros(400), (seen[:, model.token_width() + 3] > 0).float()], dim=1)
    rows = Rows(seen, known, torch.ones(400, 2, dtype=torch.bool), ["plain a"] * 400)
    with torch.no_grad():
        before = model.presence(seen)
    train_everyday(model, rows, ["wound"], steps=150, rate=3e-3)
    with torch.no_grad():
        after = model.presence(seen)
    assert torch.equal(before[:, 0], after[:, 0])
    assert ((after[:, 1] > 0) == (known[:, 1] == 1)).float().mean() > 0.9
    assert ((before[:, 1] > 0) == (known[:, 1] == 1)).float().mean() < 0.7


class Settled(torch.nn.Module):
    """An everyday trunk that has learnt wounds, as a file has it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.everyday = Everyday(TARGETS).eval()
        # What a random trunk gives is small.
        self.everyday.read.weight.data[1] = torch.randn(4 * CHANNELS) * 300

    def forward(self, logits: torch.Tensor, image: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        return self.everyday.settle(logits, image, masks)


@pytest.mark.parametrize("example", [0.0, 2 * SURE])
def test_it_need_not_look_where_another_target_is_there_beyond_doubt(tmp_path: Path, example: float) -> None:
    module, generator = Settled(), torch.Generator().manual_seed(5)
    image = torch.randn(3, 3, 256, 256, generator=generator)
    masks = torch.randn(3, 2, 256, 256, generator=generator)
    logits = torch.tensor([[SURE - 0.1, 0.3], [SURE + 0.1, 0.3], [-2.0, 0.3]])
    with torch.no_grad():
        told = (logits + module.everyday.read(module.everyday(image, masks)) - module.everyday.read.bias)[:, 1]
        found = module(logits, image, masks)
    assert torch.equal(found[:, 0], logits[:, 0])
    assert found[1, 1] == ABSENT
    assert torch.allclose(found[[0, 2], 1], told[[0, 2]], atol=1e-4)
    assert not torch.allclose(told, logits[:, 1], atol=0.01)
    # A file says the same, whichever way the picture went that it was traced with: together, and each alone.
    feeds = {"logits": logits, "image": image, "masks": masks}
    traced = [torch.tensor([[example, 0.0]]), image[:1], masks[:1]]
    export_onnx(module, traced, list(feeds), ["answer"], tmp_path / "a.onnx")
    run = open_onnx(tmp_path / "a.onnx")
    assert torch.allclose(run(feeds)["answer"], found, atol=1e-3)
    alone = [run({name: one[i : i + 1] for name, one in feeds.items()})["answer"] for i in range(3)]
    assert torch.allclose(torch.cat(alone), found, atol=1e-3)


def test_targets_that_learnt_nothing_of_it_are_never_absent_by_it() -> None:
    everyday = Everyday(TARGETS).eval()
    logits = torch.tensor([[2 * SURE, 1.0]])
    with torch.no_grad():
        found = everyday.settle(logits, torch.randn(1, 3, 256, 256), torch.randn(1, 2, 256, 256))
    assert torch.equal(found, logits)


def first_convolution(trunk: Any, block: int) -> Any:
    return trunk.blocks[block].body[0][0]


def test_a_rounded_trunk_keeps_the_mean_of_each_channel() -> None:
    torch.manual_seed(3)
    trunk, exact = Everyday(TARGETS).trunk, Everyday(TARGETS).trunk
    exact.load_state_dict(trunk.state_dict())
    for one in (trunk, exact):
        fold_batch_norms(one)
    shown = torch.randn(2, 3, SIDE, SIDE)
    assert len(trunk.blocks) == BLOCKS
    round_trunk(trunk, exact, shown)
    own, other = (first_convolution(one, FINE) for one in (trunk, exact))
    assert not torch.equal(own.weight, other.weight)
    assert torch.allclose(mean_output(trunk, own, shown), mean_output(exact, other, shown), atol=1e-4)
    # Before that nothing is rounded.
    assert torch.equal(first_convolution(trunk, 0).weight, first_convolution(exact, 0).weight)
