"""Graphs in cheaper nodes: the same numbers, alone and in a batch, and weights that read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx
from medzoo_train.export.graph.read_back import read_back


class Shuffled(nn.Module):
    """A doubling as the models have it, with something of that size added to it."""

    def __init__(self, kernel: int = 1) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.up = nn.Conv2d(8, 12, kernel, padding=kernel // 2)
        self.beside = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor, image: Tensor) -> Tensor:
        return F.relu(F.pixel_shuffle(self.up(x), 2) + self.beside(image))


class Woven(nn.Module):
    """Pixel shuffle of what is no convolution's."""

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(x * 2 + 1, 2)


class Scaled(nn.Module):
    """A factor that two convolutions read, and one whose result is read by another operator too."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.one, self.other = nn.Conv2d(4, 6, 1), nn.Conv2d(4, 6, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        early = torch.sigmoid(x) * 0.2
        late = torch.tanh(x) * 0.3
        found: Tensor = self.one(early) + self.other(early) + self.one(late) + late.mean()
        return found


class Reshaped(nn.Module):
    """Sizes that are asked for: the input's own, another tensor's, and one that differs."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        split = x.reshape(x.shape[0], -1, 2, 3)
        flat = split.transpose(1, 2).flatten(2)
        found: Tensor = flat + x.reshape(other.shape[0], 2, -1)
        return found


def exported(module: nn.Module, inputs: Sequence[Tensor], path: Path) -> tuple[Any, Any]:
    names = [f"input{index}" for index in range(len(inputs))]
    export_onnx(module, inputs, names, ["answer"], path)
    run = open_onnx(path)
    return onnx.load(str(path)), lambda *feeds: run(dict(zip(names, feeds, strict=True)))["answer"]


def kinds_of(model: Any) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


def check(module: nn.Module, run: Any, feeds: Sequence[Tensor]) -> None:
    """The module's answers, for the whole batch and for each alone."""
    with torch.no_grad():
        expected = module(*feeds)
    assert torch.allclose(run(*feeds), expected, atol=1e-5)
    alone = torch.cat([run(*(one[i : i + 1] for one in feeds)) for i in range(len(feeds[0]))])
    assert torch.allclose(alone, expected, atol=1e-5)


@pytest.mark.parametrize("kernel", [1, 3])
def test_a_convolution_is_shuffled_with_channels_last(tmp_path: Path, kernel: int) -> None:
    module = Shuffled(kernel).eval()
    model, run = exported(module, [torch.randn(1, 8, 5, 7), torch.randn(1, 3, 10, 14)], tmp_path / "a.onnx")
    assert "DepthToSpace" not in kinds_of(model)
    # What is added to it is known to be of its size, batch and all.
    (value,) = model.graph.value_info
    assert [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] == ["batch", 3, 10, 14]
    check(module, run, [torch.randn(3, 8, 5, 7), torch.randn(3, 3, 10, 14)])


def test_weights_of_a_shuffle_keep_their_names_and_read_back(tmp_path: Path) -> None:
    module, inputs = Shuffled().eval(), [torch.randn(1, 8, 5, 7), torch.randn(1, 3, 10, 14)]
    exported(module, inputs, tmp_path / "a.onnx")
    other = Shuffled().eval()
    for parameter in other.parameters():
        nn.init.zeros_(parameter)
    assert read_back(other, inputs, ["input0", "input1"], ["answer"], tmp_path / "a.onnx") == []
    for name, tensor in module.state_dict().items():
        assert torch.equal(other.state_dict()[name], tensor)


def test_anything_else_is_shuffled_in_rows(tmp_path: Path) -> None:
    model, run = exported(Woven(), [torch.randn(1, 8, 3, 5)], tmp_path / "a.onnx")
    assert "DepthToSpace" not in kinds_of(model)
    check(Woven(), run, [torch.randn(3, 8, 3, 5)])


def test_a_factor_goes_into_the_weights_of_convolutions_that_alone_read_it(tmp_path: Path) -> None:
    module = Scaled().eval()
    model, run = exported(module, [torch.randn(1, 4, 6, 6)], tmp_path / "a.onnx")
    weights = {tensor.name for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "Mul"]
    assert sum(node.input[0] in weights for node in products) == 2
    assert sum(node.input[0] not in weights for node in products) == 1
    check_whole = torch.randn(1, 4, 6, 6)
    with torch.no_grad():
        assert torch.allclose(run(check_whole), module(check_whole), atol=1e-5)


def test_own_sizes_are_written_as_numbers_and_those_of_others_asked_for(tmp_path: Path) -> None:
    inputs = [torch.randn(1, 4, 6), torch.randn(1, 2)]
    model, run = exported(Reshaped(), inputs, tmp_path / "a.onnx")
    asked = [node.input[0] for node in model.graph.node if node.op_type == "Shape"]
    assert asked == ["input1"]
    check(Reshaped(), run, [torch.randn(3, 4, 6), torch.randn(3, 2)])
