"""Calibration against numbers worked out by hand or known by construction."""

from __future__ import annotations

import math

import pytest
import torch

from medzoo_train.export.calibrate import conformal_quantiles, fit_temperature, presence_threshold


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
    # Three images cannot vouch for 90 %: rank ceil(4 * .9) = 4 of 3.
    assert quantiles[1] == 1.0


def test_conformal_sets_cover_what_they_promise() -> None:
    generator = torch.Generator().manual_seed(1)
    probabilities = torch.softmax(torch.randn(8000, 4, generator=generator) * 1.5, 1)
    labels = torch.multinomial(probabilities, 1, generator=generator)[:, 0]
    quantiles = torch.tensor(conformal_quantiles(probabilities[:4000], labels[:4000]))
    held, truth = probabilities[4000:], labels[4000:]
    covered = (1 - held.gather(1, truth[:, None])[:, 0]) <= quantiles[truth]
    assert covered.double().mean().item() == pytest.approx(0.9, abs=0.02)


def test_presence_threshold_separates_and_misses_little() -> None:
    present, absent = torch.tensor([0.9, 0.8, 0.7]), torch.tensor([0.2, 0.1, 0.05])
    assert 0.2 < presence_threshold(present, [absent]) <= 0.71
    assert not math.isnan(presence_threshold(present, [absent[:0]]))


def test_a_few_hard_pictures_move_the_threshold_as_much_as_many_easy_ones() -> None:
    present = torch.linspace(0.5, 1, 200)
    easy, hard = torch.full((1000,), 0.01), torch.full((5,), 0.45)
    assert presence_threshold(present, [easy]) < 0.5
    assert 0.45 < presence_threshold(present, [easy, hard]) <= 0.51
    # No matter what it costs, 98 of 100 are found.
    assert presence_threshold(present, [easy, torch.full((500,), 0.9)]) <= 0.51
