"""Weights in four bits: the file holds the numbers that PyTorch has, in a quarter of the room that halves take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from medzoo_train.export.graph.few_bits import GROUP, PACKED, group_of, round_to_few, steps_of
from medzoo_train.export.graph.half import round_to_half
from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx
from medzoo_train.export.graph.read_back import constants_of


def drawn(out: int, inputs: int) -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.1, (out, inputs)).astype(np.float32)


def test_groups_divide_the_inputs() -> None:
    assert [group_of(size) for size in (80, 112, 240, 672)] == [80, GROUP, 80, GROUP]


def test_rounds_to_few_steps_that_halves_hold_exactly() -> None:
    weights = drawn(24, 240)
    rounded = round_to_few(weights)
    assert all(len(np.unique(row)) <= 16 for row in rounded.reshape(24 * 3, 80))
    assert np.array_equal(rounded.astype(np.float16).astype(np.float32), rounded)
    # The rounding error of sixteen steps over a normal distribution; one bit less would have twice of it.
    assert np.sqrt(np.square(rounded - weights).mean()) / weights.std() == pytest.approx(0.11, abs=0.03)


def test_finds_the_steps_of_rounded_weights_and_of_no_others() -> None:
    rounded = round_to_few(drawn(16, 112))
    found = steps_of(rounded)
    assert found is not None
    assert np.array_equal((found[0] * found[1].astype(np.float32)).reshape(rounded.shape), rounded)
    assert steps_of(drawn(16, 112)) is None
    assert steps_of(drawn(16, 112).astype(np.float16).astype(np.float32)) is None


def test_channels_that_are_all_but_dead_do_not_keep_a_kernel_from_it() -> None:
    weights = drawn(16, 112)
    weights[3] *= 1e-7
    weights[4] = 0
    rounded = round_to_few(weights)
    assert not rounded[3:5].any() and rounded[5].any()
    assert steps_of(rounded) is not None


def test_a_file_packs_them_and_answers_the_same(tmp_path: Path) -> None:
    torch.manual_seed(1)
    net: Any = nn.Sequential(nn.Conv2d(80, 480, 1), nn.ReLU6(), nn.Conv2d(480, 64, 1)).eval()
    with torch.no_grad():
        net[0].weight.copy_(torch.from_numpy(round_to_few(net[0].weight[:, :, 0, 0].numpy()))[:, :, None, None])
    round_to_half(net)
    x = torch.randn(1, 80, 8, 8)
    file, plain = tmp_path / "few.onnx", tmp_path / "plain.onnx"
    export_onnx(net, [x], ["x"], ["y"], file, "fp16-storage")
    export_onnx(net, [x], ["x"], ["y"], plain)
    assert torch.equal(run_onnx(file, {"x": x})["y"], run_onnx(plain, {"x": x})["y"])
    kept = {tensor.name: tensor for tensor in onnx.load(str(file)).graph.initializer}
    assert len(kept[f"0.weight{PACKED}"].raw_data) == 80 * 480 // 2
    # The other kernel lies on no steps, and is halved as ever.
    assert "2.weight.half" in kept


def test_weights_come_back_from_the_file(tmp_path: Path) -> None:
    net = nn.Conv2d(80, 480, 1)
    with torch.no_grad():
        net.weight.copy_(torch.from_numpy(round_to_few(net.weight[:, :, 0, 0].numpy()))[:, :, None, None])
    x = torch.randn(1, 80, 4, 4)
    export_onnx(net, [x], ["x"], ["y"], tmp_path / "few.onnx", "fp16-storage")
    weight = next(values for name, values in constants_of(tmp_path / "few.onnx") if name == "weight")
    assert np.array_equal(weight, net.weight.detach().numpy())
