"""Repeated steps as one loop of a file: the same answers, few nodes, and a body that ONNX Runtime can save."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import AttributeProto
from torch import Tensor, nn

from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx
from medzoo_train.models.fold import fold_batch_norms
from medzoo_train.models.promptable.closer import Closer
from medzoo_train.models.promptable.cut import STEPS
from medzoo_train.models.promptable.follow import follow
from medzoo_train.models.promptable.refiner import RefinerConfig


class Following(nn.Module):
    def forward(self, part: Tensor, mask: Tensor) -> Tensor:
        return follow(part, mask, STEPS) + mask


def step_by_step(part: Tensor, mask: Tensor, steps: int) -> Tensor:
    for _ in range(steps):
        part = F.max_pool2d(part, 5, 1, 2) * mask
    return part


def winding(side: int = 64) -> Tensor:
    """A path that turns at each edge, many times as long as it is followed."""
    mask = torch.zeros(1, 1, side, side)
    mask[:, :, ::4] = 1
    mask[:, :, 2::8, -1] = mask[:, :, 1::8, -1] = mask[:, :, 3::8, -1] = 1
    mask[:, :, 5::8, 0] = mask[:, :, 6::8, 0] = mask[:, :, 7::8, 0] = 1
    return mask


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loops") / "following.onnx"
    example = torch.zeros(1, 1, 64, 64)
    export_onnx(Following(), [example, example], ["part", "mask"], ["found"], path)
    return path


@pytest.mark.parametrize("density", [0.02, 0.3, 0.45, 0.9])
def test_a_loop_answers_to_the_bit_as_its_steps_do(file: Path, density: float) -> None:
    generator = torch.Generator().manual_seed(round(100 * density))
    mask = (torch.rand(3, 1, 64, 64, generator=generator) < density).float()
    part = mask * (torch.rand(3, 1, 64, 64, generator=generator) < 0.01)
    part[2] = 0
    expected = step_by_step(part, mask, STEPS)
    assert torch.equal(follow(part, mask, STEPS), expected)
    assert torch.equal(run_onnx(file, {"part": part, "mask": mask})["found"], expected + mask)


def test_a_loop_ends_after_its_steps_though_there_is_more_to_follow(file: Path) -> None:
    mask = winding()
    part = torch.zeros_like(mask)
    part[..., 0, 0] = 1
    expected = step_by_step(part, mask, STEPS)
    assert expected.sum() < step_by_step(part, mask, STEPS + 1).sum() < mask.sum()
    assert torch.equal(follow(part, mask, STEPS), expected)
    assert torch.equal(run_onnx(file, {"part": part, "mask": mask})["found"], expected + mask)


def test_a_step_that_changes_nothing_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    pooled: list[tuple[int, int]] = []
    pool = F.max_pool2d

    def counted(x: Tensor, kernel: tuple[int, int], stride: int, padding: tuple[int, int]) -> Tensor:
        pooled.append(kernel)
        return pool(x, kernel, stride, padding)

    monkeypatch.setattr(F, "max_pool2d", counted)
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 10:20, 10:20] = 1
    part = torch.zeros_like(mask)
    part[..., 10, 10] = 1
    follow(part, mask, STEPS)
    # Five steps to the other end and one that finds no more, each of two maxima.
    assert len(pooled) == 12


def test_a_loop_can_be_saved_with_packed_weights_and_hides_shapes_from_the_planner(file: Path) -> None:
    graph = onnx.load(str(file)).graph
    (loop,) = [node for node in graph.node if node.op_type == "Loop"]
    (body,) = [one.g for one in loop.attribute if one.type == AttributeProto.GRAPH]
    assert not body.initializer and all(node.op_type != "Constant" for node in body.node)
    assert loop.output[0] not in {value.name for value in graph.value_info}
    assert [opset.domain for opset in onnx.load(str(file)).opset_import] == [""]


@torch.no_grad()
def test_a_closer_look_is_a_graph_of_few_nodes_and_answers_as_pytorch_does(tmp_path: Path) -> None:
    torch.manual_seed(4)
    closer = Closer(RefinerConfig(dim=32), finds=True).eval()
    for part in (closer.refiner, closer.finder, closer.pointer):
        assert part is not None
        nn.init.normal_(part.answer.weight, std=0.2)
    fold_batch_norms(closer)
    names = ["image", "embedding", "rough", "coords", "labels"]
    rough = F.interpolate(torch.randn(3, 2, 6, 6), size=(64, 64), mode="bicubic") * 3
    coords = torch.tensor([[[0.2, 0.3], [0.7, 0.6]], [[0.4, 0.5], [0.0, 0.0]], [[0.3, 0.3], [0.6, 0.7]]])
    labels = torch.tensor([[2.0, 3.0], [1.0, -1.0], [1.0, 0.0]])
    feeds = dict(
        zip(names, (torch.randn(3, 3, 256, 256), torch.randn(3, 32, 16, 16), rough, coords, labels), strict=True)
    )
    free = {"coords": {1: "points"}, "labels": {1: "points"}}
    export_onnx(
        closer, [tensor[:1] for tensor in feeds.values()], names, ["masks", "iou"], tmp_path / "closer.onnx", free=free
    )
    expected = closer(*feeds.values())
    together = run_onnx(tmp_path / "closer.onnx", feeds)
    alone = [
        run_onnx(tmp_path / "closer.onnx", {name: tensor[i : i + 1] for name, tensor in feeds.items()})
        for i in range(3)
    ]
    for index, name in enumerate(("masks", "iou")):
        assert (together[name] - expected[index]).abs().max() < 1e-3
        # Prompts that are asked together are answered as each alone.
        assert (torch.cat([one[name] for one in alone]) - together[name]).abs().max() < 1e-4
    graph = onnx.load(str(tmp_path / "closer.onnx")).graph
    nodes = [node for node in graph.node if node.op_type not in ("Constant", "Identity")]
    # Step by step, and with each axis of a cut by itself, there were 3,081.
    assert len(nodes) < 1750
