"""Metrics and intervals by the rules of `medzoo evaluate`; the numbers here are those of its own tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from medzoo_heads.arrays import Floats
from medzoo_heads.measure.bootstrap import Metric, auroc_of, mean_of, measure, median_of, sides_of
from medzoo_heads.measure.classes import calibration_error, class_metrics, error_if_calibrated
from medzoo_heads.measure.report import say_few_groups

ONES = np.ones((1, 5))


def interval(values: Floats, groups: list[str], **about: Any) -> Any:
    statistic = mean_of(values)
    return measure([Metric("m", statistic, **about)], groups, "made", 1)[0].get("interval95")


def numbered(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_it_comes_near_the_normal_interval_of_a_mean() -> None:
    low, high = interval(np.arange(400, dtype=np.float64) % 2, numbered(400))
    assert 0.44 < low < 0.46
    assert 0.54 < high < 0.56


def test_a_group_is_drawn_as_one() -> None:
    values = np.arange(80.0) % 2
    eight, eighty = interval(values, [str(n % 8) for n in range(80)]), interval(values, numbered(80))
    assert eight[1] - eight[0] > 2.5 * (eighty[1] - eighty[0])


def test_fewer_than_six_groups_have_no_percentiles() -> None:
    values = np.arange(12.0)
    assert interval(values[:5], numbered(5)) is None
    assert len(interval(values[:6], numbered(6))) == 2
    assert interval(values, [str(n % 5) for n in range(12)]) is None


def test_only_groups_that_define_a_statistic_count() -> None:
    values = np.arange(12.0) % 2

    def of(first: int) -> Any:
        return mean_of(np.where(np.arange(12) < first, values, np.nan))

    for name in ("shares", "parts"):
        assert len(interval(values, numbered(12), **{name: (of(6),)})) == 2
        assert interval(values, numbered(12), **{name: (of(5),)}) is None
    positive = np.array([1.0] * 5 + [0.0] * 7)
    ranked = Metric("auroc", auroc_of(values, positive), parts=sides_of(positive))
    assert "interval95" not in measure([ranked], numbered(12), "made", 1)[0]


def test_a_reader_is_told_of_few_groups() -> None:
    assert "takes 6" in say_few_groups(5)[0]
    assert "too narrow" in say_few_groups(6)[0]
    assert say_few_groups(20) == []


def test_a_share_that_is_everywhere_the_same_has_its_exact_interval_and_nothing_else_has_one() -> None:
    groups = [str(number // 2) for number in range(20)]
    share = mean_of(np.ones(20))
    assert interval(np.ones(20), groups, shares=(share,)) == [pytest.approx(0.6915), 1.0]
    assert interval(np.zeros(20), groups, shares=(mean_of(np.zeros(20)),)) == [0.0, pytest.approx(0.3085)]
    assert interval(np.ones(20), groups) is None
    assert interval(np.full(20, 0.5), groups, shares=(share,)) is None


def test_a_median_of_many_alike_and_one_other_has_an_interval_without_width() -> None:
    values = np.array([3.0] * 11 + [9.0])
    found = measure([Metric("m", median_of(values))], numbered(12), "made", 1)[0]
    assert found["interval95"] == [3.0, 3.0]


def test_auroc_counts_ties_half() -> None:
    positive = np.array([1.0, 1, 0, 1, 0])
    found = auroc_of(np.array([0.9, 0.5, 0.5, 0.2, 0.2]), positive)(ONES)
    assert found[0] == pytest.approx((2 + 1.5 + 0.5) / 6)
    assert np.isnan(auroc_of(np.array([0.5] * 5), np.ones(5))(ONES)[0])


def test_auroc_of_a_draw_is_that_of_its_repeated_images() -> None:
    scores, positive = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0, 1, 1])
    twice = auroc_of(scores, positive)(np.array([[1.0, 2, 1, 0]]))
    assert twice[0] == auroc_of(scores[[0, 1, 1, 2]], positive[[0, 1, 1, 2]])(np.ones((1, 4)))[0]


def test_calibration_error_weighs_the_gaps_of_bins() -> None:
    confidence, right = np.array([0.81, 0.81, 0.81, 0.95]), np.array([1.0, 1, 0, 1])
    assert calibration_error(confidence, right)(np.ones((1, 4)))[0] == pytest.approx((3 * (0.81 - 2 / 3) + 0.05) / 4)


def test_what_a_calibrated_head_would_read_stands_behind_the_error() -> None:
    # Of one image the error is .25 three times of four, and else .75.
    alone = error_if_calibrated(np.array([0.75]), "made", 1)
    assert alone["value"] == pytest.approx(0.75 * 0.25 + 0.25 * 0.75, abs=0.02)
    assert alone["interval95"] == [0.25, 0.75]
    # Many right and wrong answers of one bin take each other's noise away.
    many = error_if_calibrated(np.full(10_000, 0.8), "made", 1)
    assert many["value"] < 0.005
    chances = np.array([[0.8, 0.2]] * 6 + [[0.1, 0.9]] * 6)
    names = [entry["name"] for entry in class_metrics(
        chances, np.array([0] * 6 + [1] * 6), chances >= 0.3, ["a", "b"], numbered(12), "made", 1
    )]  # fmt: skip
    assert names[names.index("ece") + 1] == "ece_if_calibrated"


def test_entries_are_as_model_json_has_them() -> None:
    truth = np.array([0] * 6 + [1] * 6)
    chances = np.array([[0.8, 0.2]] * 5 + [[0.3, 0.7]] + [[0.1, 0.9]] * 6)
    entries = class_metrics(chances, truth, chances >= 0.3, ["a", "b"], numbered(12), "made", 1)
    by_name = {(entry["name"], entry.get("label")): entry for entry in entries}
    assert by_name["accuracy", None]["value"] == round(11 / 12, 4)
    assert by_name["balanced_accuracy", None]["value"] == round((5 / 6 + 1) / 2, 4)
    assert by_name["macro_f1", None]["value"] == round((10 / 11 + 12 / 13) / 2, 4)
    assert by_name["coverage", "b"] == {
        "name": "coverage", "value": 1.0, "interval95": [round(0.025 ** (1 / 6), 4), 1.0], "dataset": "made",
        "split": "test", "n": 6, "label": "b",
    }  # fmt: skip
    assert {"auroc", "ece", "set_size"} <= {entry["name"] for entry in entries}
