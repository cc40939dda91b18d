"""Copies of a picture that are mirrored or turned, on both sides of a split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medzoo_heads.__main__ import main
from medzoo_heads.embeddings.turned import TURNED, fingerprints, most_alike

from ..made_embeddings import made_masks

PICTURES = np.random.default_rng(1).integers(0, 256, (5, 3, 70, 66), np.uint8)


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_is_known_again_however_it_is_turned(quarters: int, mirrored: bool) -> None:
    square = PICTURES[..., :64, :64]
    copy = np.rot90(square[:1, :, :, ::-1] if mirrored else square[:1], quarters, (2, 3))
    lighter = np.clip(copy * 0.8 + 20, 0, 255).astype(np.uint8)
    marks = fingerprints(np.concatenate([lighter, square]))
    alike = most_alike(marks[0], marks[1:])
    assert alike[0] > TURNED
    assert alike[1:].max() < 0.5


def test_what_has_no_detail_or_is_too_small_is_like_nothing() -> None:
    flat = np.full((2, 3, 64, 64), 9, np.uint8)
    for pictures in (flat, PICTURES[..., :20, :20]):
        marks = fingerprints(pictures)
        assert most_alike(marks[0], marks[1:]).max() == 0


def test_a_mirrored_picture_in_test_is_a_leak(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = made_masks()
    made.embeddings[-1] = made.embeddings[0][:, :, ::-1]
    made.tensors["images"][-1] = made.tensors["images"][0][:, :, ::-1]
    emb = made.write(tmp_path / "emb")
    options = [
        "--out",
        str(tmp_path / "model"),
        "--task",
        "segmentation",
        "--labels",
        "a",
        "--minutes",
        "1",
        "--steps",
        "2",
    ]
    assert main(["--embeddings", str(emb), *options]) == 1
    assert "(a picture mirrored or turned: 1)" in capsys.readouterr().err
    assert "a picture mirrored or turned,train,0," in (emb / "leaks.csv").read_text(encoding="utf-8")
