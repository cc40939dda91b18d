"""Mixtures of channels: drawn once for everybody, chosen on val, and read by the file of a head as by its probe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import onnx
import pytest

from medzoo_heads.classify.graphs import medcls_graph, probe_graph
from medzoo_heads.classify.medcls import first_weights, forward
from medzoo_heads.classify.probe import Probe
from medzoo_heads.domain.pooling import pool
from medzoo_heads.embeddings.embeddings import Embeddings
from medzoo_heads.embeddings.pooled import Pooled
from medzoo_heads.embeddings.splits import split_rows
from medzoo_heads.export.graph import check_same, open_session, run_model
from medzoo_heads.mixtures.mixed import look_closer
from medzoo_heads.mixtures.mixtures import COUNT, WIDTH, Mixtures, draw_mixtures
from medzoo_heads.numbers.graphs import attention_graph
from medzoo_heads.numbers.graphs import probe_graph as number_graph
from medzoo_heads.prepare import Data
from medzoo_heads.training import Clock

from .made_embeddings import SHAPE, Made, made_classes, made_numbers
from .test_whole import check_model_file, read, train

#: More channels than are mixed.
WIDE = (WIDTH + 8, 4, 6)
CLASSES = 3


@pytest.fixture
def values() -> Any:
    return np.random.default_rng(1).normal(0.3, 1, (5, *WIDE)).astype(np.float32)


@pytest.fixture
def probe(values: Any) -> Probe:
    rng = np.random.default_rng(2)
    weight = rng.normal(0, 0.3, (CLASSES, 2 * WIDE[0] + COUNT))
    return Probe(weight, rng.normal(0, 1, CLASSES), 1.0).reading(draw_mixtures(pool(values)))


def mixtures_of(probe: Probe) -> Mixtures:
    assert probe.mixtures is not None
    return probe.mixtures


def shaken(probe: Probe) -> dict[str, Any]:
    """Weights of a network behind the probe, none of which is zero."""
    rng = np.random.default_rng(3)
    drawn = first_weights(WIDE[0], probe, 3)
    return {name: (array + rng.normal(0, 0.1, array.shape)).astype(np.float32) for name, array in drawn.items()}


def test_a_mixture_is_a_sum_of_the_last_channels_that_deviate_alike() -> None:
    rng = np.random.default_rng(4)
    sizes = np.geomspace(0.1, 10, WIDE[0])
    values = rng.normal(0, 1, (40, *WIDE)) * sizes[:, None, None]
    mixtures = draw_mixtures(pool(values.astype(np.float32)))
    assert mixtures.matrix.shape == (COUNT, WIDTH)
    np.testing.assert_allclose(mixtures.scale * sizes[-WIDTH:], WIDTH**-0.5, rtol=0.2)
    found = mixtures.deviations(values.astype(np.float32))
    last = values[:, -WIDTH:].reshape(40, WIDTH, -1)
    expected = np.einsum("mc,ncp->nmp", mixtures.signs * mixtures.scale.astype(np.float64), last).std(2)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    # Of channels by themselves, a mixture deviates as one of them; of channels that move together, more or less.
    assert found.mean() == pytest.approx(1, abs=0.1)


def test_everybody_mixes_alike() -> None:
    pooled = np.random.default_rng(5).uniform(0.5, 1, (9, 2 * WIDE[0]))
    first, second = draw_mixtures(pooled), draw_mixtures(pooled)
    np.testing.assert_array_equal(first.signs, second.signs)
    np.testing.assert_array_equal(first.scale, second.scale)
    assert {-1, 1} == set(np.unique(first.signs).tolist())
    # An embedding of fewer channels is mixed whole.
    assert draw_mixtures(pooled[:, :10]).matrix.shape == (COUNT, 5)


def test_a_channel_without_deviation_stays_small() -> None:
    pooled = np.random.default_rng(6).uniform(0.5, 1, (9, 2 * WIDE[0]))
    pooled[:, [WIDE[0] - 1, 2 * WIDE[0] - 1]] = 7, 0
    scale = draw_mixtures(pooled).scale
    assert np.isfinite(scale).all()
    assert scale.max() <= 20.001 * np.median(scale)


def test_the_files_answer_as_probe_and_network(probe: Probe, values: Any) -> None:
    expected = probe.ask(values).astype(np.float32)
    for model, output in ((probe_graph(probe, WIDE), "logits"), (number_graph(probe, WIDE, "values"), "values")):
        check_same(run_model(open_session(model), {"embedding": values}), {output: expected})
        # A byte for each sign: of four, these would be 98 kB.
        assert len(model.SerializeToString()) < 4 * 2 * probe.weight.size + COUNT * WIDTH + 8000
    weights, mixtures = shaken(probe), mixtures_of(probe)
    network = jax.jit(lambda w, x: forward(w, x, mixtures=mixtures))(weights, values)
    named = dict(zip(("logits", "attention", "evidence"), map(np.asarray, network), strict=True))
    found = run_model(open_session(medcls_graph(weights, WIDE, mixtures)), {"embedding": values})
    check_same(found, named)
    model = attention_graph(weights, WIDE, "values", mixtures)
    check_same(run_model(open_session(model), {"embedding": values}), {"values": named["logits"]})


def test_evidence_sums_to_the_margin_but_for_a_constant(probe: Probe, values: Any) -> None:
    found = run_model(open_session(probe_graph(probe, WIDE)), {"embedding": values})
    for logits, evidence in zip(found["logits"] - probe.bias, found["evidence"], strict=True):
        top = (logits + probe.bias).argmax()
        assert evidence.sum() == pytest.approx(logits[top] - np.delete(logits, top).mean(), abs=2e-3)


def test_training_leaves_the_mixtures_weights_alone(probe: Probe, values: Any) -> None:
    mixtures = mixtures_of(probe)
    slope = jax.grad(lambda w: forward(w, values, mixtures=mixtures)[0].sum())(shaken(probe))["probe"]
    assert np.abs(slope[:, : 2 * WIDE[0]]).min() > 0
    assert np.abs(slope[:, 2 * WIDE[0] :]).max() == 0


def together(made: Made, moves: Any) -> Made:
    """Channels 4 and 5 rise and fall together where `moves(row)` says so, else against each other; no mean and no
    deviation of a channel tells which.
    """
    rng = np.random.default_rng(7)
    made.embeddings = rng.normal(0, 1, made.embeddings.shape).astype(np.float16)
    for values, row in zip(made.embeddings, made.rows, strict=True):
        values[5] = values[4] if moves(row) else -values[4]
    return made


def test_a_head_reads_mixtures_where_only_they_tell_the_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = together(made_classes(), lambda row: row["label"] == "ridge")
    content = train(made.write(tmp_path / "emb"), tmp_path / "model")
    assert "The head reads the mixtures too." in capsys.readouterr().err
    check_model_file(content, tmp_path / "model")
    assert [spec["name"] for spec in content["model"]["inputs"]] == ["embedding"]
    assert next(metric["value"] for metric in content["metrics"] if metric["name"] == "accuracy") > 0.9
    assert read(tmp_path / "model" / "training.json")["mixtures"] is True


def test_a_head_does_without_mixtures_where_means_are_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(made_classes().write(tmp_path / "emb"), tmp_path / "model")
    assert "The head does without mixtures." in capsys.readouterr().err
    assert read(tmp_path / "model" / "training.json")["mixtures"] is False
    graph = onnx.load(str(tmp_path / "model" / "head.onnx")).graph
    assert not [tensor.name for tensor in graph.initializer if tensor.name.startswith("signs")]


@pytest.mark.parametrize("told", [True, False])
def test_numbers_and_several_labels_read_mixtures_where_only_these_tell_them(told: bool, tmp_path: Path) -> None:
    made = made_numbers() if told else together(made_numbers(), lambda row: row["index:thick"] == "1")
    emb = made.write(tmp_path / "emb")
    thick = train(emb, tmp_path / "thick", "--task", "multilabel", "--labels", "thick")
    assert next(metric["value"] for metric in thick["metrics"] if metric["name"] == "auroc") > 0.8
    length = train(emb, tmp_path / "length", "--task", "regression", "--quantity", "length=mm")
    # Lengths deviate by 10; whether an image is thick follows from its length.
    assert next(metric["value"] for metric in length["metrics"] if metric["name"] == "mae") < (3 if told else 8)
    for name in ("thick", "length"):
        assert json.loads((tmp_path / name / "training.json").read_text())["mixtures"] is not told


def test_images_are_not_looked_at_where_that_or_a_fit_takes_too_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = together(made_classes(), lambda row: row["label"] == "ridge")
    embeddings = Embeddings(made.write(tmp_path / "emb"))
    splits = split_rows(embeddings.rows)
    data = Data(splits, Pooled(embeddings, embeddings.rows))
    mixed = look_closer(embeddings, data, Clock(3), 0)
    assert mixed is not None
    assert mixed.of(splits.val).shape == (len(splits.val), 2 * SHAPE[0] + COUNT)
    # Of three minutes, half are for this, and the fit takes up to three times as long as the plain one did.
    assert look_closer(embeddings, data, Clock(3), 25) is not None
    assert look_closer(embeddings, data, Clock(3), 35) is None
    assert look_closer(embeddings, data, Clock(1e-6), 0) is None
    assert capsys.readouterr().err.count("Mixtures of channels are left out") == 2

    monkeypatch.setattr("medzoo_heads.mixtures.mixed.MOST_TIME", 0.0)
    train(tmp_path / "emb", tmp_path / "model")
    assert "Mixtures of channels are left out" in capsys.readouterr().err
    assert read(tmp_path / "model" / "training.json")["mixtures"] is False
