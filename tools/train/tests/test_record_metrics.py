"""Metrics reach the model file of the very weights that were evaluated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medzoo_train.record_metrics import record


def evaluation(digest: str, dice: float) -> dict[str, Any]:
    return {
        "head": "automed",
        "task": "segmentation",
        "dataset": "kvasir_seg",
        "split": "test",
        "n": 104,
        "digests": {"head": digest, "encoder": "e" * 64},
        "metrics": {"dice": {"value": dice, "interval95": [dice - 0.02, dice + 0.02]}, "milliseconds": {"value": 40}},
    }


def test_an_evaluation_is_recorded_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"model": {"sha256": "a" * 64}, "metrics": []}))
    record(evaluation("a" * 64, 0.7), [file])
    record(evaluation("a" * 64, 0.81), [file])
    assert json.loads(file.read_text())["metrics"] == [
        {"name": "dice", "value": 0.81, "interval95": [0.79, 0.83], "dataset": "kvasir_seg", "split": "test", "n": 104}
    ]


def test_an_evaluation_of_other_weights_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"model": {"sha256": "a" * 64}, "metrics": []}))
    with pytest.raises(SystemExit, match="b" * 64):
        record(evaluation("b" * 64, 0.7), [file])
