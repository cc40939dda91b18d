"""Packages of bioimage.io, held against bioimage.io's own check: that of its command `bioimageio test`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from medzoo_heads.bioimage.__main__ import main
from medzoo_heads.bioimage.merge import merge_models
from medzoo_heads.bioimage.tensors import identifiers
from medzoo_heads.classify.graphs import declare as declare_classes
from medzoo_heads.classify.graphs import probe_graph as class_graph
from medzoo_heads.classify.probe import Probe
from medzoo_heads.embeddings.format import EncoderIdentity
from medzoo_heads.export.model_json import About, model_json
from medzoo_heads.numbers.graphs import declare as declare_numbers
from medzoo_heads.numbers.graphs import probe_graph as number_graph
from medzoo_heads.points.graphs import declare as declare_points
from medzoo_heads.points.graphs import probe_graph as point_graph
from medzoo_heads.segment.decoder import layout_of
from medzoo_heads.segment.graphs import declare as declare_masks
from medzoo_heads.segment.graphs import neutral
from medzoo_heads.segment.graphs import probe_graph as mask_graph
from medzoo_heads.segment.probe import CellProbe

PACKAGES = Path(__file__).resolve().parents[3] / "packages"
TEST_ENCODER = PACKAGES / "core" / "test-models" / "encoder.json"
OUR_ENCODER = PACKAGES / "sam-med2d" / "weights" / "model.json"
SHAPE, SIZE = (4, 2, 2), (16, 16)
OURS = [
    "automed/weights/model.json",
    "sam-med2d/weights/decoder.json",
    *(f"medcls/weights/{task}/model.json" for task in ("brain-mri", "breast-ultrasound", "chest-xray-pneumonia")),
]


def make_head(task: str, folder: Path) -> Path:
    """A head of random weights on core's test encoder; its model.json."""
    rng = np.random.default_rng(1)
    labels = ["bone age", "height"]
    probe = Probe(rng.normal(0, 1, (2, 2 * SHAPE[0])), rng.normal(0, 1, 2), 1.0)
    layout = layout_of(SHAPE, SIZE, 2, has_image=task == "segmentation", exclusive=task == "exclusive")
    cells = CellProbe(
        rng.normal(0, 1, (layout.side**2 * 2, SHAPE[0])), rng.normal(0, 1, layout.side**2 * 2)
    )  # fmt: skip
    quantities = {label: {"unit": "mo", "mean": 120.5, "std": 30.0} for label in labels}
    calibration = {"temperature": 1.7}
    graphs: dict[str, tuple[Any, Any, dict[str, Any]]] = {
        "classification": (class_graph(probe, SHAPE), declare_classes(SHAPE, 2), {"calibration": calibration}),
        "multilabel": (
            number_graph(probe, SHAPE, "label_logits"), declare_numbers(SHAPE, 2, "label_logits"),
            {"calibration": calibration, "thresholds": {"height": 0.3}},
        ),
        "regression": (
            number_graph(probe, SHAPE, "values"), declare_numbers(SHAPE, 2, "values"), {"quantities": quantities},
        ),
        "keypoints": (point_graph(cells, layout, np.ones(2)), declare_points(layout), {}),
        "segmentation": (mask_graph(cells, layout, neutral(2)), declare_masks(layout), {}),
        "exclusive": (mask_graph(cells, layout, neutral(2)), declare_masks(layout), {}),
    }  # fmt: skip
    model, (inputs, outputs), extra = graphs[task]
    folder.mkdir(parents=True)
    (folder / "head.onnx").write_bytes(model.SerializeToString())
    digest = json.loads(TEST_ENCODER.read_text())["model"]["sha256"]
    about = About(task, "1.2.0", "Apache-2.0", "made", "CC0-1.0", None, None, {})
    metric = {"name": "mae", "label": "height", "value": 1.5, "dataset": "made", "split": "test", "n": 9}
    content = model_json(
        folder / "head.onnx", inputs, outputs, EncoderIdentity("test-encoder", digest), labels, about, {}, 10, extra,
        [], [metric], None,
    )  # fmt: skip
    (folder / "model.json").write_text(json.dumps(content))
    return folder / "model.json"


def write(model: Path, encoder: Path, out: Path, *options: str) -> Any:
    said = ["--author", "Jane Roe", "--title", "A head (of a test)", "--intended-use", "Tests. Not for diagnosis."]
    assert main(["--model", str(model), "--encoder", str(encoder), "--out", str(out), *said, *options]) == 0
    return json.loads((out / "rdf.yaml").read_text())


def check(out: Path) -> None:
    """What `bioimageio test` does, without a process for each: format, test tensors, two images at once."""
    core = pytest.importorskip("bioimageio.core", reason="bioimageio.core is not installed: pip install -e '.[dev]'")
    summary = core.test_description(out / "rdf.yaml")
    assert summary.status == "passed", summary.format()


@pytest.mark.parametrize(
    "task", ["classification", "multilabel", "regression", "keypoints", "segmentation", "exclusive"]
)
def test_a_head_of_each_task(task: str, tmp_path: Path) -> None:
    out = tmp_path / "package"
    described = write(make_head(task, tmp_path / "head"), TEST_ENCODER, out)
    assert described["license"] == "Apache-2.0"
    assert described["inputs"][0]["preprocessing"][1]["id"] == "fixed_zero_mean_unit_variance"
    assert "## Validation" in (out / "README.md").read_text()
    check(out)
    # As the encoder and then the head answer, and as medzoo reads that.
    names = [entry["id"] for entry in described["outputs"]]
    tensors = {name: np.load(out / f"test_output_{k}.npy") for k, name in enumerate(names)}
    if task == "regression":
        plain = run_apart(make_head(task, tmp_path / "again"), out)["values"]
        np.testing.assert_allclose(tensors["values"], plain * 30 + 120.5, rtol=1e-4)
    if task in ("classification", "exclusive"):
        shares = tensors["logits" if task == "classification" else "exclusive_masks"]
        np.testing.assert_allclose(shares.sum(1), 1, atol=1e-5)
    if task == "multilabel":
        plain = run_apart(make_head(task, tmp_path / "again"), out)["label_logits"]
        np.testing.assert_allclose(tensors["label_logits"], 1 / (1 + np.exp(-plain / 1.7)), rtol=1e-4)


def run_apart(model: Path, out: Path) -> dict[str, Any]:
    """Encoder and head as two files, as medzoo runs them."""
    encoder = json.loads(TEST_ENCODER.read_text())
    mean, std = (np.asarray(encoder["preprocess"][key])[:, None, None] for key in ("mean", "std"))
    image = ((np.load(out / "test_input_0.npy") - mean) / std).astype(np.float32)
    session = onnxruntime.InferenceSession(str(TEST_ENCODER.parent / encoder["model"]["url"]))
    (embedding,) = session.run(None, {session.get_inputs()[0].name: image})
    head = onnxruntime.InferenceSession(str(model.parent / "head.onnx"))
    names = [output.name for output in head.get_outputs()]
    return dict(zip(names, head.run(names, {"embedding": embedding}), strict=True))


@pytest.mark.parametrize("name", OURS)
def test_the_heads_of_medzoo_itself(name: str, tmp_path: Path) -> None:
    out = tmp_path / "package"
    write(PACKAGES / name, OUR_ENCODER, out)
    check(out)


def test_the_command_of_bioimage_io(tmp_path: Path) -> None:
    pytest.importorskip("bioimageio.core", reason="bioimageio.core is not installed: pip install -e '.[dev]'")
    out = tmp_path / "package"
    write(make_head("segmentation", tmp_path / "head"), TEST_ENCODER, out)
    command = [str(Path(sys.executable).with_name("bioimageio")), "test", str(out / "rdf.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # A file that answers otherwise is found.
    np.save(out / "test_output_0.npy", np.load(out / "test_output_0.npy") * 0.5)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_an_image_that_both_take_is_one_input(tmp_path: Path) -> None:
    head = onnx.load(make_head("segmentation", tmp_path / "head").parent / "head.onnx")
    encoder = onnx.load(TEST_ENCODER.parent / json.loads(TEST_ENCODER.read_text())["model"]["url"])
    merged = merge_models(encoder, head)
    assert [value.name for value in merged.graph.input] == ["image"]
    assert [value.name for value in merged.graph.output] == [value.name for value in head.graph.output]


def test_names_of_channels_are_identifiers() -> None:
    assert identifiers(["bone age", "2nd", "é-b", "bone-age"]) == ["bone_age", "_2nd", "é_b", "bone_age_3"]


def test_what_does_not_belong_together_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = make_head("regression", tmp_path / "head")
    content = json.loads(model.read_text())

    def refused(**changes: Any) -> str:
        model.write_text(json.dumps(content | changes))
        options = ["--model", str(model), "--encoder", str(TEST_ENCODER), "--out", str(tmp_path / "p"), "--author", "A"]
        assert main(options) == 1
        assert not (tmp_path / "p").exists()
        return capsys.readouterr().err

    assert "Give the model.json of the head's own encoder" in refused(encoder={"id": "x", "sha256": "ab" * 32})
    assert 'give --licence with an SPDX identifier, "Apache-2.0"' in refused(licence="TO DECIDE")
    assert "is not the file that" in refused(model=content["model"] | {"sha256": "ab" * 32})
    assert "which are no file beside it" in refused(model=content["model"] | {"url": "https://example.org/head.onnx"})
    assert main(["--model", "none.json", "--encoder", str(TEST_ENCODER), "--out", "x", "--author", "A"]) == 1
