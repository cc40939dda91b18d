"""Metrics reach the model file of the very weights that were evaluated, with all that they depend on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medzoo_train.record_metrics import metrics_of, record, split_name

LABELS = ["head", "fetal_head", "lungs"]
HEAD, ENCODER = "a" * 64, "e" * 64


def evaluation(digest: str = HEAD, dice: float = 0.7, **about: Any) -> dict[str, Any]:
    return {
        "head": "automed",
        "task": "segmentation",
        "dataset": "hc18",
        "split": "test",
        "n": 104,
        "target": "fetal_head",
        "prompt": None,
        "excluded_labels": [],
        "presence": None,
        "digests": {"head": digest, "encoder": ENCODER},
        "metrics": {"dice": {"value": dice, "interval95": [dice - 0.02, dice + 0.02]}},
    } | about


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    head, encoder = tmp_path / "model.json", tmp_path / "encoder.json"
    head.write_text(json.dumps({"model": {"sha256": HEAD}, "labels": LABELS, "metrics": []}))
    encoder.write_text(json.dumps({"model": {"sha256": ENCODER}, "labels": [], "metrics": [], "preprocess": {}}))
    return [head, encoder]


def metrics_in(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())["metrics"]
    return found


def test_an_evaluation_is_recorded_and_replaced(files: list[Path]) -> None:
    record(evaluation(dice=0.7), files)
    assert record(evaluation(dice=0.81), files) == files[0]
    assert metrics_in(files[0]) == [
        {"name": "dice", "value": 0.81, "interval95": [0.79, 0.83], "dataset": "hc18", "split": "test", "n": 104,
         "label": "fetal_head"}
    ]  # fmt: skip


def test_recording_twice_changes_nothing(files: list[Path]) -> None:
    record(evaluation(), files)
    once = files[0].read_bytes()
    record(evaluation(), files)
    assert files[0].read_bytes() == once


def test_what_it_depends_on_keeps_two_numbers_apart(files: list[Path]) -> None:
    for about in ({}, {"prompt": "box"}, {"excluded_labels": ["none"]}, {"split": "val"}, {"dataset": "other"}):
        record(evaluation(**about), files)
    found = [(m["dataset"], m["split"], m.get("prompt"), m.get("excludedLabels")) for m in metrics_in(files[0])]
    assert found == [
        ("hc18", "test", None, None), ("hc18", "test", "box", None), ("hc18", "test", None, ["none"]),
        ("hc18", "val", None, None), ("other", "test", None, None),
    ]  # fmt: skip


def test_what_it_does_not_know_stays_and_is_recorded(files: list[Path]) -> None:
    content = json.loads(files[0].read_text())
    other = {"name": "hd95", "value": 3.0, "dataset": "hc18", "split": "test", "n": 2, "by": "somebody"}
    files[0].write_text(json.dumps(content | {"metrics": [other], "note": "kept"}))
    record(
        evaluation(metrics={"surface_dice": {"value": 0.5}, "head_circumference_mm_difference": {"value": -1, "n": 9}}),
        files,
    )
    assert other in metrics_in(files[0])
    assert {m["name"]: m["n"] for m in metrics_in(files[0])} == {
        "hd95": 2, "surface_dice": 104, "head_circumference_mm_difference": 9,
    }  # fmt: skip
    assert json.loads(files[0].read_text())["note"] == "kept"


def test_a_metric_of_one_label_names_it() -> None:
    assert split_name("coverage_fetal_head", LABELS) == ("coverage", "fetal_head", None)
    assert split_name("auroc_head", LABELS) == ("auroc", "head", None)
    assert split_name("balanced_accuracy", LABELS) == ("balanced_accuracy", None, None)
    assert split_name("set_size", ["size"]) == ("set_size", None, None)
    assert split_name("presence_auroc", LABELS) == ("presence_auroc", None, None)


def test_presence_tells_what_it_was_told_from() -> None:
    about = {
        "sets": {"positive": ["hc18"], "negative": ["busi", "polyps"], "left_out": [], "near": ["busi"]},
        "images": {"positive": 10, "other": 30, "background": 8, "empty": 2, "near": 12},
    }
    names = ["presence_auroc", *(f"presence_auroc_fetal_head{side}" for side in ("", "_background", "_empty", "_near"))]
    names += [
        "presence_sensitivity_fetal_head",
        "presence_specificity_fetal_head",
        "presence_specificity_fetal_head_near",
    ]
    metrics = {name: {"value": 0.9, "n": 40} for name in names}
    found = metrics_of(evaluation(dataset="data", target=None, presence={"fetal_head": about}, metrics=metrics), LABELS)
    assert [m["name"] for m in found[1:5]] == ["presence_auroc"] * 4
    assert [m.get("label") for m in found] == [None] + ["fetal_head"] * 7
    assert {m["dataset"] for m in found} == {"hc18"}
    assert [m.get("negatives") for m in found] == [
        None,
        {"kind": "other", "sets": ["busi", "polyps"], "n": 30},
        {"kind": "background", "sets": ["hc18"], "n": 8},
        {"kind": "empty", "sets": ["hc18"], "n": 2},
        {"kind": "near", "sets": ["busi"], "n": 12},
        None,
        {"kind": "other", "sets": ["busi", "polyps"], "n": 30},
        {"kind": "near", "sets": ["busi"], "n": 12},
    ]


@pytest.mark.parametrize(
    ("digests", "named"),
    [
        ({"head": "b" * 64, "encoder": ENCODER}, "head weights " + "b" * 64),
        ({"head": HEAD, "encoder": "d" * 64}, "encoder weights " + "d" * 64),
        ({"head": HEAD, "encoder": HEAD}, "encoder weights " + HEAD),
        (None, "head weights None"),
    ],
)
def test_a_report_of_other_weights_is_refused(files: list[Path], digests: Any, named: str) -> None:
    before = files[0].read_bytes()
    with pytest.raises(SystemExit, match=named):
        record(evaluation(digests=digests), files)
    assert files[0].read_bytes() == before


def test_a_report_by_a_variant_of_the_encoder_is_recorded(files: list[Path]) -> None:
    variant = {
        "model": {"sha256": ENCODER},
        "variants": [{"sha256": "e" * 64}],
        "labels": [],
        "metrics": [],
        "preprocess": {},
    }
    files[1].write_text(json.dumps(variant))
    assert record(evaluation(digests={"head": HEAD, "encoder": "e" * 64}), files) == files[0]
    assert len(metrics_in(files[0])) == 1


def test_speed_is_kept_for_each_machine_that_is_named(files: list[Path]) -> None:
    def timed(total: float) -> dict[str, Any]:
        return evaluation(provider="cpu", timings_ms_median={"total": total})

    record(timed(1.0), files)
    assert "speed" not in json.loads(files[0].read_text())
    for machine, total in (("old", 90.0), ("new", 40.0), ("old", 80.0)):
        record(timed(total), files, machine)
    found = json.loads(files[0].read_text())["speed"]
    assert [(s["machine"], s["medianMs"]["total"], s["n"]) for s in found] == [("new", 40.0, 104), ("old", 80.0, 104)]
    assert found[0]["method"] == "npm run evaluate, hc18, test"


def test_what_corruptions_cost_stands_beside_the_clean_number(files: list[Path]) -> None:
    record(evaluation(dice=0.7), files)
    noisy = {"dice": {"value": 0.5, "n": 40}, "drop": {"value": 0.2, "interval95": [0.1, 0.3], "n": 38}}
    report = evaluation(corruptions={"noise25": noisy, "blur": {"refused": {"value": 0.1, "n": 40}}}, n=40)
    record(report, files)
    once = files[0].read_bytes()
    record(report, files)
    assert files[0].read_bytes() == once
    found = [(m["name"], m.get("corruption"), m["value"], m["n"], m["label"]) for m in metrics_in(files[0])]
    assert found == [
        ("dice", None, 0.7, 104, "fetal_head"),
        ("refused", "blur", 0.1, 40, "fetal_head"),
        ("drop", "noise25", 0.2, 38, "fetal_head"),
    ]


def test_a_corruption_that_is_refused_now_leaves_no_old_drop_behind(files: list[Path]) -> None:
    lost = {"drop": {"value": 0.5, "n": 17}, "refused": {"value": 0.4, "n": 30}}
    record(evaluation(corruptions={"rotate90": lost, "blur": lost}, n=30), files)
    record(evaluation(corruptions={"rotate90": {"refused": {"value": 1.0, "n": 30}}}, n=30), files)
    found = [(m["name"], m["corruption"], m["value"]) for m in metrics_in(files[0])]
    assert sorted(found) == [("drop", "blur", 0.5), ("refused", "blur", 0.4), ("refused", "rotate90", 1.0)]


def test_what_is_all_refused_now_leaves_no_old_accuracy_behind(files: list[Path]) -> None:
    whole: dict[str, Any] = {"target": None, "task": "classification"}
    right = {"accuracy": {"value": 0.4, "n": 5}, "coverage_head": {"value": 0.2, "n": 5}}
    record(evaluation(**whole, metrics=right), files)
    record(evaluation(**whole, metrics=right, split="val"), files)
    record(evaluation(**whole, metrics=right, excluded_labels=["lungs"]), files)
    record(evaluation(**whole, metrics={"refused": {"value": 1.0, "n": 46}}), files)
    found = [(m["name"], m["split"], m.get("excludedLabels"), m["value"]) for m in metrics_in(files[0])]
    assert found == [
        ("refused", "test", None, 1.0),
        ("accuracy", "test", ["lungs"], 0.4), ("coverage", "test", ["lungs"], 0.2),
        ("accuracy", "val", None, 0.4), ("coverage", "val", None, 0.2),
    ]  # fmt: skip


def test_an_evaluation_of_one_target_leaves_the_others(files: list[Path]) -> None:
    record(evaluation(target="lungs"), files)
    record(evaluation(metrics={"refused": {"value": 1.0, "n": 9}}), files)
    assert [(m["name"], m["label"]) for m in metrics_in(files[0])] == [("dice", "lungs"), ("refused", "fetal_head")]


def test_a_kind_that_is_all_refused_now_leaves_no_old_answers_behind(files: list[Path]) -> None:
    domain: dict[str, Any] = {"labels": None, "thresholds": [], "auroc": {"value": 0.9, "n": 20}, "own": None}
    answers = {"answered_lungs": {"value": 1.0, "n": 6}}
    record(evaluation(domains=[domain], answers=answers), files)
    assert [m["name"] for m in metrics_in(files[0])] == ["domain_auroc", "answered"]
    record(evaluation(domains=[domain], answers={}), files)
    assert [m["name"] for m in metrics_in(files[0])] == ["domain_auroc"]


def test_refusals_at_each_threshold_and_what_people_get(files: list[Path]) -> None:
    thresholds = [
        {"false_refusals": rate, "score": 1.0, "in_use": rate == 0.05, "refused": {"value": value, "n": 9}}
        for rate, value in ((0.01, 0.5), (0.05, 0.75))
    ]
    domain = {"labels": ["fetal_head"], "thresholds": thresholds, "auroc": {"value": 0.9, "n": 20}, "own": None}
    answers = {"present_any": {"value": 0.1, "n": 9}, "present_fetal_head": {"value": 0.1, "n": 9}}
    report = evaluation(dataset="none_photos", domains=[domain], answers=answers)
    record(report, files)
    of_all = {"domains": [domain | {"labels": None}], "answers": {"answered_lungs": answers["present_any"]}}
    whole = metrics_of(report | of_all, LABELS)
    assert [(m["name"], m.get("falseRefusals"), m.get("label")) for m in whole] == [
        ("refused", 0.01, None), ("refused", 0.05, None), ("domain_auroc", None, None), ("answered", None, "lungs"),
    ]  # fmt: skip
    found = [(m["name"], m.get("label"), m.get("falseRefusals"), m["value"]) for m in metrics_in(files[0])]
    assert found == [
        ("refused", "fetal_head", 0.05, 0.75),
        ("present_any", None, None, 0.1),
    ]
