"""Regression, several labels, and keypoints: from a folder of embeddings to the files of a head."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medzoo_heads.export.graph import open_session, run_model
from medzoo_heads.numbers.probe import absolute_error, fit_probes, fit_ridge
from medzoo_heads.regress.interval import interval_of, round_up
from medzoo_heads.several.thresholds import best_threshold

from .embeddings.test_refusals import refused
from .made_embeddings import SHAPE, made_numbers, made_places
from .test_whole import check_model_file, read, train, with_golden

LENGTHS = ("--quantity", "length=mm", "--quantity", "age=d")


def by_name(content: Any) -> dict[tuple[str, str | None], Any]:
    return {(metric["name"], metric.get("label")): metric for metric in content["metrics"]}


def test_a_regression(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emb, out = with_golden(made_numbers(copies=1).write(tmp_path / "emb")), tmp_path / "model"
    content = train(emb, out, "--task", "regression", *LENGTHS, "--labels", "length,age")
    check_model_file(content, out)
    assert content["labels"] == ["length", "age"]
    assert [output["name"] for output in content["model"]["outputs"]] == ["values"]
    length, age = (content["quantities"][label] for label in ("length", "age"))
    assert (length["unit"], age["unit"]) == ("mm", "d")
    assert length["mean"] == pytest.approx(50, abs=5)
    # Of every fifth image the age is not known.
    assert (length["interval"]["n"], age["interval"]["n"]) == (24, 19)
    assert length["interval"]["coverage"] == 0.9
    metrics = by_name(content)
    # The mean of the numbers would be off by 8.
    assert metrics["mae", "length"]["value"] < 3
    assert metrics["mae", "length"]["n"] == 24
    assert metrics["interval_coverage", "length"]["value"] > 0.7
    golden = read(out / "golden.json")
    values = np.array(golden["stages"]["values"]["values"])
    expected = values * [length["std"], age["std"]] + [length["mean"], age["mean"]]
    assert list(golden["answer"]["values"].values()) == pytest.approx(list(expected))
    assert "Numbers, in the order of the outputs: length in mm (length_mm), age in d (age)" in capsys.readouterr().err

    # Trained again, labels and units are those of the model.json that is there.
    again = train(emb, out, "--task", "regression")
    assert [again["labels"], {label: about["unit"] for label, about in again["quantities"].items()}] == [
        ["length", "age"],
        {"length": "mm", "age": "d"},
    ]


def test_several_labels_in_columns_of_their_own(tmp_path: Path) -> None:
    emb, out = with_golden(made_numbers().write(tmp_path / "emb")), tmp_path / "model"
    content = train(emb, out, "--task", "multilabel", "--labels", "thick,old")
    check_model_file(content, out)
    assert content["labels"] == ["thick", "old"]
    assert [output["name"] for output in content["model"]["outputs"]] == ["label_logits"]
    assert content["thresholds"].keys() == {"thick", "old"}
    metrics = by_name(content)
    assert metrics["auroc", "thick"]["value"] > 0.8
    # What is uncertain or not known is not counted.
    assert (metrics["auroc", "thick"]["n"], metrics["auroc", "old"]["n"]) == (24, 20)
    # Sensitivity is of the images that have the label, specificity of those that do not.
    for label, known in (("thick", 24), ("old", 20)):
        having, lacking = (metrics[name, label]["n"] for name in ("sensitivity", "specificity"))
        assert 0 < having < known
        assert having + lacking == known
    assert {name for name, label in metrics if label == "old"} == {"auroc", "f1", "sensitivity", "specificity"}
    golden = read(out / "golden.json")
    logits = np.array(golden["stages"]["label_logits"]["values"]) / content["calibration"]["temperature"]
    assert list(golden["answer"]["scores"].values()) == pytest.approx(list(1 / (1 + np.exp(-logits))))


def test_several_labels_in_one_column(tmp_path: Path) -> None:
    emb = made_numbers().write(tmp_path / "emb")
    content = train(emb, tmp_path / "model", "--task", "multilabel", "--separator", "|", "--leave-out", "nothing")
    assert content["labels"] == ["old", "thick"]
    # An image on which nothing was found has none of them, and is learnt from.
    assert content["trainedOn"][0]["n"] == 48


@pytest.mark.parametrize("images", [True, False])
def test_keypoints(images: bool, tmp_path: Path) -> None:
    emb, out = with_golden(made_places(images=images).write(tmp_path / "emb")), tmp_path / "model"
    content = train(emb, out, "--task", "keypoints", "--labels", "tip,end")
    check_model_file(content, out)
    assert content["labels"] == ["tip", "end"]
    assert [output["shape"] for output in content["model"]["outputs"]] == [["batch", 2, 2]]
    metrics = by_name(content)
    # Of images of 40 x 30 pixels. Two places on another's label would be off by 15.
    assert metrics["mean_distance_px", None]["value"] < 3
    assert metrics["mean_distance_px", "tip"]["n"] == 24
    golden = read(out / "golden.json")
    flat = [number for point in golden["answer"]["points"].values() for number in (point["x"], point["y"])]
    assert flat == pytest.approx(golden["stages"]["keypoints"]["values"])


def test_places_are_found_by_the_names_of_columns(tmp_path: Path) -> None:
    content = train(made_places().write(tmp_path / "emb"), tmp_path / "model", "--task", "keypoints")
    assert content["labels"] == ["end", "tip"]


def test_a_file_answers_in_shares_of_the_input(tmp_path: Path) -> None:
    """One bump in the embedding, where it is drawn."""
    out = tmp_path / "model"
    train(made_places(images=False).write(tmp_path / "emb"), out, "--task", "keypoints", "--labels", "tip,end")
    found = run_model(open_session(out / "head.onnx"), {"embedding": np.zeros((2, *SHAPE), np.float32)})["keypoints"]
    assert found.shape == (2, 2, 2)
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--task", "regression"], "needs the name and the unit of each number: --quantity LABEL=UNIT"),
        (["--task", "regression", "--quantity", "length"], "expected a label and a unit"),
        (["--task", "regression", "--labels", "length"], 'The unit of "length" is not known'),
        (["--task", "regression", "--quantity", "length=m m"], "expected symbols of UCUM without spaces"),
        (["--task", "regression", "--quantity", "width=mm"], 'called as the label "width" is, such as width_mm'),
        (["--task", "regression", *LENGTHS, "--labels", "age"], '--quantity names "length", which --labels does not'),
        (["--task", "multilabel"], "Name the labels with --labels effusion,mass"),
        (["--task", "multilabel", "--labels", "thick,length_mm"], "in the column length_mm, and 1, 0 or"),
        (["--task", "multilabel", "--separator", "|", "--labels", "old"], 'have the label "nothing", which is none of'),
        (["--task", "keypoints"], "No place is in index.csv. Write two columns for each"),
        (["--task", "keypoints", "--labels", "tip"], 'called as the label "tip" is, such as tip_x'),
        (["--quantity", "age=d"], "--quantity is for another task: add --task regression"),
        (["--separator", "|"], "--separator is for another task: add --task multilabel"),
    ],
)
def test_what_will_not_do(
    options: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert expected in refused(made_numbers(), tmp_path, capsys, *options)


def test_too_few_numbers_and_numbers_that_are_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = made_numbers()
    for row in made.rows:
        row["index:length_mm"] = "12"
        row["index:age"] = row["index:age"] if row["split"] == "train" else ""
    said = refused(made, tmp_path / "few", capsys, "--task", "regression", *LENGTHS)
    assert "with a number in the column age: 0 in val (at least 5), 0 in test (at least 5)" in said
    said = refused(made, tmp_path / "same", capsys, "--task", "regression", "--quantity", "length=mm")
    assert "the same number in the column length_mm" in said


def test_an_interval_holds_the_share_that_it_says() -> None:
    """Of new images, over many draws of the held-out ones."""
    rng = np.random.default_rng(1)
    held = []
    for _ in range(200):
        found = interval_of(rng.normal(0, 1, 39), np.zeros(39), "made")
        assert found is not None
        held.append(np.mean(np.abs(rng.normal(0, 1, 100)) <= found["halfWidth"]))
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)
    assert interval_of(np.zeros(8), np.zeros(8), "made") is None
    nine = interval_of(np.arange(9.0), np.zeros(9), "made")
    assert nine == {"coverage": 0.9, "halfWidth": 8.0, "n": 9, "dataset": "made", "split": "val"}


def test_widths_are_rounded_up() -> None:
    for value in (0.123456789, 14.0000001, 123456.7, 1e-9):
        assert value <= round_up(value) <= value * 1.0002
    assert round_up(0.0) == 0
    assert math.isclose(round_up(2.5), 2.5)


def test_a_label_is_called_where_f1_is_best() -> None:
    truth = np.array([0, 0, 0, 1, 1, np.nan])
    assert 0.3 < best_threshold(np.array([0.1, 0.2, 0.3, 0.4, 0.9, 0.0]), truth) <= 0.4
    assert best_threshold(np.array([0.1, 0.2]), np.array([0.0, 0.0])) == 0.5


def test_the_probe_finds_what_is_linear_where_the_truth_is_known() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(5, 3, (200, 10))
    truth = (x @ rng.normal(0, 1, (10, 2))) + [100, -3]
    truth[::3, 0] = np.nan
    probe = fit_probes(x[:150], truth[:150], x[150:], truth[150:], fit_ridge, absolute_error)
    assert np.nanmax(np.abs(probe.logits(x) - truth)) < 0.5


def test_training_json_says_what_was_written(tmp_path: Path) -> None:
    out = tmp_path / "model"
    train(made_numbers().write(tmp_path / "emb"), out, "--task", "regression", *LENGTHS)
    notes = json.loads((out / "training.json").read_text())
    assert (notes["task"], notes["chosen"] in ("linear probe", "head with attention")) == ("regression", True)
