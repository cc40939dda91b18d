"""Calibration against numbers worked out by hand or known by construction."""

from __future__ import annotations

import pytest
import torch

from medzoo_train.export.calibrate import calibration_of, conformal_quantiles, fit_temperature, presence_threshold


def test_temperature_undoes_a_factor_on_calibrated_logits() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(20000, 3, generator=generator) * 2
    labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator)[:, 0]
    assert fit_temperature(logits * 3, labels) == pytest.approx(3, rel=0.05)


def test_quantiles_are_taken_per_class_with_the_finite_sample_correction() -> None:
    # Class 0 has true-class probabilities .95, .90, ..., .50 (10 images): rank ceil(11 * .9) = 10, so 1 - .50.
    first = torch.tensor([[0.95 - 0.05 * i, 0.05 + 0.05 * i] for i in range(10)])
    second = torch.tensor([[0.2, 0.8]] * 3)
    labels = torch.tensor([0] * 10 + [1] * 3)
    quantiles = conformal_quantiles(torch.cat([first, second]), labels)
    assert quantiles[0] == pytest.approx(0.5, abs=1e-6)
    # Three images cannot vouch for 90 %, rank ceil(4 * .9) = 4 of 3: they take that of all, rank ceil(14 * .9) = 13 of 13.
    assert quantiles[1] == pytest.approx(0.5, abs=1e-6)
    # Nor can all four of these; then every label is plausible.
    few = conformal_quantiles(torch.tensor([[0.9, 0.1]] * 2 + [[0.2, 0.8]] * 2), torch.tensor([0, 0, 1, 1]))
    assert few == [1.0, 1.0]


def test_quantiles_are_stored_rounded_up() -> None:
    generator = torch.Generator().manual_seed(2)
    for _ in range(8):
        logits = torch.randn(40, 2, generator=generator)
        labels = torch.tensor([0, 1] * 20)
        entry = calibration_of(logits, labels, ("a", "b"))
        exact = conformal_quantiles(torch.softmax(logits / entry["temperature"], dim=1), labels)
        for stored, quantile in zip(entry["conformal"]["quantiles"].values(), exact, strict=True):
            assert quantile <= stored <= quantile + 1e-6


def test_conformal_sets_cover_what_they_promise() -> None:
    generator = torch.Generator().manual_seed(1)
    probabilities = torch.softmax(torch.randn(8000, 4, generator=generator) * 1.5, 1)
    labels = torch.multinomial(probabilities, 1, generator=generator)[:, 0]
    quantiles = torch.tensor(conformal_quantiles(probabilities[:4000], labels[:4000]))
    held, truth = probabilities[4000:], labels[4000:]
    covered = (1 - held.gather(1, truth[:, None])[:, 0]) <= quantiles[truth]
    assert covered.double().mean().item() == pytest.approx(0.9, abs=0.02)


def test_presence_threshold_loses_nothing_worth_having_and_keeps_a_margin() -> None:
    worth = torch.tensor([3.0, 9.0, 4.0])
    # Absent pictures that look present do not move it: what is there comes first.
    assert presence_threshold(worth, torch.tensor([-5.0, 6.0])) == pytest.approx(2.0)
    assert presence_threshold(worth, torch.tensor([-4.0])) == pytest.approx(-1.0)
    assert presence_threshold(worth, torch.zeros(0)) == pytest.approx(2.0)
    assert presence_threshold(torch.zeros(0), torch.tensor([1.0])) == 0.0
