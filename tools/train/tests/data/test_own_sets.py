"""Data sets of one's own beside those of medzoo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from medzoo_train.data.own_sets import OwnSetError, read_own_sets
from medzoo_train.data.sets import OURS
from tests.tiny_data import draw_sets

POLYPS = {
    "name": "our_polyps", "kind": "segmentation", "modality": "ES", "licence": "CC0-1.0", "source": "our hospital",
    "grouping": "patient", "subject": "polyp", "augmentation": {"rotate": 180, "flip_y": True},
}  # fmt: skip
FILMS = {
    "name": "our_films", "kind": "classification", "modality": "DX", "licence": "CC0-1.0", "source": "our hospital",
    "grouping": "patient", "subject": "chest-xray-pneumonia",
}  # fmt: skip


def read(folder: Path, *entries: Any) -> Any:
    path = folder / "sets.json"
    path.write_text(json.dumps(list(entries)))
    return read_own_sets(path, OURS)


def test_a_set_is_described_as_ours_are(tmp_path: Path) -> None:
    polyps, films = read(tmp_path, POLYPS, FILMS)
    assert (polyps.subject, polyps.augmentation.rotate, polyps.augmentation.flip_y, polyps.classes) == (
        "polyp",
        180,
        True,
        (),
    )
    # In the order of the outputs of the model that is there.
    assert films.classes == ("normal", "pneumonia")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (POLYPS | {"subject": "stomach"}, 'no model answers "stomach"; they answer .*polyp.* npm create @medzoo/head'),
        (POLYPS | {"name": "kvasir_seg"}, 'two sets are called "kvasir_seg"'),
        (POLYPS | {"licence": ""}, "licence is missing"),
        (POLYPS | {"kind": "detection"}, "expected a kind of segmentation or classification"),
        (POLYPS | {"modalty": "ES"}, 'there is no field "modalty"'),
        (POLYPS | {"augmentation": {"turn": 3}}, 'augmentation has no "turn"'),
        (FILMS | {"classes": ["pneumonia", "normal"]}, "expected the classes normal, pneumonia, in this order"),
        ("our_polyps", "expected an object"),
    ],
)
def test_what_will_not_do(entry: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(OwnSetError, match=said):
        read(tmp_path, entry)
    (tmp_path / "sets.json").write_text("{")
    with pytest.raises(OwnSetError, match="cannot be read as JSON"):
        read_own_sets(tmp_path / "sets.json", OURS)


def test_a_command_learns_from_a_set_that_is_added(tmp_path: Path) -> None:
    """It is told of the set by nothing but the file, and says how well it does on it."""
    data = draw_sets(tmp_path / "data")
    (tmp_path / "sets.json").write_text(json.dumps([POLYPS]))
    (data / "kvasir_seg").rename(data / "our_polyps")
    draw_sets(tmp_path / "more")
    (tmp_path / "more" / "kvasir_seg").rename(data / "kvasir_seg")
    command = [
        sys.executable,
        "-m",
        "medzoo_train.pretrain_prompts",
        "--data",
        str(data),
        "--out",
        str(tmp_path / "p.pth"),
    ]
    command += ["--steps", "1", "--batch", "2", "--threads", "1", "--dim", "32"]
    environment = {**os.environ, "MEDZOO_OWN_SETS": str(tmp_path / "sets.json")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "our_polyps" in done.stdout + done.stderr
