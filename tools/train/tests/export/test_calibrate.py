"""Calibration of tensors against numbers worked out by hand or known by construction; medzoo-train's tests have the
rest.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from medzoo_heads.classify.calibrate import conformal_quantiles, fit_temperature
from medzoo_heads.segment.presence import presence_threshold

from medzoo_train.export.calibrate import HeldOut, calibration_of


def test_temperature_undoes_a_factor_on_calibrated_logits() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(20000, 3, generator=generator) * 2
    labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator)[:, 0]
    assert fit_temperature((logits * 3).double().numpy(), labels.numpy()) == pytest.approx(3, rel=0.05)


def test_quantiles_are_taken_per_class_with_the_finite_sample_correction() -> None:
    # Class 0 has true-class probabilities .95, .90, ..., .50 (10 images): rank ceil(11 * .9) = 10, so 1 - .50.
    first = [[0.95 - 0.05 * i, 0.05 + 0.05 * i] for i in range(10)]
    quantiles = conformal_quantiles(np.array([*first, *[[0.2, 0.8]] * 3]), np.array([0] * 10 + [1] * 3))
    assert quantiles[0] == pytest.approx(0.5)
    # Three images cannot vouch for 90 %, rank ceil(4 * .9) = 4 of 3: they take that of all, rank ceil(14 * .9) = 13 of
    # 13.
    assert quantiles[1] == pytest.approx(0.5)
    # Nor can all four of these; then every label is plausible.
    few = conformal_quantiles(np.array([[0.9, 0.1]] * 2 + [[0.2, 0.8]] * 2), np.array([0, 0, 1, 1]))
    assert few == [1.0, 1.0]


def test_quantiles_are_stored_rounded_up() -> None:
    generator = torch.Generator().manual_seed(2)
    for _ in range(8):
        logits = torch.randn(40, 2, generator=generator)
        labels = torch.tensor([0, 1] * 20)
        entry = calibration_of(logits, labels, ("a", "b"), "drawn")
        exact = conformal_quantiles(
            torch.softmax(logits.double() / entry["temperature"], dim=1).numpy(), labels.numpy()
        )
        for stored, quantile in zip(entry["conformal"]["quantiles"].values(), exact, strict=True):
            assert quantile <= stored <= quantile + 1e-6


def test_hard_copies_raise_the_temperature_and_leave_the_sets_to_images_as_they_are() -> None:
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(200, 3, generator=generator) * 3
    labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator)[:, 0]
    wrong = HeldOut(logits, logits[:100] * 2, labels[:100].roll(1))
    alone, together = (calibration_of(logits, labels, ("a", "b", "c"), "drawn", more) for more in (None, wrong))
    assert together["temperature"] > alone["temperature"]
    assert (alone["n"], together["n"], together["conformal"]["n"]) == (200, 300, 200)
    assert together["conformal"]["counts"] == alone["conformal"]["counts"]


def test_conformal_sets_cover_what_they_promise() -> None:
    generator = torch.Generator().manual_seed(1)
    probabilities = torch.softmax(torch.randn(8000, 4, generator=generator) * 1.5, 1)
    labels = torch.multinomial(probabilities, 1, generator=generator)[:, 0]
    quantiles = torch.tensor(conformal_quantiles(probabilities[:4000].numpy(), labels[:4000].numpy()))
    held, truth = probabilities[4000:], labels[4000:]
    covered = (1 - held.gather(1, truth[:, None])[:, 0]) <= quantiles[truth]
    assert covered.double().mean().item() == pytest.approx(0.9, abs=0.02)


def test_presence_threshold_loses_nothing_worth_having_and_keeps_a_margin() -> None:
    worth = np.array([3.0, 9.0, 4.0])
    # Absent pictures that look present do not move it: what is there comes first.
    assert presence_threshold(worth, np.array([-5.0, 6.0])) == pytest.approx(2.0)
    assert presence_threshold(worth, np.array([-4.0])) == pytest.approx(-1.0)
    # Without any, halfway to a half; our targets always have pictures of nothing.
    assert presence_threshold(worth, np.zeros(0)) == pytest.approx(1.0)
    assert presence_threshold(np.zeros(0), np.array([1.0])) == 0.0
