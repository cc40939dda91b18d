"""The domain score: the arithmetic of the format, thresholds, and a command for somebody else's head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from medzoo_heads.domain.background import background_from_json
from medzoo_heads.domain.gaussian import Gaussian, decode_floats, encode_floats, fit_gaussian, gaussian_from_json
from medzoo_heads.domain.pooling import pool
from medzoo_heads.domain.score import HeadDomain, fit_head, head_domain_from_json, score, threshold_at
from PIL import Image

from medzoo_train.data.index import Row
from medzoo_train.domain import thresholds
from medzoo_train.domain.background import Domain, fit_background
from medzoo_train.domain.entries import put
from medzoo_train.domain.pooled import PooledEncoder, pool_rows
from medzoo_train.domain.thresholds import renew_file

RNG = np.random.default_rng(0)


def cloud(at: float, n: int = 200, width: int = 12, spread: float = 1.0) -> np.ndarray:
    """Images of one kind: they differ from another kind's in the first three numbers only."""
    x = RNG.normal(0, spread, (n, width))
    x[:, :3] += at
    return x


def test_pooling_is_the_mean_and_the_population_deviation_of_each_channel() -> None:
    embedding = np.array([[[1.0, 3.0], [5.0, 7.0]], [[2.0, 2.0], [2.0, 2.0]]], np.float32)
    assert pool(embedding[None]).tolist() == [pytest.approx([4.0, 2.0, np.sqrt(5.0), 0.0])]


def test_a_gaussian_survives_json_and_measures_minus_two_log_density() -> None:
    z = RNG.normal(0, [1.0, 2.0], (500, 2))
    fitted = fit_gaussian(z, 0.0, "kind", ("set",))
    again = gaussian_from_json(json.loads(json.dumps(fitted.to_json())))
    point = np.array([[0.5, -1.0], [3.0, 3.0]])
    assert again.distance(point) == pytest.approx(fitted.distance(point), abs=1e-9)
    covariance = np.cov(z.T, bias=True) + 1e-4 * np.eye(2)
    away = point - z.mean(0)
    expected = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away) + np.log(np.linalg.det(covariance))
    assert fitted.distance(point) == pytest.approx(expected, rel=1e-4)
    assert (again.name, again.datasets, again.n) == ("kind", ("set",), 500)


def test_a_factor_of_another_size_is_refused() -> None:
    content = {"mean": encode_floats(np.zeros(3)), "factor": encode_floats(np.zeros(3)), "offset": 0.0, "n": 1}
    with pytest.raises(ValueError, match="expected 6"):
        gaussian_from_json(content)


def test_floats_are_little_endian_float32_in_base64() -> None:
    assert encode_floats(np.array([1.0, -2.0])) == "AACAPwAAAMA="
    assert decode_floats("AACAPwAAAMA=") == pytest.approx([1.0, -2.0])


def test_what_is_kept_of_a_set_is_not_embedded_again(tmp_path: Path) -> None:
    class Counting:
        seen = 0

        def pooled(self, image: np.ndarray) -> np.ndarray:
            self.seen += 1
            return np.array([image.mean(), self.seen])

    encoder, rows = Counting(), []
    for i in range(5):
        path = tmp_path / f"{i}.png"
        Image.fromarray(np.full((4, 4, 3), 10 * i, np.uint8)).save(path)
        rows.append(Row(str(i), path, None, "", "train", str(i)))
    kept = tmp_path / "kept.npz"
    first = pool_rows(cast(PooledEncoder, encoder), rows[:3], "set", kept)
    again = pool_rows(cast(PooledEncoder, encoder), rows[::-1], "set", kept)
    assert encoder.seen == 5
    assert again[:, 0].tolist() == [40, 30, 20, 10, 0]
    assert np.array_equal(again[2:], first[::-1])


def domains() -> dict[str, Domain]:
    return {name: Domain(cloud(at), (name,)) for name, at in (("one", 0.0), ("two", 4.0), ("three", -5.0))}


def test_a_head_knows_its_own_from_known_and_from_unknown_kinds() -> None:
    background = background_from_json(json.loads(json.dumps(fit_background(domains(), directions=6).to_json())))
    own = background.fit(cloud(0.0), "mine", ["set"])
    head = fit_head(background, [own], cloud(0.0, 300), ["set"], use=0.05)
    assert head.covers == ("one",)
    assert list(head.thresholds) == [0.01, 0.05] and head.thresholds[0.01] > head.thresholds[0.05]
    assert len(head.scores) == head.n == 300 and list(head.scores) == sorted(head.scores)
    assert head_domain_from_json(json.loads(json.dumps(head.to_json()))).scores == head.scores
    inside, near = score(background, head.own, head.covers, cloud(0.0, 400))
    assert (inside > head.threshold).mean() < 0.12 and near.count("mine") > 380
    known, nearest = score(background, head.own, head.covers, cloud(4.0, 100))
    assert (known > head.threshold).mean() == 1.0 and set(nearest) == {"two"}
    unknown, _ = score(background, head.own, head.covers, cloud(14.0, 100))
    assert (unknown > head.threshold).mean() == 1.0


def test_without_what_it_covers_a_head_would_refuse_its_own() -> None:
    background = fit_background(domains(), directions=6)
    own = background.fit(cloud(0.0), "mine", ["set"])
    held = cloud(0.0, 300)
    with_rival, _ = score(background, [own], (), held)
    without, _ = score(background, [own], ("one",), held)
    assert np.median(with_rival) > np.median(without)


def test_thresholds_are_those_of_split_conformal_prediction() -> None:
    scores = np.arange(100, dtype=np.float64)
    assert threshold_at(scores, 0.05) == 95.0
    assert threshold_at(scores, 0.01) == 99.0
    assert threshold_at(scores[:20], 0.01) == 19.0


def test_a_threshold_as_it_is_stored_refuses_no_more_than_its_share() -> None:
    background = fit_background(domains(), directions=6)
    own = background.fit(cloud(0.0), "mine", ["set"])
    for _ in range(12):
        # Rank 19 of 19: none of them may lie beyond, also not the one that gave the threshold, for being rounded down.
        held = cloud(0.0, 19)
        stored = fit_head(background, [own], held, ["set"], use=0.05, covers=("one",)).to_json()["thresholds"][1]
        scores, _ = score(background, [own], ("one",), held)
        assert stored["falseRefusals"] == 0.05
        assert scores.max() <= stored["score"] <= scores.max() + 1e-6


def test_a_score_by_hand() -> None:
    """The example of docs: one dimension after projection, so that it can be followed."""
    background = background_from_json(
        {
            "pooling": "mean-std",
            "center": encode_floats(np.array([1.0, 0.0])),
            "projection": encode_floats(np.array([[2.0, 0.0]])),
            "background": Gaussian(np.array([0.0]), np.array([[0.25]]), float(np.log(16)), 9).to_json(),
            "known": [Gaussian(np.array([6.0]), np.array([[1.0]]), 0.0, 5, "other", ("o",)).to_json()],
        }
    )
    own = Gaussian(np.array([0.0]), np.array([[1.0]]), 0.0, 7, "mine", ("m",))
    # x = (2, 0) -> z = 2: own 4, background 0.25 + log 16, other 16.
    values, nearest = score(background, [own], (), np.array([[2.0, 0.0], [4.0, 0.0]]))
    assert values[0] == pytest.approx(4 - (0.25 + np.log(16)))
    # z = 6: own 36, other 0.
    assert values[1] == pytest.approx(36.0)
    assert nearest == ["mine", "other"]


def test_entries_of_targets_keep_the_order_of_labels_and_replace_their_own(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"labels": ["a", "b"], "metrics": [], "licence": "x"}))
    own = (Gaussian(np.zeros(1), np.eye(1), 0.0, 5, "mine", ("m",)),)
    for label, value in (("b", 1.0), ("a", 2.0), ("b", 3.0)):
        put(file, HeadDomain(own, (), {0.01: value, 0.05: value}, 0.01, 5, ("m",), (label,)))
    content = json.loads(file.read_text())
    assert list(content) == ["labels", "domains", "metrics", "licence"]
    found = [head_domain_from_json(entry) for entry in content["domains"]]
    assert [(entry.labels, entry.threshold) for entry in found] == [(("a",), 2.0), (("b",), 3.0)]


def test_thresholds_are_renewed_from_the_scores_that_were_kept(tmp_path: Path) -> None:
    background = fit_background(domains(), directions=6)
    own = background.fit(cloud(0.0), "mine", ["set"])
    held = cloud(0.0, 164)
    fitted = fit_head(background, [own], held, ["set"], covers=("one",))
    five_before = threshold_at(score(background, [own], ("one",), held)[0], 0.05)
    at: dict[str, float] = {"falseRefusals": 0.05, "score": five_before}
    entry = fitted.to_json()
    kept = {**entry, "thresholds": [entry["thresholds"][0], at]}
    model, golden = tmp_path / "model.json", tmp_path / "golden.json"
    model.write_text(json.dumps({"labels": ["a"], "domains": [kept], "metrics": []}))
    between = (fitted.threshold + five_before) / 2
    golden.write_text(json.dumps({"domains": [{"score": between, "threshold": five_before, "inDomain": False}]}))
    renew_file(model, golden)
    after = json.loads(model.read_text())
    one, five = after["domains"][0]["thresholds"]
    assert one == entry["thresholds"][0]
    assert fitted.threshold <= five["score"] <= fitted.threshold + 0.01
    assert fitted.threshold > five_before + 0.02
    assert {**after["domains"][0], "thresholds": 0} == {**kept, "thresholds": 0}
    assert json.loads(golden.read_text())["domains"] == [
        {"score": between, "threshold": five["score"], "inDomain": True}
    ]
    renew_file(model, None)
    assert json.loads(model.read_text()) == after


def test_thresholds_are_not_renewed_from_some_of_the_scores(tmp_path: Path) -> None:
    background = fit_background(domains(), directions=6)
    fitted = fit_head(background, [background.fit(cloud(0.0), "mine", ["set"])], cloud(0.0, 40), ["set"])
    (tmp_path / "model.json").write_text(json.dumps({"domains": [{**fitted.to_json(), "scores": [1.0]}]}))
    with pytest.raises(SystemExit, match="keeps 1 scores of the 40"):
        renew_file(tmp_path / "model.json", None)


def test_thresholds_are_measured_on_the_images_of_the_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    background = fit_background(domains(), directions=6)
    own = background.fit(cloud(0.0), "mine", ["set"])
    fitted = fit_head(background, [own], cloud(0.0, 40), ["set"], covers=("one",), labels=("a",))
    model, encoder = tmp_path / "model.json", tmp_path / "encoder.json"
    model.write_text(json.dumps({"labels": ["a"], "domains": [fitted.to_json()]}))
    held = cloud(0.0, 164)
    monkeypatch.setattr(thresholds, "read_encoder", lambda file: {"domain": background.to_json(), "file": file})
    monkeypatch.setattr(thresholds, "PooledEncoder", lambda *_: None)
    monkeypatch.setattr(thresholds, "read_index", lambda data, split: [(data.name, split)])
    monkeypatch.setattr(thresholds, "pool_rows", lambda looker, rows, title: held if rows == [("set", "val")] else None)
    with pytest.raises(SystemExit, match="chosen on set, and --data is another set"):
        renew_file(model, None, (encoder, tmp_path / "other"))
    renew_file(model, None, (encoder, tmp_path / "set"))
    entry = json.loads(model.read_text())["domains"][0]
    again = head_domain_from_json(entry)
    scores = np.sort(score(background_from_json(background.to_json()), again.own, ("one",), held)[0])
    assert again.n == len(again.scores) == 164
    assert again.threshold == pytest.approx(scores[-6], abs=1e-4)
    assert {**entry, "thresholds": 0, "n": 0, "scores": 0} == {**fitted.to_json(), "thresholds": 0, "n": 0, "scores": 0}
