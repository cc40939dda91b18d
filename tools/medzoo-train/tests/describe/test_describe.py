"""A model.json for an ONNX of one's own: what a zoo would refuse at start-up is refused here, and what is known is
kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from medzoo_heads.describe.__main__ import main

ENCODER: dict[str, Any] = {
    "name": "tiny",
    "model": {
        "sha256": "ab" * 32,
        "inputs": [{"name": "image", "dtype": "float32", "shape": ["batch", 3, 8, 8]}],
        "outputs": [{"name": "embedding", "dtype": "float32", "shape": ["batch", 3, 4, 4]}],
    },
}
Shape = list[int | str]


def write_head(
    folder: Path,
    *,
    shape: Shape | None = None,
    name: str = "embedding",
    out: Shape | None = None,
    kind: int = TensorProto.FLOAT,
    opset: int = 17,
    ir: int = 10,
    weight: float = 0.5,
    others: float = 0.5,
    frozen: bool = False,
    domain: str = "",
) -> Path:
    """A head that flattens its input and multiplies by a weight: [batch, 48] to [batch, 3]."""
    dtype = np.float16 if kind == TensorProto.FLOAT16 else np.float32
    weights = np.full((48, 3), others, dtype)
    weights[0, 0] = weight
    rows = 1 if frozen else -1
    nodes = [
        helper.make_node("Reshape", [name, "to"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info(name, kind, shape or ["batch", 3, 4, 4])],
        [helper.make_tensor_value_info("logits", kind, out or ["batch", 3])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.array([rows, 48]), "to")],
    )
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    model = helper.make_model(graph, opset_imports=opsets, ir_version=ir)
    path = folder / "head.onnx"
    path.write_bytes(model.SerializeToString())
    return path


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command; gives what it wrote."""
    (tmp_path / "encoder.json").write_text(json.dumps(ENCODER))

    def describe_head(*more: str, labels: str = "left,right,both") -> dict[str, Any]:
        command = ["--onnx", str(tmp_path / "head.onnx"), "--name", "side", "--licence", "MIT"]
        command += ["--encoder", str(tmp_path / "encoder.json"), *more, "--labels", labels]
        assert main(command) == 0
        return dict(json.loads((tmp_path / "model.json").read_text()))

    return describe_head


@pytest.fixture
def refused(run: Run, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The command; gives why it refused."""

    def describe_head(*more: str, **options: Any) -> str:
        with pytest.raises(AssertionError):
            run(*more, **options)
        return capsys.readouterr().err

    return describe_head


def test_a_head_in_order_is_described_without_a_note(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_head(tmp_path)
    written = run()
    assert written["encoder"] == {"id": "tiny", "sha256": "ab" * 32}
    assert (written["version"], written["labels"]) == ("0.1.0", ["left", "right", "both"])
    said = capsys.readouterr().err
    assert [line.split(";")[0].split(",")[0] for line in said.splitlines() if line.startswith("note")] == [
        "note: The head has no domain",
        "note: Nothing says what the head was trained on under which licence",
        "note: No golden record is written: it needs --embeddings",
    ]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"opset": 27}, r"is of opset 27; expected 7 to 26\. Export it with opset_version"),
        ({"opset": 6}, "is of opset 6"),
        ({"ir": 14}, "is of IR version 14"),
        ({"domain": "com.example"}, r"needs operators of com\.example"),
        ({"kind": TensorProto.FLOAT16}, "embedding is float16; expected float32, uint8, int64"),
        ({"weight": float("nan")}, "weights hold nan"),
        ({"weight": float("inf")}, "weights hold inf"),
        ({"shape": ["batch", 3, 2, 8]}, r"embedding is float32 \[batch, 3, 2, 8\]; the encoder tiny gives float32 \["),
        ({"shape": [2, 3, 4, 4], "out": [2, 3]}, "Dimension 0 of embedding is 2; expected a free batch"),
        ({"shape": [1, 3, 4, 4], "out": [1, 3]}, "Dimension 0 of embedding is 1; expected a free batch"),
        ({"out": ["batch", 4]}, r"--labels names 3 \(left, right, both\), and no output has as many in dimension 1"),
        ({"frozen": True}, "does not run on 2 at once|its first is not the batch"),
        ({"others": 3e38}, "logits is not finite"),
    ],
)
def test_what_a_zoo_would_refuse_is_refused(
    head: dict[str, Any], message: str, refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_head(tmp_path, **head)
    # A newer onnx than ONNX Runtime writes such files; its own checker may know the opset or not.
    monkeypatch.setattr(onnx.checker, "check_model", lambda *_: None)
    assert re.search(message, refused())
    assert not (tmp_path / "model.json").exists()


def test_labels_and_temperature_are_checked(refused: Callable[..., str], tmp_path: Path) -> None:
    write_head(tmp_path)
    assert re.search(r"--labels names 2 \(left, right\)", refused(labels="left,right"))
    assert re.search("--labels has left twice", refused(labels="left,left,right"))
    assert re.search("expected a number above 0", refused("--temperature", "-1"))


def test_what_can_be_better_is_a_note(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_head(tmp_path, name="features")
    run()
    printed = capsys.readouterr().err
    assert "The input features is neither embedding nor image: feeds in head.ts has to give it." in printed
    assert "It has the shape of embedding" in printed


def test_no_onnx_file_is_told_in_a_sentence(refused: Callable[..., str], tmp_path: Path) -> None:
    assert re.search("There is no file", refused())
    (tmp_path / "head.onnx").write_bytes(b"no model")
    assert re.search("is no ONNX file that can be read", refused())


def test_a_finished_model_json_keeps_what_it_has(run: Run, refused: Callable[..., str], tmp_path: Path) -> None:
    write_head(tmp_path)
    known = {
        "version": "0.5.0",
        "thresholds": {"left": 0.4},
        "calibration": {"temperature": 1.5, "conformal": {"errorRate": 0.1}},
        "metrics": [{"name": "accuracy", "value": 0.9}],
        "trainedOn": [{"dataset": "sides", "licence": "CC0", "n": 9}],
        "initialisedFrom": [{"name": "a", "source": "b", "licence": "c"}],
        "speed": [{"machine": "m"}],
        "code": "c0ffee",
        "variants": [{"precision": "int8-static", "url": "./head.int8.onnx", "sha256": "cd" * 32}],
    }
    (tmp_path / "model.json").write_text(json.dumps(run() | known))
    again = run()
    assert {key: again[key] for key in known} == known
    assert run("--temperature", "1.5")["calibration"] == known["calibration"]
    assert run("--temperature", "2")["calibration"] == {"temperature": 2.0}
    assert run("--version", "0.6.0")["version"] == "0.6.0"

    assert re.search(r"of the labels left, right, both\. --replace writes a new one", refused(labels="left,right,none"))
    write_head(tmp_path, weight=0.25)
    assert re.search("describes other weights", refused())
    assert json.loads((tmp_path / "model.json").read_text())["metrics"] == known["metrics"]
    assert run("--replace")["metrics"] == []


def test_variants_are_not_said_of_other_weights(
    run: Run, refused: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_head(tmp_path)
    variants = [{"precision": "int8-static", "url": "./head.int8.onnx", "sha256": "cd" * 32}]
    (tmp_path / "model.json").write_text(json.dumps(run() | {"variants": variants}))
    assert run("--version", "0.6.0")["variants"] == variants
    assert re.search("has variants of the labels left, right, both", refused(labels="left,right,none"))
    write_head(tmp_path, weight=0.25)
    assert re.search("without its metrics, data and variants", refused())
    capsys.readouterr()
    assert "variants" not in run("--replace")
    assert "the new one does not: int8-static (./head.int8.onnx). Delete them" in capsys.readouterr().err
    (tmp_path / "model.json").write_text("broken")
    assert "variants" not in run("--replace")


def test_what_labels_mean_in_codes_stays_with_them(run: Run, tmp_path: Path) -> None:
    write_head(tmp_path)
    concepts = {"left": {"type": "a code"}, "both": {"type": "another"}}
    (tmp_path / "model.json").write_text(json.dumps(run() | {"concepts": concepts}))
    assert run()["concepts"] == concepts
    assert run(labels="left,right,none")["concepts"] == {"left": concepts["left"]}
    assert "concepts" not in run(labels="one,two,three")
