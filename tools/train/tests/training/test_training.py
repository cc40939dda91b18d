"""Training end to end on drawn images: it learns, it stops and resumes to the same weights, and what it exports
runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from medzoo_train.data.index import DataError, read_index
from tests.places import TRAIN
from tests.tiny_data import draw_sets

ENCODER = {"stem": "patch", "embed_dim": 48, "depth": 1, "global_attn_indexes": [0], "out_chans": 48}
RECIPE = {"sizes": [[0.5, 64], [0.5, 96]], "warmup": 1, "segmentation_per_batch": 5, "classification_per_batch": 3}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_sets(tmp_path_factory.mktemp("data"))


def train(data: Path, out: Path, steps: int, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medzoo_train.train", "--data", str(data), "--out", str(out)]
    command += ["--steps", str(steps), "--recipe", json.dumps(RECIPE), "--threads", "1"]
    command += ["--encoder", json.dumps(ENCODER), *more]
    return subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)


def test_a_run_that_was_cut_off_resumes_to_the_same_weights(data: Path, tmp_path: Path) -> None:
    whole = train(data, tmp_path / "whole", 4, "--validate-every", "2")
    assert whole.returncode == 0, whole.stderr
    cut = train(data, tmp_path / "cut", 4, "--validate-every", "2", "--stop-after", "2")
    assert cut.returncode == 0, cut.stderr
    assert not (tmp_path / "cut" / "weights.pth").exists()
    other = train(data, tmp_path / "cut", 5)
    assert other.returncode != 0
    assert "another recipe" in other.stderr
    rest = train(data, tmp_path / "cut", 4, "--validate-every", "2")
    assert rest.returncode == 0, rest.stderr
    one, two = (torch.load(tmp_path / run / "weights.pth", weights_only=True)["ema"] for run in ("whole", "cut"))
    worst = max((one[k].float() - two[k].float()).abs().max().item() for k in one)
    assert worst < 1e-4
    steps = [json.loads(line)["step"] for line in (tmp_path / "cut" / "log.jsonl").read_text().splitlines()]
    assert steps == [2, 4]


def test_an_unknown_field_of_the_recipe_is_named(data: Path, tmp_path: Path) -> None:
    wrong = train(data, tmp_path, 1, "--recipe", '{"learning_rat": 1}')
    assert wrong.returncode != 0
    assert "learning_rat" in wrong.stderr


def test_what_was_trained_exports_and_runs(data: Path, tmp_path: Path) -> None:
    assert train(data, tmp_path / "run", 2, "--validate-every", "2").returncode == 0
    command = [sys.executable, "-m", "medzoo_train.export_packages", "--weights", str(tmp_path / "run" / "weights.pth")]
    command += ["--data", str(data), "--packages", str(tmp_path / "packages")]
    command += ["--initialised-from", "a net", "https://example.org/net", "MIT"]
    done = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    model = json.loads((tmp_path / "packages" / "automed" / "weights" / "model.json").read_text())
    assert model["labels"] == ["lungs", "fetal_head", "nuclei", "wound", "polyp"]
    assert [output["shape"] for output in model["model"]["outputs"]] == [
        ["batch", 5, 256, 256],
        ["batch", 5],
        ["batch", 5],
    ]
    encoder = json.loads((tmp_path / "packages" / "sam-med2d" / "weights" / "model.json").read_text())
    assert model["encoder"] == {"id": "sam-med2d-tiny", "sha256": encoder["model"]["sha256"]}
    brain = json.loads((tmp_path / "packages" / "medcls" / "weights" / "brain-mri" / "model.json").read_text())
    assert set(brain["calibration"]["conformal"]["quantiles"]) == {"glioma", "meningioma", "notumor", "pituitary"}
    assert (brain["calibration"]["dataset"], brain["calibration"]["split"]) == ("brain_mri4", "val")
    assert {"source", "grouping"} < set(brain["trainedOn"][0])
    assert encoder["initialisedFrom"] == [{"name": "a net", "source": "https://example.org/net", "licence": "MIT"}]
    # AutoMed's finest features begin as the encoder's do; MedCls begins from nothing.
    assert model["initialisedFrom"] == encoder["initialisedFrom"]
    assert "initialisedFrom" not in brain
    assert brain["encoder"] == model["encoder"]
    golden = json.loads((tmp_path / "packages" / "automed" / "golden" / "golden.json").read_text())
    assert list(golden["stages"]) == ["image", "embedding", "masks", "iou", "presence"]
    assert golden["labels"] == list(golden["answer"]["masks"]) == model["labels"]
    of_brain = json.loads((tmp_path / "packages" / "medcls" / "golden" / "brain-mri" / "golden.json").read_text())
    assert of_brain["labels"] == list(of_brain["answer"]["scores"]) == brain["labels"]
    assert abs(sum(of_brain["answer"]["scores"].values()) - 1) < 1e-6
    total = sum(file.stat().st_size for file in (tmp_path / "packages").glob("*/weights/**/*.onnx"))
    assert total < 20e6


def test_a_data_set_that_is_laid_out_otherwise_is_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(DataError, match=r"No index\.csv"):
        read_index(tmp_path)
    (tmp_path / "index.csv").write_text("id,file\n1,a.png\n")
    with pytest.raises(DataError, match=r"lacks the columns \['image', 'split'\]"):
        read_index(tmp_path)
    with pytest.raises(DataError, match="no split 'holdout'"):
        read_index(data / "cxr_lung", "holdout")


@pytest.mark.parametrize(("what", "image"), [("image", "a.png"), ("group", "b.png")])
def test_rows_on_both_sides_of_a_split_are_refused(tmp_path: Path, what: str, image: str) -> None:
    group = "p1" if what == "group" else "p2"
    (tmp_path / "index.csv").write_text(
        f"id,image,split,group\n1,a.png,train,p1\n2,{image},test,{group}\n3,c.png,val,p3\n"
    )
    with pytest.raises(
        DataError, match=rf"1 rows whose {what} is in a later split too, such as train and test\. Give all"
    ):
        read_index(tmp_path, "train")
    assert len(read_index(tmp_path)) == 3
