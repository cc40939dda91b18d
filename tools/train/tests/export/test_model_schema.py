"""model.json has two sides: Python writes it, and @medzoo/core reads it by a strict zod schema.

packages/core/schemas is that schema as JSON Schema. A field that is written and not known there would be found by the
first user who loads the model.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from jsonschema import Draft202012Validator
from torch import nn

from medzoo_train.export.graph.onnx_file import export_onnx
from medzoo_train.export.model_json import REFERENCE_PREPROCESS, TRAINED_PREPROCESS, InitialWeights, model_json
from tests.places import PACKAGES, TRAIN

SCHEMAS = PACKAGES / "core" / "schemas"
#: Every model file that is shipped.
SHIPPED = sorted(
    file for file in PACKAGES.glob("*/weights/**/*.json") if '"schema"' in file.read_text(encoding="utf-8")[:50]
)


def faults(content: dict[str, Any], kind: str) -> list[str]:
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(content)]


def kind_of(content: dict[str, Any]) -> str:
    return "head" if content["labels"] else "encoder"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    export_onnx(
        nn.Conv2d(3, 2, 1).eval(), [torch.randn(1, 3, 4, 4)], ["embedding"], ["logits"], tmp_path / "model.onnx"
    )
    return tmp_path / "model.onnx"


def write(weights: Path, **extra: Any) -> dict[str, Any]:
    trained_on = [{"dataset": "cxr", "licence": "CC BY 4.0", "n": 9, "source": "A. Author", "grouping": "patient"}]
    initial = [InitialWeights("net", "https://example.org/net", "Apache-2.0")]
    content = model_json(weights, "test", "1.0.0", "Apache-2.0", trained_on, initialised_from=initial, **extra)
    return dict(json.loads(json.dumps(content)))


def test_a_heads_file_is_as_the_reader_expects_it(weights: Path) -> None:
    encoder = {"name": "tiny", "model": {"sha256": "ab" * 32}}
    calibration = {"temperature": 1.5}
    written = write(
        weights, labels=["left", "right"], encoder=encoder, presenceThresholds={"left": 0.4}, calibration=calibration
    )
    assert faults(written, "head") == []


@pytest.mark.parametrize("preprocess", [TRAINED_PREPROCESS, REFERENCE_PREPROCESS])
def test_an_encoders_file_is_as_the_reader_expects_it(weights: Path, preprocess: dict[str, Any]) -> None:
    assert faults(write(weights, preprocess=preprocess), "encoder") == []


VARIANT: dict[str, Any] = {
    "precision": "int8-static",
    "providers": ["cpu"],
    "url": "./encoder.int8.onnx",
    "sha256": "cd" * 32,
    "bytes": 7,
    "gate": [{"dataset": "wound", "metric": "dice", "split": "val", "n": 48, "before": 0.91, "after": 0.909}],
}


def test_an_encoder_and_a_head_may_have_variants(weights: Path) -> None:
    assert faults(write(weights, preprocess=TRAINED_PREPROCESS, variants=[VARIANT]), "encoder") == []
    assert faults(write(weights, labels=["left"], variants=[VARIANT]), "head") == []
    without = [VARIANT | {"gate": []}]
    for kind, fields in (("encoder", {"preprocess": TRAINED_PREPROCESS}), ("head", {"labels": ["left"]})):
        (fault,) = faults(write(weights, **fields, variants=without), kind)
        assert fault.startswith("$.variants[0].gate")


def test_a_file_that_describe_wrote_is_as_the_reader_expects_it(weights: Path) -> None:
    command = [sys.executable, "-m", "medzoo_heads.describe", "--onnx", str(weights), "--name", "laterality"]
    command += ["--labels", "left,right", "--licence", "Apache-2.0", "--temperature", "1.5"]
    tensors = {name: [{"dtype": "float32", "shape": ["batch", 3, 4, 4]}] for name in ("inputs", "outputs")}
    encoder = weights.parent / "encoder.json"
    encoder.write_text(json.dumps({"name": "tiny", "model": {"sha256": "ab" * 32, **tensors}}), encoding="utf-8")
    command += ["--encoder", str(encoder)]
    subprocess.run(command, cwd=TRAIN, check=True, capture_output=True)
    assert faults(json.loads((weights.parent / "model.json").read_text()), "head") == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(PACKAGES)))
def test_every_shipped_file_is_as_the_reader_expects_it(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    assert faults(content, kind_of(content)) == []


def test_shipped_files_are_found() -> None:
    kinds = [kind_of(json.loads(file.read_text(encoding="utf-8"))) for file in SHIPPED]
    assert kinds.count("encoder") >= 1
    assert kinds.count("head") >= 5


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda content: content["preprocess"].update(antialais=True), "'antialais' was unexpected"),
        (lambda content: content.pop("licence"), "'licence' is a required property"),
        (lambda content: content["preprocess"].update(interpolation="cubic"), "'cubic' is not one of"),
        (lambda content: content["model"].update(sha256="AB"), "does not match"),
    ],
)
def test_a_slip_of_the_writer_is_found(weights: Path, spoil: Callable[[dict[str, Any]], None], expected: str) -> None:
    content = json.loads(json.dumps(write(weights, preprocess=TRAINED_PREPROCESS)))
    spoil(content)
    (fault,) = faults(content, "encoder")
    assert expected in fault
