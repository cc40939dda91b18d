"""The domain score by the format's own example, whose numbers core's tests have too."""

from __future__ import annotations

import numpy as np
import pytest

from medzoo_heads.domain.background import background_from_json
from medzoo_heads.domain.gaussian import encode_floats, gaussian_from_json
from medzoo_heads.domain.pooling import pool
from medzoo_heads.domain.score import (
    HeadDomain,
    fewest_held_out,
    fit_domain,
    fit_head,
    golden_domains,
    head_domain_from_json,
    most_beyond,
    say_few,
    score,
    threshold_at,
)
from medzoo_heads.errors import TrainError

ENCODER = {
    "pooling": "mean-std",
    "center": "AACAPwAAAAAAAAA/AAAAAA==",
    "projection": "AAAAQAAAAAAAAAAAAAAAAAAAAAAAAIA/AACAPwAAAAA=",
    "background": {"mean": "AAAAAAAAAAA=", "factor": "AACAPs3MzD0AAAA/", "offset": 4.2, "n": 9},
    "known": [
        {
            "name": "other", "mean": "AADAQAAAgD8=", "factor": "AACAP83MTD4AAABA", "offset": -1.5, "n": 5,
            "datasets": ["o"],
        },
        {
            "name": "mine too", "mean": "zczMPc3MzD0=", "factor": "AACAPwAAAAAAAIA/", "offset": 0.0, "n": 5,
            "datasets": ["m"],
        },
    ],
}  # fmt: skip
OWN = {"name": "mine", "mean": "AAAAAAAAAD8=", "factor": "AACAP5qZmb7NzEw/", "offset": 0.25, "n": 7, "datasets": ["m"]}


def test_the_example_of_the_format() -> None:
    embedding = np.array([1.0, 3.0, 0.5, 0.5], np.float32).reshape(1, 2, 1, 2)
    pooled = pool(embedding)
    assert pooled.tolist() == [[2.0, 0.5, 1.0, 0.0]]
    background = background_from_json(ENCODER, 2)
    assert background.project(pooled).tolist() == [[2.0, 1.0]]
    values, nearest = score(background, [gaussian_from_json(OWN)], ["mine too"], pooled)
    assert values[0] == pytest.approx(-0.6500000041723251, abs=1e-7)
    assert nearest == ["mine"]


def test_what_is_written_is_read_back_with_the_same_score() -> None:
    background = background_from_json(ENCODER, 2)
    rng = np.random.default_rng(1)
    classes = ["a"] * 40 + ["b"] * 40
    train = rng.normal(0, 0.3, (80, 4)) + np.where(np.arange(80) < 40, 0.5, 2.5)[:, None]
    held = rng.normal(0, 0.3, (30, 4)) + np.where(np.arange(30) < 15, 0.5, 2.5)[:, None]
    domain = fit_domain(background, train, classes, held, "made kind", "made")
    entry = domain.to_json()
    assert [own["name"] for own in entry["own"]] == ["made kind", "made kind"]
    assert [t["falseRefusals"] for t in entry["thresholds"]] == [0.01, 0.05]
    # What reports compare other images with.
    assert entry["scores"] == sorted(entry["scores"]) and len(entry["scores"]) == entry["n"] == 30
    assert head_domain_from_json(entry).to_json() == entry
    assert entry["projection"] == background.digest
    again = [gaussian_from_json(own) for own in entry["own"]]
    np.testing.assert_allclose(
        score(background, again, entry["covers"], held)[0],
        score(background, domain.own, domain.covers, held)[0],
        rtol=1e-6,
    )
    said = golden_domains(background, [domain], train[0])
    assert said[0]["inDomain"] == (said[0]["score"] <= entry["thresholds"][1]["score"])
    far = score(background, domain.own, domain.covers, np.full((1, 4), 30.0))[0]
    assert far[0] > entry["thresholds"][0]["score"]


def test_a_domain_names_the_directions_it_is_in_as_core_does() -> None:
    # Core's test encoder, for which a test there has the same digits.
    projection = np.zeros((2, 8))
    projection[0, 0] = projection[1, 1] = 1
    names = {"center": encode_floats(np.zeros(8)), "projection": encode_floats(projection)}
    background = background_from_json({**ENCODER, **names})
    assert background.digest.startswith("4aba01acc773") and len(background.digest) == 64
    assert background_from_json(background.to_json()).digest == background.digest
    other = background_from_json({**ENCODER, **names, "center": encode_floats(np.ones(8))})
    assert other.digest != background.digest


def test_few_images_have_one_gaussian_and_the_largest_score_as_threshold() -> None:
    background = background_from_json(ENCODER, 2)
    few = np.random.default_rng(2).normal(0, 1, (12, 4))
    assert len(fit_domain(background, few, ["a", "b"] * 6, few, "kind", "made").own) == 1
    assert threshold_at(np.array([3.0, 1.0, 2.0]), 0.01) == 3.0
    # Rounded up: one rounded down would refuse the image that it is of.
    assert 1 / 3 <= threshold_at(np.array([1 / 3]), 0.01) <= 1 / 3 + 1e-6
    assert -2 / 3 <= threshold_at(np.array([-2 / 3]), 0.01) <= -2 / 3 + 1e-6


def test_a_threshold_keeps_a_margin_for_how_few_images_it_was_chosen_on() -> None:
    # Of 260 images, 12 beyond would be .046 of them; but from a threshold that refuses .05 of all, 9 and fewer lie
    # beyond in .16 of the draws, and 10 in .25.
    scores = np.arange(260, dtype=np.float64)
    assert threshold_at(scores, 0.05) == 247
    assert threshold_at(scores, 0.05, sure=0.8) == 250
    assert [most_beyond(n, 0.05, 0.8) for n in (31, 32, 62, 164, 347)] == [-1, 0, 1, 5, 13]
    # Too few to vouch for it, with one or with none beyond.
    assert threshold_at(scores[:31], 0.05, sure=0.8) == 30


def test_a_head_is_as_sure_of_its_default_threshold_as_it_says() -> None:
    background = background_from_json(ENCODER, 2)
    rng = np.random.default_rng(5)
    own = fit_domain(background, rng.normal(0, 1, (400, 4)), ["a"] * 400, rng.normal(0, 1, (40, 4)), "kind", "made").own
    everything = score(background, own, ("kind",), rng.normal(0, 1, (20000, 4)))[0]
    kept = 0
    for _ in range(200):
        drawn = fit_head(background, own, rng.normal(0, 1, (164, 4)), ["made"], covers=("kind",))
        kept += bool((everything > drawn.threshold).mean() <= 0.05)
    assert 0.75 <= kept / 200 <= 0.95


def test_a_background_of_another_encoder_is_refused() -> None:
    with pytest.raises(TrainError, match="does not belong to 3 channels"):
        background_from_json(ENCODER, 3)
    with pytest.raises(TrainError, match="no base64"):
        background_from_json({**ENCODER, "center": "%"}, 2)


def test_few_held_out_images_are_said_not_to_vouch_for_the_threshold() -> None:
    assert [fewest_held_out(rate) for rate in (0.01, 0.05)] == [99, 32]
    # One more of them may lie beyond the threshold, or the threshold is the rank of the highest.
    assert [most_beyond(n, 0.05, 0.8) for n in (31, 32)] == [-1, 0]
    domains = [HeadDomain((), (), {0.05: 1.0}, 0.05, n, ("d",), ("left", "right")) for n in (31, 32)]
    assert say_few(domains[1:]) == []
    (said,) = say_few(domains)
    assert said.startswith("The domain about left, right is of 31 images of val, and it takes 32 to vouch that no more")
    assert "than 5% of images like these" in said
