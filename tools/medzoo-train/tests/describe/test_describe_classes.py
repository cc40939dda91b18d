"""A classifier from elsewhere, with the embeddings of its images: calibrated, measured, asked what its labels mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ..made_embeddings import SHAPE, made_classes
from ..test_whole import read, with_golden
from .test_describe_embeddings import describe

LABELS = ("flat", "ridge", "wave")


@pytest.fixture
def known(tmp_path: Path) -> tuple[Path, Path]:
    """A head that tells three labels apart by their mean embeddings, in the order of LABELS; and the embeddings."""
    made = made_classes(LABELS)
    means = made.embeddings.astype(np.float64).mean((2, 3))
    of = np.array([row["label"] for row in made.rows])
    centres = np.stack([means[of == label].mean(0) for label in LABELS])
    constants = {"weights": 20 * centres.T, "bias": -10 * (centres**2).sum(1)}
    head = tmp_path / "head"
    head.mkdir()
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["embedding"], ["means"], axes=[2, 3], keepdims=0),
            helper.make_node("Gemm", ["means", "weights", "bias"], ["logits"]),
        ],
        "head",
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", *SHAPE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(values.astype(np.float32), name) for name, values in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), head / "head.onnx")
    return head / "head.onnx", with_golden(made.write(tmp_path / "emb"))


def test_a_classifier_is_calibrated_and_measured(known: tuple[Path, Path]) -> None:
    file, embeddings = known
    assert describe(file, embeddings, labels=",".join(LABELS)) == 0
    content = read(file.with_name("model.json"))
    assert content["calibration"]["conformal"]["counts"] == {"flat": 12, "ridge": 12, "wave": 12}
    accuracy = next(metric for metric in content["metrics"] if metric["name"] == "accuracy")
    assert (accuracy["value"], accuracy["n"], accuracy["split"]) == (1.0, 36, "test")
    assert describe(file, embeddings, "--temperature", "3", labels=",".join(LABELS)) == 0
    again = read(file.with_name("model.json"))["calibration"]
    assert again["temperature"] == 3
    assert again["conformal"]["quantiles"] != content["calibration"]["conformal"]["quantiles"]


def test_a_classifier_that_takes_the_image_too_is_measured_where_images_were_kept(tmp_path: Path) -> None:
    made = made_classes(("dark", "light"))
    light = np.array([row["label"] == "light" for row in made.rows])
    noise = np.random.default_rng(1).integers(0, 100, (len(light), 3, 32, 32))
    images = (noise + 120 * light[:, None, None, None]).astype(np.uint8)
    head = tmp_path / "head"
    head.mkdir()
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["image"], ["means"], axes=[2, 3], keepdims=0),
            helper.make_node("MatMul", ["means", "weights"], ["logits"]),
        ],
        "head",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 32, 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(np.array([[-1, 1]] * 3, np.float32), "weights")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), head / "head.onnx")
    assert describe(head / "head.onnx", made.write(tmp_path / "without"), labels="dark,light") == 0
    assert read(head / "model.json")["metrics"] == []
    made.tensors["images"] = images
    assert describe(head / "head.onnx", made.write(tmp_path / "with"), labels="dark,light") == 0
    accuracy = next(metric for metric in read(head / "model.json")["metrics"] if metric["name"] == "accuracy")
    # (50 - 120) / 60 and (170 - 120) / 60: as the encoder takes images.
    assert accuracy["value"] == 1


def test_labels_in_another_order_than_the_outputs_are_refused(
    known: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file, embeddings = known
    assert describe(file, embeddings, labels="wave,flat,ridge") == 1
    refusal = capsys.readouterr().err
    assert "of 36 images of val, the head is right about 0% as they are given, and about 100% with" in refusal
    assert "--labels flat,ridge,wave (mean over labels)" in refusal
    assert not file.with_name("model.json").exists()


def test_too_few_images_of_a_label_are_refused(tmp_path: Path, known: tuple[Path, Path], capsys: Any) -> None:
    made = made_classes(LABELS)
    few = [row for row in made.rows if row["split"] != "test" or row["label"] != "wave"]
    made.embeddings = made.embeddings[[made.rows.index(row) for row in few]]
    made.rows = few
    assert describe(known[0], made.write(tmp_path / "few"), labels=",".join(LABELS)) == 1
    assert 'There are too few images with the label "wave": 0 in test (at least 5).' in capsys.readouterr().err


def test_labels_that_images_have_otherwise_are_refused(
    known: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file, embeddings = known
    assert describe(file, embeddings, labels="flat,Ridge,wave") == 1
    assert "differ in case or in spaces around them only" in capsys.readouterr().err
    assert describe(file, embeddings, labels="flat,ridge,peak") == 1
    assert 'No image has the label "peak" of --labels. There are flat, ridge, wave.' in capsys.readouterr().err
