"""int8: the same answers within its step, plain operators, and a gate that holds."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch
from torch import nn

from medzoo_train.bench.encoders import random_encoder, random_image
from medzoo_train.bench.int8 import time_ratio, write_int8
from medzoo_train.data.sets import SETS
from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx
from medzoo_train.export.int8.gate import Change, GateError, HeadFiles, check_changes, measure_changes
from medzoo_train.models.config import EncoderConfig
from medzoo_train.training.batches import LoadedSet

#: A windowed block and a global one, an adapter whose 1x1 convolutions are wide enough to be rewritten.
SMALL = EncoderConfig(embed_dim=128, depth=2, num_heads=2, global_attn_indexes=(1,), out_chans=64, adapter="light")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("encoders")
    encoder, image = random_encoder(SMALL), random_image(SMALL)
    paths = {name: folder / f"{name}.onnx" for name in ("fp32", "fp16-storage", "int8")}
    for name, path in paths.items():
        export_onnx(encoder, [image], ["image"], ["embedding"], path, name)  # type: ignore[arg-type]
    return paths


def test_int8_is_smaller_and_close_and_takes_a_batch(files: dict[str, Path]) -> None:
    image = random_image(SMALL)
    exact, found = (run_onnx(files[name], {"image": image})["embedding"] for name in ("fp32", "int8"))
    assert (found - exact).abs().mean() < 0.02 * exact.abs().mean()
    assert files["int8"].stat().st_size < 0.4 * files["fp32"].stat().st_size
    two = run_onnx(files["int8"], {"image": torch.cat([image, image.flip(3)])})["embedding"]
    assert two.shape == (2, 64, 16, 16)


def test_int8_is_plain_onnx_and_reaches_every_large_product(files: dict[str, Path]) -> None:
    graph = onnx.load(str(files["int8"])).graph
    assert {node.domain for node in graph.node} <= {"", "ai.onnx"}
    kinds = [node.op_type for node in graph.node]
    # qkv, proj, lin1, lin2, the adapter's gate (2) and its 1x1 convolutions (2) of two blocks, and the neck's 1x1.
    assert kinds.count("MatMulInteger") == kinds.count("DynamicQuantizeLinear") == 17
    floats = [t for t in graph.initializer if t.data_type == onnx.TensorProto.FLOAT and len(t.dims) >= 2]
    assert max(torch.tensor(t.dims).prod().item() for t in floats) < 1024


def test_weights_keep_to_seven_bits_so_that_no_processor_saturates(files: dict[str, Path]) -> None:
    tensors = onnx.load(str(files["int8"])).graph.initializer
    weights = [onnx.numpy_helper.to_array(t) for t in tensors if t.data_type == onnx.TensorProto.INT8]
    matrices = [w for w in weights if w.ndim == 2]
    assert len(matrices) == 17
    assert max(abs(w.astype(int)).max() for w in matrices) <= 64


def test_a_file_stored_in_half_can_be_quantised_later(files: dict[str, Path], tmp_path: Path) -> None:
    write_int8(files["fp16-storage"], tmp_path / "later.onnx")
    image = random_image(SMALL)
    exact, found = (run_onnx(path, {"image": image})["embedding"] for path in (files["fp32"], tmp_path / "later.onnx"))
    assert (found - exact).abs().mean() < 0.02 * exact.abs().mean()
    before, after = time_ratio(files["fp32"], tmp_path / "later.onnx", image, rounds=1, threads=1)
    assert before > 0
    assert after > 0


class Ones(nn.Module):
    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return torch.clamp(image, 1.0, 1.0)


class Brightness(nn.Module):
    """Class 1 where the embedding's mean is over a half."""

    def forward(self, embedding: torch.Tensor) -> torch.Tensor:
        mean = embedding.mean((1, 2, 3))
        return torch.stack([0.5 - mean, mean - 0.5], 1)


def test_the_gate_compares_what_the_heads_answer(tmp_path: Path) -> None:
    image = torch.zeros(1, 3, 16, 16)
    # One gives the image itself as embedding, the other ones everywhere.
    export_onnx(nn.LeakyReLU(1.0), [image], ["image"], ["embedding"], tmp_path / "same.onnx")
    export_onnx(Ones(), [image], ["image"], ["embedding"], tmp_path / "other.onnx")
    export_onnx(Brightness(), [image], ["embedding"], ["logits"], tmp_path / "classes.onnx")
    spec = next(s for s in SETS if s.subject == "chest-xray-pneumonia")
    # Dark images are class 0 to the one; with the other, all are class 1.
    dark = LoadedSet(spec, torch.zeros(4, 3, 16, 16, dtype=torch.uint8), None, torch.tensor([0, 0, 0, 1]), [])
    heads = HeadFiles(medcls={spec.subject: tmp_path / "classes.onnx"})
    [change] = measure_changes(tmp_path / "same.onnx", tmp_path / "other.onnx", heads, [dark])
    assert (change.metric, change.n, change.before, change.after) == ("accuracy", 4, 0.75, 0.25)
    with pytest.raises(GateError, match=r"(?s)int8 is not offered.*0\.7500 -> 0\.2500"):
        check_changes([change])
    [none] = measure_changes(tmp_path / "same.onnx", tmp_path / "same.onnx", heads, [dark], limit=2)
    assert (none.n, none.before, none.after) == (2, 1.0, 1.0)
    check_changes([none])


def test_the_gate_holds_at_its_limits_and_when_nothing_was_measured() -> None:
    check_changes([Change("a", "dice", 9, 0.8, 0.8049), Change("b", "accuracy", 9, 0.9, 0.8901)])
    for change in (Change("a", "dice", 9, 0.8, 0.7949), Change("b", "accuracy", 9, 0.9, 0.911)):
        with pytest.raises(GateError, match="over the limit"):
            check_changes([change])
    with pytest.raises(GateError, match="no held-out image"):
        check_changes([])
