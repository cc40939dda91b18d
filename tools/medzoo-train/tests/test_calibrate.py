"""Temperature and conformal sets."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from medzoo_heads.classify.calibrate import calibration_of, conformal_quantiles, fit_temperature, plausible_sets


def test_the_temperature_of_logits_that_were_made_too_sure_is_found() -> None:
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 1.5, (4000, 3))
    labels = np.array([rng.choice(3, p=p) for p in softmax(honest, axis=1)])
    assert fit_temperature(honest * 2.5, labels) == pytest.approx(2.5, rel=0.1)


def test_quantiles_are_by_class_and_of_all_where_a_class_has_too_few() -> None:
    probabilities = np.zeros((25, 2))
    probabilities[:20, 0] = np.linspace(0.5, 0.975, 20)
    probabilities[20:, 1] = 0.9
    probabilities[:, :] = np.where(probabilities > 0, probabilities, 0)
    labels = np.array([0] * 20 + [1] * 5)
    first, second = conformal_quantiles(probabilities, labels)
    # Number ceil(21 * 0.9) = 19 of 20, and number ceil(26 * 0.9) = 24 of 25.
    assert first == pytest.approx(0.475)
    assert second == pytest.approx(0.475)


def test_sets_hold_what_fits_and_always_the_most_probable_label() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25], [0.98, 0.01, 0.01]])
    sets = plausible_sets(probabilities, [0.5, 0.9, 0.2])
    assert sets.tolist() == [[True, True, False], [True, True, False], [True, False, False]]
    wavering = plausible_sets(probabilities[1:2], [0.1, 0.1, 0.1])
    assert wavering.tolist() == [[True, True, True]]


def test_sets_cover_new_images_as_they_promise() -> None:
    rng = np.random.default_rng(2)

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        logits = rng.normal(0, 2, (count, 3))
        return logits, np.array([rng.choice(3, p=p) for p in softmax(logits, axis=1)])

    entry = calibration_of(*draw(600), ["a", "b", "c"], "made")
    logits, labels = draw(3000)
    chances = softmax(logits / entry["temperature"], axis=1)
    sets = plausible_sets(chances, list(entry["conformal"]["quantiles"].values()))
    assert 0.87 < sets[np.arange(3000), labels].mean() < 0.97
    assert entry["conformal"]["counts"].keys() == {"a", "b", "c"}
