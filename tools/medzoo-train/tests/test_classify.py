"""The probe, the head with attention, and their files."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

from medzoo_heads.classify.graphs import medcls_graph, probe_graph
from medzoo_heads.classify.medcls import first_weights, forward
from medzoo_heads.classify.probe import Probe, fit_probe
from medzoo_heads.domain.pooling import pool
from medzoo_heads.errors import TrainError
from medzoo_heads.export.check import check_head
from medzoo_heads.export.graph import check_same, open_session, run_model

SHAPE, CLASSES = (16, 4, 6), 3


@pytest.fixture
def values() -> Any:
    return np.random.default_rng(1).normal(0.3, 1, (5, *SHAPE)).astype(np.float32)


def probe_of(seed: int) -> Probe:
    rng = np.random.default_rng(seed)
    return Probe(rng.normal(0, 0.5, (CLASSES, 2 * SHAPE[0])), rng.normal(0, 1, CLASSES), 1.0)


def weights_of(seed: int) -> dict[str, Any]:
    """With biases that are not zero, or an export that forgot one would go unseen."""
    rng = np.random.default_rng(seed)
    drawn = first_weights(SHAPE[0], probe_of(seed), seed)
    return {name: (array + rng.normal(0, 0.3, array.shape)).astype(np.float32) for name, array in drawn.items()}


def test_the_file_answers_as_the_network(values: Any) -> None:
    weights = weights_of(1)
    found = run_model(open_session(medcls_graph(weights, SHAPE).SerializeToString()), {"embedding": values})
    expected = map(np.asarray, jax.jit(forward)(weights, values))
    check_same(found, dict(zip(("logits", "attention", "evidence"), expected, strict=True)))
    assert found["attention"].shape == (5, 4, 6)
    np.testing.assert_allclose(found["attention"].sum((1, 2)), 1, atol=1e-5)


@pytest.mark.parametrize("kind", ["head", "probe"])
def test_evidence_sums_to_the_margin_but_for_a_constant(kind: str, values: Any) -> None:
    probe, weights = probe_of(2), weights_of(2)
    model = medcls_graph(weights, SHAPE) if kind == "head" else probe_graph(probe, SHAPE)
    found = run_model(open_session(model.SerializeToString()), {"embedding": values})
    head_constant = (weights["seen_bias"] * weights["classes"]).sum(1) + weights["probe_bias"]
    constant = probe.bias if kind == "probe" else head_constant
    explained = found["logits"] - constant
    for logits, free, evidence in zip(found["logits"], explained, found["evidence"], strict=True):
        top = logits.argmax()
        margin = free[top] - np.delete(free, top).mean()
        assert evidence.sum() == pytest.approx(margin, abs=2e-4)


def test_the_file_of_the_probe_is_the_probe(values: Any) -> None:
    probe = probe_of(3)
    found = run_model(open_session(probe_graph(probe, SHAPE).SerializeToString()), {"embedding": values})
    check_same(found, {"logits": probe.logits(pool(values)).astype(np.float32)})


def test_the_head_begins_as_the_probe(values: Any) -> None:
    probe = probe_of(7)
    model = medcls_graph(first_weights(SHAPE[0], probe, 1), SHAPE)
    found = run_model(open_session(model), {"embedding": values})
    check_same(found, {"logits": probe.logits(pool(values)).astype(np.float32)})


def test_a_picture_of_one_colour_has_finite_answers() -> None:
    probe = Probe(np.ones((CLASSES, 2 * SHAPE[0])), np.zeros(CLASSES), 1.0)
    for model in (probe_graph(probe, SHAPE), medcls_graph(weights_of(4), SHAPE)):
        found = run_model(open_session(model.SerializeToString()), {"embedding": np.zeros((1, *SHAPE), np.float32)})
        assert all(np.isfinite(answer).all() for answer in found.values())


def test_the_probe_tells_apart_what_can_be_told_apart_linearly() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(0, 3, (300, 8)) + 50
    labels = (x[:, 2] - x[:, 5] > 0).astype(np.int64)
    probe = fit_probe(x[:200], labels[:200], x[200:], labels[200:], 2)
    assert (probe.logits(x[200:]).argmax(1) == labels[200:]).mean() > 0.93


def test_a_difference_between_file_and_network_is_found() -> None:
    same = np.ones((1, 2), np.float32)
    check_same({"logits": same + 5e-5}, {"logits": same})
    for other in (same + 1e-3, same * np.nan, np.ones((1, 3), np.float32)):
        with pytest.raises(TrainError):
            check_same({"logits": other}, {"logits": same})


def test_weights_that_are_not_finite_and_missing_places_are_refused() -> None:
    weights = weights_of(6)
    check_head(medcls_graph(weights, SHAPE).SerializeToString(), ["a", "b", "c"])
    with pytest.raises(TrainError, match=r"2 labels \(a, b\); expected \[2, 2, "):
        check_head(medcls_graph(weights, SHAPE).SerializeToString(), ["a", "b"])
    weights["mix"][0, 0] = np.nan
    with pytest.raises(TrainError, match="not finite"):
        check_head(medcls_graph(weights, SHAPE).SerializeToString(), ["a", "b", "c"])
