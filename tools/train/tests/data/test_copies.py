"""Copies of what is held out are found in each position, and left out of training alone."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medzoo_train.data.copies import copies_of_held
from medzoo_train.data.sets import SETS
from medzoo_train.training.batches import usable_rows

BRAIN = next(spec for spec in SETS if spec.name == "brain_mri4")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ten pictures to train on. `mirrored` and `turned` are those of val and test again; `lighter` is val's, saved
    worse.
    """
    rng = np.random.default_rng(5)
    folder = tmp_path / BRAIN.name
    (folder / "images").mkdir(parents=True)
    pictures = {f"{split}{i}": (split, draw(rng)) for split in ("train", "val", "test") for i in range(7)}
    pictures["mirrored"] = ("train", pictures["val3"][1][:, ::-1])
    pictures["turned"] = ("train", np.rot90(pictures["test5"][1][::-1], 3))
    pictures["lighter"] = ("train", np.clip(pictures["val1"][1][::-1] * 0.8 + 30, 0, 255))
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "image", "label", "split"])
        for name, (split, picture) in pictures.items():
            Image.fromarray(picture.astype(np.uint8)).save(folder / "images" / f"{name}.jpg", quality=80)
            writer.writerow([name, f"images/{name}.jpg", BRAIN.classes[0], split])
    return tmp_path


def draw(rng: np.random.Generator) -> np.ndarray:
    """A picture with detail at every scale, uint8 [128, 128]."""
    scales = [np.kron(rng.random((2**k, 2**k)), np.ones((128 >> k, 128 >> k))) for k in range(2, 7)]
    noise = np.sum(scales, axis=0)
    return np.asarray(255 * noise / noise.max()).astype(np.uint8)


def test_copies_are_found_in_every_position(root: Path) -> None:
    assert copies_of_held(root / BRAIN.name) == {"mirrored", "turned", "lighter"}


def test_training_goes_without_them_where_a_set_says_so(root: Path) -> None:
    assert [row.id for row in usable_rows(BRAIN, root, "train")] == [f"train{i}" for i in range(7)]
    assert len(usable_rows(BRAIN, root, "val")) == 7
    assert len(usable_rows(replace(BRAIN, drop_copies=False), root, "train")) == 10
