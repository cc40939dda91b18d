"""medzoo-train's arithmetic gives the numbers that these commands computed before they had it from there.

They were computed with the code of commit e1c4ee2, on the same drawn data. Temperatures agree to the digits that are
kept where the loss was in float64; the losses were in float32, and their temperatures lay up to 4 in 10,000 beside.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from medzoo_heads.classify.calibrate import conformal_quantiles, fit_temperature
from medzoo_heads.domain.gaussian import fit_gaussian
from medzoo_heads.domain.pooling import pool
from medzoo_heads.domain.score import fit_head, fit_own, score
from medzoo_heads.segment.presence import presence_threshold

from medzoo_train.domain.background import Domain, fit_background
from medzoo_train.export.golden import class_answer
from medzoo_train.export.graph.onnx_file import open_onnx
from medzoo_train.export.int8.held_answers import Classifier, calibration_error, covered_by

RNG = np.random.default_rng(7)
EMBEDDINGS = RNG.normal(0, 1, (5, 6, 3, 4)).astype(np.float32)
PROJECTED = RNG.normal(0, [1.0, 2.0, 0.5], (80, 3))


def cloud(at: float, n: int = 150) -> np.ndarray:
    pooled = RNG.normal(0, 1, (n, 8))
    pooled[:, :3] += at
    return pooled


KINDS = {"one": cloud(0.0), "two": cloud(4.0, 60), "three": cloud(-5.0, 20)}
TRAIN, HELD = np.concatenate([cloud(0.0, 40), cloud(1.0, 40)]), cloud(0.5, 300)
LOGITS = RNG.normal(0, 2.5, (400, 3)).astype(np.float32)
CHANCES = np.exp(LOGITS / 1.7)
CHANCES /= CHANCES.sum(1, keepdims=True)
LABELS = np.array([RNG.choice(3, p=p / p.sum()) for p in CHANCES])
RNG.normal(0, 2, (150, 3))
WORTH, ABSENT = RNG.normal(4, 1, 30).astype(np.float32), RNG.normal(-3, 2, 40).astype(np.float32)


def test_domains() -> None:
    assert pool(EMBEDDINGS)[0, :3] == pytest.approx(
        [-0.09805540374751824, -0.6853834603292247, -0.5468921434755126], rel=1e-9
    )
    fitted = fit_gaussian(PROJECTED, 0.3, "k", ("s",))
    assert fitted.offset == pytest.approx(0.009722, abs=1e-9)
    assert fitted.to_json()["factor"] == "J+F9PyvBBD2zLSk/m2iou+Qzrj0MXMI/"
    background = fit_background({name: Domain(pooled, (name,)) for name, pooled in KINDS.items()}, directions=5)
    own = fit_own(background, TRAIN, ["a"] * 40 + ["b"] * 40, "mine", "set")
    head = fit_head(background, own, HELD, ["set"], 0.05)
    assert (head.covers, len(head.own)) == (("one",), 2)
    # Factors are stored as float32, whose last digit may be another on another processor.
    assert head.thresholds == {0.01: pytest.approx(0.983077, abs=2e-6), 0.05: pytest.approx(-1.04021, abs=2e-6)}
    without_margin = fit_head(background, own, HELD, ["set"], 0.05, sure={})
    assert without_margin.thresholds[0.05] == pytest.approx(-1.275737, abs=2e-6)
    before = [-0.7571605629979352, -0.5409742093611047, -2.9890612743444045, -3.2332083999119607]
    assert score(background, head.own, head.covers, HELD[:4])[0] == pytest.approx(before, abs=2e-6)


def test_calibration() -> None:
    before = [0.801966667175293, 0.8524077534675598, 0.8416450619697571]
    assert conformal_quantiles(CHANCES, LABELS) == pytest.approx(before, rel=1e-9)
    assert fit_temperature(LOGITS.astype(np.float64), LABELS) == pytest.approx(1.740500316578606, abs=1e-5)
    probabilities = (CHANCES / CHANCES.sum(1, keepdims=True)).astype(np.float64)
    labels = torch.from_numpy(LABELS)
    head = Classifier(open_onnx, ("a", "b", "c"), 1.0, np.array([0.3, 0.6, 0.2]), 0.1, None)  # type: ignore[arg-type]
    found = covered_by(head, probabilities, labels)
    assert found is not None and found.sum() == 329
    assert calibration_error(probabilities, labels) == pytest.approx(0.05485540091991425, rel=1e-9)


def test_presence_and_answers() -> None:
    assert presence_threshold(WORTH, ABSENT) == pytest.approx(0.9504880011081696, rel=1e-9)
    assert presence_threshold(WORTH, ABSENT + 8) == pytest.approx(1.1553993225097656, rel=1e-9)
    scores = class_answer(torch.from_numpy(LOGITS[:1]), ["a", "b", "c"], 1.3)["scores"]
    before = {"a": 0.01413654940097403, "b": 0.5434402110470617, "c": 0.4424232395519642}
    assert scores == pytest.approx(before, rel=1e-9)
