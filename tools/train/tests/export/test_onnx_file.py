"""Files: what they declare, weights stored in half, and a model.json for an ONNX of one's own."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
import torch
from medzoo_heads.export.file import describe_file
from onnx import TensorProto
from onnx.external_data_helper import load_external_data_for_model
from torch import nn

from medzoo_train.export.graph.half import round_to_half, store_half
from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx, write
from medzoo_train.export.model_json import read_encoder
from medzoo_train.name_encoder import name_encoder
from tests.places import TRAIN


@pytest.fixture
def module() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 64), nn.Hardswish(), nn.Linear(64, 3)).eval()


def test_weights_stored_in_half_are_half_the_file_and_answer_alike(module: nn.Module, tmp_path: Path) -> None:
    embedding = torch.randn(1, 3, 4, 4)
    whole, half = tmp_path / "whole.onnx", tmp_path / "half.onnx"
    export_onnx(module, [embedding], ["embedding"], ["logits"], whole, "fp32")
    export_onnx(module, [embedding], ["embedding"], ["logits"], half, "fp16-storage")
    assert half.stat().st_size < 0.65 * whole.stat().st_size
    exact = module(embedding)
    stored = run_onnx(half, {"embedding": embedding})["logits"]
    assert (stored - exact).abs().max() < 5e-3
    round_to_half(module)
    assert (stored - module(embedding)).abs().max() < 1e-5


def test_rounding_agrees_with_the_file_where_batch_norms_are_folded(tmp_path: Path) -> None:
    torch.manual_seed(1)
    layers = nn.Sequential(
        nn.Conv2d(3, 64, 3), nn.BatchNorm2d(64), nn.Hardswish(), nn.Conv2d(64, 8, 1), nn.BatchNorm2d(8)
    )
    for norm in (layers[1], layers[4]):
        nn.init.uniform_(norm.get_parameter("weight"), 0.5, 3)
        nn.init.uniform_(norm.get_buffer("running_var"), 0.01, 0.2)
    layers.eval()
    image = torch.randn(1, 3, 8, 8)
    round_to_half(layers)
    export_onnx(layers, [image], ["image"], ["features"], tmp_path / "m.onnx", "fp16-storage")
    assert (run_onnx(tmp_path / "m.onnx", {"image": image})["features"] - layers(image)).abs().max() < 1e-4


def test_a_weight_too_large_for_half_is_refused(module: nn.Module, tmp_path: Path) -> None:
    linear = module[1]  # type: ignore[index]
    linear.weight.data[0, 0] = 1e6
    with pytest.raises(ValueError, match="--precision fp32"):
        export_onnx(module, [torch.randn(1, 3, 4, 4)], ["embedding"], ["logits"], tmp_path / "m.onnx", "fp16-storage")


def test_a_file_describes_itself(module: nn.Module, tmp_path: Path) -> None:
    export_onnx(module, [torch.randn(1, 3, 4, 4)], ["embedding"], ["logits"], tmp_path / "m.onnx")
    described = describe_file(tmp_path / "m.onnx")
    assert described["url"] == "./m.onnx"
    assert described["bytes"] == (tmp_path / "m.onnx").stat().st_size
    assert described["inputs"] == [{"name": "embedding", "dtype": "float32", "shape": ["batch", 3, 4, 4]}]
    assert described["outputs"] == [{"name": "logits", "dtype": "float32", "shape": ["batch", 3]}]


def test_weights_over_the_limit_lie_beside_the_graph_and_count_in_its_digest(module: nn.Module, tmp_path: Path) -> None:
    embedding = torch.randn(1, 3, 4, 4)
    path = tmp_path / "big.onnx"
    graphs = []
    for factor in (1.0, 2.0):
        module[1].weight.data *= factor  # type: ignore[index]
        export_onnx(module, [embedding], ["embedding"], ["logits"], tmp_path / "whole.onnx")
        # Twice: what lay there before must not stay in the file.
        for _ in range(2):
            write(onnx.load(str(tmp_path / "whole.onnx")), path, external_from=1000)
        described = describe_file(path)
        data = (tmp_path / "big.onnx.data").read_bytes()
        assert described["data"] == {
            "url": "./big.onnx.data",
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        assert 48 * 64 * 4 <= len(data) < 48 * 64 * 4 + 8192
        assert path.stat().st_size < 4000
        # Whoever may read the graph may read its weights.
        assert (tmp_path / "big.onnx.data").stat().st_mode == path.stat().st_mode
        graphs.append(described["sha256"])
        assert (run_onnx(path, {"embedding": embedding})["logits"] - module(embedding)).abs().max() < 1e-5
    assert graphs[0] != graphs[1]
    write(onnx.load(str(tmp_path / "whole.onnx")), path)
    assert "data" not in describe_file(path)


def test_weights_in_files_of_their_own_are_stored_in_half_without_reading_all_of_them_at_once(
    module: nn.Module, tmp_path: Path
) -> None:
    """As the exporter leaves a model of over 2 GB: a file for each weight."""
    embedding = torch.randn(1, 3, 4, 4)
    export_onnx(module, [embedding], ["embedding"], ["logits"], tmp_path / "whole.onnx")
    whole = onnx.load(str(tmp_path / "whole.onnx"))
    store_half(whole)
    apart = tmp_path / "apart"
    apart.mkdir()
    onnx.save_model(
        onnx.load(str(tmp_path / "whole.onnx")), str(apart / "traced.onnx"),
        save_as_external_data=True, all_tensors_to_one_file=False, size_threshold=0,
    )  # fmt: skip
    assert len(list(apart.iterdir())) > 2
    model = onnx.load(str(apart / "traced.onnx"), load_external_data=False)
    store_half(model, apart)
    read = [tensor for tensor in model.graph.initializer if not tensor.external_data]
    assert [tensor.data_type for tensor in read] == [TensorProto.FLOAT16]
    load_external_data_for_model(model, str(apart))
    write(whole, tmp_path / "at-once.onnx")
    write(model, tmp_path / "one-by-one.onnx")
    found = [
        run_onnx(tmp_path / name, {"embedding": embedding})["logits"] for name in ("at-once.onnx", "one-by-one.onnx")
    ]
    assert torch.equal(found[0], found[1])


def test_an_onnx_of_ones_own_gets_a_model_json(module: nn.Module, tmp_path: Path) -> None:
    export_onnx(module, [torch.randn(1, 3, 4, 4)], ["embedding"], ["logits"], tmp_path / "head.onnx")
    command = [sys.executable, "-m", "medzoo_heads.describe", "--onnx", str(tmp_path / "head.onnx")]
    command += ["--name", "laterality"]
    command += ["--labels", "left,right,both", "--licence", "Apache-2.0", "--temperature", "1.5"]
    encoder = tmp_path / "encoder.json"
    tensors = {"inputs": [{"name": "image", "dtype": "float32", "shape": ["batch", 3, 8, 8]}]}
    tensors["outputs"] = [{"name": "embedding", "dtype": "float32", "shape": ["batch", 3, 4, 4]}]
    encoder.write_text(json.dumps({"name": "sam-med2d-tiny", "model": {"sha256": "ab" * 32, "bytes": 9, **tensors}}))
    command += ["--encoder", str(encoder)]
    subprocess.run(command, cwd=TRAIN, check=True, capture_output=True)
    written = json.loads((tmp_path / "model.json").read_text())
    assert written["labels"] == ["left", "right", "both"]
    assert written["encoder"] == {"id": "sam-med2d-tiny", "sha256": "ab" * 32}
    assert written["calibration"] == {"temperature": 1.5}
    assert written["metrics"] == written["trainedOn"] == []
    command[-1] = str(tmp_path / "nowhere.json")
    ended = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True)
    assert ended.returncode == 1
    said = r"medzoo-describe: --encoder \S+nowhere.json cannot be read \(.+\)\. Give that .+\n"
    assert re.fullmatch(said, ended.stderr)


@pytest.mark.parametrize("content", ["{", "[]", '{"name": "tiny"}', '{"name": "tiny", "model": {}}'])
def test_an_encoder_is_named_by_its_model_json_only(content: str, tmp_path: Path) -> None:
    (tmp_path / "encoder.json").write_text(content)
    with pytest.raises(SystemExit, match=r"is no model\.json of an encoder; give that"):
        read_encoder(tmp_path / "encoder.json")


def test_heads_of_before_are_told_their_encoder_once(tmp_path: Path) -> None:
    encoder, head = tmp_path / "encoder.json", tmp_path / "head.json"
    encoder.write_text(json.dumps({"name": "tiny", "model": {"sha256": "ab" * 32}}))
    head.write_text(json.dumps({"schema": 1, "model": {}, "labels": []}))
    for _ in range(2):
        name_encoder(encoder, head)
    assert list(json.loads(head.read_text())) == ["schema", "model", "encoder", "labels"]
    encoder.write_text(json.dumps({"name": "tiny", "model": {"sha256": "cd" * 32}}))
    with pytest.raises(SystemExit, match="export it anew"):
        name_encoder(encoder, head)
