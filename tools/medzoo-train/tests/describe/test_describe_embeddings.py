"""With the embeddings of its images, an ONNX file from elsewhere gets a domain and a golden record too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from medzoo_heads.describe.__main__ import main
from medzoo_heads.domain.background import background_from_json

from ..made_embeddings import DIGEST, SEEN, SHAPE, made_classes
from ..test_domain import ENCODER
from ..test_whole import read, with_golden


def write_head(folder: Path, output: str = "logits", beside: str | None = None, source: str = "embedding") -> Path:
    """The mean of each channel times a weight: [batch, 12, 8, 8] to [batch, 2]."""
    folder.mkdir(exist_ok=True)
    weights = np.random.default_rng(1).normal(0, 1, (SHAPE[0], 2)).astype(np.float32)
    nodes = [
        helper.make_node("ReduceMean", [source], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], [output]),
    ]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, ["batch", *SHAPE])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(weights, "weights")],
    )
    path = folder / "head.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path), save_as_external_data=beside is not None, location=beside, size_threshold=0)
    return path


@pytest.fixture
def embeddings(tmp_path: Path) -> Path:
    made = made_classes()
    made.about["dataset"] = "made films"
    return with_golden(made.write(tmp_path / "emb"))


def describe(onnx_file: Path, embeddings: Path, *more: str, labels: str = "flat,ridge") -> int:
    given = ["--onnx", str(onnx_file), "--labels", labels, "--licence", "MIT", "--embeddings", str(embeddings)]
    return main([*given, *more])


def test_a_golden_record_says_what_the_file_answers(
    embeddings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_head(tmp_path / "head")
    assert describe(file, embeddings, "--temperature", "2", "--data-licence", "CC0-1.0") == 0
    content, golden = read(file.with_name("model.json")), read(file.with_name("golden.json"))
    assert content["encoder"] == {"id": "tiny", "sha256": DIGEST}
    assert content["name"] == "head"
    assert content["trainedOn"] == [{"dataset": "made films", "licence": "CC0-1.0", "n": 48, "seen": SEEN}]
    logits = np.array(golden["stages"]["logits"]["values"]) / 2
    powers = np.exp(logits - logits.max())
    assert list(golden["answer"]["scores"].values()) == pytest.approx(list(powers / powers.sum()))
    assert golden["labels"] == ["flat", "ridge"]
    assert file.with_name("golden.png").is_file()
    said = capsys.readouterr().err
    assert "The head has no domain" in said
    assert "No golden record" not in said


def test_a_domain_is_that_of_the_images(tmp_path: Path) -> None:
    made = made_classes()
    made.embeddings = made.embeddings[:, :2]
    made.about["embedding"]["shape"] = [2, *SHAPE[1:]]
    # Of another release, with other directions: that of --encoder, in use, is the one that a zoo asks for.
    made.about["encoder"]["domain"] = ENCODER
    embeddings = made.write(tmp_path / "emb")
    tensors = {name: [{"dtype": "float32", "shape": ["batch", 2, *SHAPE[1:]]}] for name in ("inputs", "outputs")}
    moved: dict[str, Any] = {**ENCODER, "center": "AACAPwAAAAAAAAAAAACAPw=="}
    newer = {"name": "tiny", "model": {"sha256": DIGEST, **tensors}, "domain": moved}
    (tmp_path / "newer.json").write_text(json.dumps(newer))
    head = tmp_path / "head"
    head.mkdir()
    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["embedding"], ["sides"], axes=[2, 3], keepdims=0)],
        "head",
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", 2, *SHAPE[1:]])],
        [helper.make_tensor_value_info("sides", TensorProto.FLOAT, ["batch", 2])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), head / "head.onnx")
    assert describe(head / "head.onnx", embeddings, "--kind", "drawn ridge") == 0
    (domain,) = read(head / "model.json")["domains"]
    assert {one["name"] for one in domain["own"]} == {"drawn ridge"}
    assert (domain["n"], domain["split"], domain["datasets"]) == (24, "val", ["made"])
    again = read(head / "model.json") | {"metrics": [{"name": "accuracy"}]}
    (head / "model.json").write_text(json.dumps(again))
    assert describe(head / "head.onnx", embeddings, "--kind", "another") == 0
    kept = read(head / "model.json")
    assert kept["metrics"] == again["metrics"]
    assert {one["name"] for one in kept["domains"][0]["own"]} == {"another"}
    assert kept["domains"][0]["projection"] == background_from_json(ENCODER, 2).digest
    assert describe(head / "head.onnx", embeddings, "--encoder", str(tmp_path / "newer.json")) == 0
    (domain,) = read(head / "model.json")["domains"]
    assert domain["projection"] == background_from_json(moved, 2).digest


def test_what_only_code_knows_has_no_golden_record(
    embeddings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert describe(write_head(tmp_path / "other", output="sides"), embeddings) == 0
    assert "No golden record is written: what the outputs sides mean" in capsys.readouterr().err
    assert describe(write_head(tmp_path / "fed", source="features"), embeddings) == 0
    assert "No golden record is written: the input features is fed by code alone." in capsys.readouterr().err


REFUSALS: list[tuple[list[str], dict[str, Any], str]] = [
    (["--encoder", "other.json"], {}, "The embeddings are of the encoder tiny with the digest abababababab, and"),
    (["--encoder", "gone.json"], {}, "cannot be read (No such file or directory). Give that of the encoder"),
    ([], {"labels": ""}, "--labels names none"),
]


@pytest.mark.parametrize(("more", "options", "words"), REFUSALS)
def test_what_does_not_go_together_is_refused(
    more: list[str],
    options: dict[str, Any],
    words: str,
    embeddings: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.json").write_text(json.dumps({"name": "other", "model": {"sha256": "cd" * 32}}))
    file = write_head(tmp_path / "head")
    assert describe(file, embeddings, *more, **options) == 1
    assert words in capsys.readouterr().err
    assert not file.with_name("model.json").exists()


def test_words_about_images_need_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_head(tmp_path / "head")
    command = ["--onnx", str(file), "--labels", "a,b", "--licence", "MIT"]
    assert main([*command, "--data-licence", "CC0-1.0"]) == 1
    assert "--data-licence is said of images: add --embeddings EMB." in capsys.readouterr().err
    assert main(command) == 1
    assert "Say which encoder the head was trained on" in capsys.readouterr().err


def test_weights_beside_the_file_have_its_name(
    embeddings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_head(tmp_path / "head", beside="weights.bin")
    assert describe(file, embeddings) == 1
    assert (
        "Weights of head.onnx lie in weights.bin; expected in it, or in head.onnx.data alone."
        in capsys.readouterr().err
    )
    file = write_head(tmp_path / "right", beside="head.onnx.data")
    assert describe(file, embeddings) == 0
    assert read(file.with_name("model.json"))["model"]["data"]["url"] == "./head.onnx.data"
