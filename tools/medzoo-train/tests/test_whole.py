"""From a folder of embeddings to the files of a head."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from PIL import Image
from safetensors.numpy import save_file

from medzoo_heads.__main__ import main

from .made_embeddings import DIGEST, SEEN, SHAPE, made_classes, made_masks
from .test_domain import ENCODER, OWN


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def with_golden(folder: Path) -> Path:
    """The picture that `medzoo embed` draws, in the encoder's eyes."""
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 255, (20, 30, 3)).astype(np.uint8)).save(folder / "golden.png")
    image = rng.normal(0, 1, (1, 3, 32, 32)).astype(np.float32)
    save_file(
        {"image": image, "embedding": rng.normal(0, 1, (1, *SHAPE)).astype(np.float32)}, folder / "golden.safetensors"
    )
    return folder


def train(emb: Path, out: Path, *options: str) -> Any:
    assert main(["--embeddings", str(emb), "--out", str(out), "--minutes", "3", "--steps", "12", *options]) == 0
    return read(out / "model.json")


def check_model_file(content: Any, out: Path) -> None:
    file = (out / "head.onnx").read_bytes()
    assert content["model"]["sha256"] == hashlib.sha256(file).hexdigest()
    assert content["model"]["bytes"] == len(file)
    model = onnx.load_from_string(file)
    assert [entry.version for entry in model.opset_import] == [17]
    for kind, values in (("inputs", model.graph.input), ("outputs", model.graph.output)):
        declared = {spec["name"]: spec["shape"] for spec in content["model"][kind]}
        found = {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}
        assert declared == found
        assert all(shape[0] == "batch" for shape in declared.values())


def test_a_classifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emb, out = with_golden(made_classes(("a", "b", "c")).write(tmp_path / "emb")), tmp_path / "model"
    (emb / "failed.csv").write_text('file,error\na.png,"There is no such file.\nCheck it."\nb.png,No image.\n')
    content = train(emb, out, "--labels", "c,a,b", "--name", "my-head", "--licence", "MIT", "--data-licence", "CC0")
    check_model_file(content, out)
    assert content["labels"] == ["c", "a", "b"]
    assert content["encoder"] == {"id": "tiny", "sha256": DIGEST}
    assert content["trainedOn"] == [{"dataset": "made", "licence": "CC0", "n": 72, "seen": SEEN}]
    assert content["calibration"]["conformal"]["counts"] == {"c": 12, "a": 12, "b": 12}
    metrics = {(metric["name"], metric.get("label")): metric for metric in content["metrics"]}
    assert metrics["accuracy", None]["value"] > 0.8
    assert metrics["accuracy", None]["n"] == 36
    golden = read(out / "golden.json")
    assert golden["labels"] == ["c", "a", "b"]
    assert list(golden["stages"]) == ["image", "embedding", "logits", "attention", "evidence"]
    logits = np.array(golden["stages"]["logits"]["values"]) / content["calibration"]["temperature"]
    chances = np.exp(logits) / np.exp(logits).sum()
    assert list(golden["answer"]["scores"].values()) == pytest.approx(list(chances))
    said = capsys.readouterr().err
    assert "Linear probe" in said
    assert "warning: 2 of the images could not be read, and the head learns nothing from them" in said
    assert "has less loss on val, and is written" in said
    assert "model.json, training.json, golden.json, golden.png." in said
    assert read(out / "training.json")["chosen"] in ("linear probe", "head with attention")
    assert (out / "golden.png").is_file()

    # Trained again, what people wrote is kept, and the order of labels above all.
    content["concepts"] = {"a": {"type": {"value": "1", "scheme": "SCT", "meaning": "A"}}}
    (out / "model.json").write_text(json.dumps(content))
    again = train(emb, out)
    assert {key: again[key] for key in ("labels", "name", "licence", "concepts", "trainedOn")} == {
        key: content[key] for key in ("labels", "name", "licence", "concepts", "trainedOn")
    }


def test_leaks_can_be_left_out_and_a_head_without_code_says_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = made_classes(("a", "b", "c"))
    made.rows[0]["sha256"] = made.rows[-1]["sha256"] = "cd" * 32
    about = ("--id", "made-head", "--title", "Made", "--intended-use", "Tests.", "--modalities", "XC,ES")
    content = train(made.write(tmp_path / "emb"), tmp_path / "model", "--drop-leaks", *about)
    assert content["manifest"] == {
        "id": "made-head", "title": "Made", "intendedUse": "Tests.", "modalities": ["XC", "ES"],
    }  # fmt: skip
    assert content["trainedOn"][0]["n"] == 71
    said = capsys.readouterr().err
    assert "Left out, as they are in a later split too: 1 images" in said
    assert "model.json, training.json." in said


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    emb = made_classes(("a", "b", "c")).write(tmp_path / "emb")
    first, second = (train(emb, tmp_path / name)["model"]["sha256"] for name in ("one", "two"))
    assert first == second


def test_variants_stay_with_their_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emb, out = made_classes(("a", "b")).write(tmp_path / "emb"), tmp_path / "model"
    variants = [{"precision": "int8-static", "url": "./head.int8.onnx", "sha256": "cd" * 32}]
    (out / "model.json").write_text(json.dumps({**train(emb, out), "variants": variants}))
    assert train(emb, out)["variants"] == variants
    assert "other precisions" not in capsys.readouterr().err
    other = made_classes(("a", "b"), seed=2).write(tmp_path / "other")
    assert "variants" not in train(other, out)
    assert "the new one does not: int8-static (./head.int8.onnx)" in capsys.readouterr().err


def test_domain_statistics(tmp_path: Path) -> None:
    """Of an encoder that has a background: here the format's example, for two channels."""
    made = made_classes(("a", "b", "c"))
    made.embeddings = made.embeddings[:, :2]
    made.about["embedding"]["shape"] = [2, *SHAPE[1:]]
    made.about["encoder"]["domain"] = ENCODER
    content = train(made.write(tmp_path / "emb"), tmp_path / "model", "--kind", "made pictures")
    (entry,) = content["domains"]
    assert entry["own"][0]["name"] == "made pictures"
    assert entry["own"][0].keys() == OWN.keys()
    assert (entry["n"], entry["datasets"], entry["split"], entry["use"]) == (36, ["made"], "val", 0.05)


@pytest.mark.parametrize(("images", "overlapping"), [(True, False), (False, False), (False, True)])
def test_a_segmenter(images: bool, overlapping: bool, tmp_path: Path) -> None:
    made, out = made_masks((1, 2), images=images), tmp_path / "model"
    emb = with_golden(made.write(tmp_path / "emb"))
    overlaps = ("--overlapping",) if overlapping else ()
    values = ("--mask-value", "2=nucleus", "--mask-value", "1=cell")
    content = train(emb, out, "--task", "segmentation", *values, "--labels", "cell,nucleus", *overlaps)
    check_model_file(content, out)
    assert content["labels"] == ["cell", "nucleus"]
    assert content["presenceThresholds"] == {"cell": 0.5, "nucleus": 0.5}
    masks = content["model"]["outputs"][0]
    # Where a pixel has one of them at most, the background is before them.
    planes = ("masks", 2) if overlapping else ("exclusive_masks", 3)
    assert (masks["name"], masks["shape"][1]) == planes
    assert ["image" in spec["name"] for spec in content["model"]["inputs"]] == ([False, True] if images else [False])
    metrics = {(metric["name"], metric["label"]): metric for metric in content["metrics"]}
    assert metrics["dice", "cell"]["value"] > 0.5
    assert metrics["presence_specificity", "nucleus"]["negatives"] == {"kind": "empty", "sets": ["made"], "n": 6}
    golden = read(out / "golden.json")
    assert list(golden["answer"]["masks"]) == ["cell", "nucleus"]
    for answer in golden["answer"]["masks"].values():
        assert all(0 <= answer[key] <= 1 for key in ("presence", "quality", "foreground"))
