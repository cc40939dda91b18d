"""Folders as `medzoo embed` writes them, small and made up."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

SHAPE = (12, 8, 8)
SEEN = "5e" * 32
DIGEST = "ab" * 32
# fmt: off
COLUMNS = (
    "row", "shard", "index", "file", "split", "label", "mask", "copy", "augmentation", "width", "height", "group",
    "sha256",
)
# fmt: on
COUNTS = {"train": 24, "val": 12, "test": 12}


@dataclass
class Made:
    """Rows and embeddings that a test may change before it writes them."""

    rows: list[dict[str, Any]]
    embeddings: npt.NDArray[np.float16]
    tensors: dict[str, npt.NDArray[np.uint8]]
    about: dict[str, Any]
    per_shard: int = 50

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        shards: list[str] = []
        for start in range(0, len(self.rows), self.per_shard):
            part = slice(start, start + self.per_shard)
            name = f"shard-{len(shards):05d}.safetensors"
            shards.append(name)
            tensors: dict[str, npt.NDArray[Any]] = {"embeddings": self.embeddings, **self.tensors}
            save_file({key: np.ascontiguousarray(values[part]) for key, values in tensors.items()}, folder / name)
            for index, row in enumerate(self.rows[part]):
                row |= {"row": start + index, "shard": name, "index": index}
        with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
            further = sorted({name for row in self.rows for name in row if name.startswith("index:")})
            writer = csv.DictWriter(file, [*COLUMNS, *further], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows)
        about = {**self.about, "rows": len(self.rows), "shards": shards}
        (folder / "embed.json").write_text(json.dumps(about), encoding="utf-8")
        return folder


def about() -> dict[str, Any]:
    return {
        "format": "medzoo-embeddings/1",
        "encoder": {"id": "tiny", "digest": DIGEST, "package": "@medzoo/tiny", "version": "1.0.0"},
        "preprocess": {"size": {"width": 32, "height": 32}, "channels": "rgb", "mean": [120.0] * 3, "std": [60.0] * 3},
        "embedding": {"shape": list(SHAPE), "dtype": "float16"},
        "copies": 1,
        "seed": 1,
        "dataset": "made",
        "seen": SEEN,
        "createdBy": "medzoo test",
    }


def made_classes(labels: Sequence[str] = ("flat", "ridge"), copies: int = 1, seed: int = 1) -> Made:
    """Each label has a pattern of its own, in one place of the grid, under noise."""
    rng = np.random.default_rng(seed)
    patterns = rng.normal(0, 1, (len(labels), SHAPE[0]))
    rows: list[dict[str, Any]] = []
    values = []
    for split, count in COUNTS.items():
        for label_number, label in enumerate(labels):
            for number in range(count):
                plain = rng.normal(0, 1, SHAPE)
                y, x = rng.integers(0, SHAPE[1] - 2, 2)
                plain[:, y : y + 3, x : x + 3] += 2.5 * patterns[label_number][:, None, None]
                file = f"images/{label}-{split}-{number}.png"
                for copy in range(1 + (copies if split == "train" else 0)):
                    rows.append(row_of(file, split, label, "", copy))
                    values.append(plain + (rng.normal(0, 0.5, SHAPE) if copy else 0))
    return Made(rows, np.stack(values).astype(np.float16), {}, about())


def row_of(file: str, split: str, label: str, mask: str, copy: int) -> dict[str, Any]:
    augmentation = json.dumps({"flip": True, "rotate": 0}) if copy else ""
    return {
        "file": file, "split": split, "label": label, "mask": mask, "copy": copy, "augmentation": augmentation,
        "width": 40, "height": 30,
    }  # fmt: skip


def made_masks(
    values: Sequence[int] = (255,), empty: int = 6, copies: int = 0, seed: int = 1, images: bool = True
) -> Made:
    """A rectangle of each stored value, which the embedding shows coarsely and the image finely; the last `empty` of a
    split show none.
    """
    rng = np.random.default_rng(seed)
    patterns = rng.normal(0, 1, (len(values), SHAPE[0]))
    side = 4 * SHAPE[1]
    rows: list[dict[str, Any]] = []
    embeddings, masks, pictures = [], [], []
    for split, count in COUNTS.items():
        for number in range(count):
            file = f"images/{split}-{number}.png"
            for copy in range(1 + (copies if split == "train" else 0)):
                mask, picture = (
                    np.zeros((side, side), np.uint8),
                    rng.integers(90, 110, (3, side, side)).astype(np.uint8),
                )
                plain = rng.normal(0, 0.5, SHAPE)
                for value in values if number < count - empty else ():
                    height, width = rng.integers(8, 14, 2)
                    y, x = rng.integers(0, side - height), rng.integers(0, side - width)
                    mask[y : y + height, x : x + width] = value
                for place, value in enumerate(values):
                    shown = mask == value
                    picture[:, shown] = 200 - 60 * place
                    coarse = shown.reshape(SHAPE[1], 4, SHAPE[2], 4).mean(axis=(1, 3))
                    plain += 2 * patterns[place][:, None, None] * coarse
                rows.append(row_of(file, split, "", f"masks/{split}-{number}.png", copy))
                embeddings.append(plain)
                masks.append(mask)
                pictures.append(picture)
    tensors = {"masks": np.stack(masks)} | ({"images": np.stack(pictures)} if images else {})
    return Made(rows, np.stack(embeddings).astype(np.float16), tensors, about())


def made_numbers(copies: int = 0, seed: int = 1) -> Made:
    """The columns length_mm, age, and thick, old (1, 0, or here and there empty or -1): all of them linear in the
    embedding but for noise, and the label names what is 1.
    """
    rng = np.random.default_rng(seed)
    patterns = rng.normal(0, 1, (2, SHAPE[0]))
    rows: list[dict[str, Any]] = []
    values = []
    for split, count in COUNTS.items():
        for number in range(2 * count):
            length, age = rng.normal(50, 10), rng.normal(300, 80)
            signs = ["1" if value > middle else "0" for value, middle in ((length, 50), (age, 300))]
            plain = rng.normal(0, 0.3, SHAPE)
            for pattern, value in zip(patterns, ((length - 50) / 10, (age - 300) / 80), strict=True):
                plain += value * pattern[:, None, None]
            names = [name for name, sign in zip(("thick", "old"), signs, strict=True) if sign == "1"]
            for copy in range(1 + (copies if split == "train" else 0)):
                row = row_of(f"images/{split}-{number}.png", split, "|".join(names or ["nothing"]), "", copy)
                row |= {"index:length_mm": f"{length:.3f}", "index:age": f"{age:.2f}" if number % 5 else ""}
                row |= {"index:thick": signs[0], "index:old": ("-1", "")[number % 2] if number % 7 == 0 else signs[1]}
                rows.append(row)
                values.append(plain + (rng.normal(0, 0.1, SHAPE) if copy else 0))
    return Made(rows, np.stack(values).astype(np.float16), {}, about())


def made_places(copies: int = 1, seed: int = 1, images: bool = True) -> Made:
    """The columns tip_x, tip_y and end_x, end_y, in pixels of images of 40 x 30: a blob of its own for each, which
    copies show mirrored.
    """
    rng = np.random.default_rng(seed)
    patterns = rng.normal(0, 1, (2, SHAPE[0]))
    side = 4 * SHAPE[1]
    grid = (np.arange(SHAPE[1]) + 0.5) / SHAPE[1]
    rows: list[dict[str, Any]] = []
    values, pictures = [], []
    for split, count in COUNTS.items():
        for number in range(2 * count):
            places = rng.uniform(0.15, 0.85, (2, 2))
            for copy in range(1 + (copies if split == "train" else 0)):
                row = row_of(f"images/{split}-{number}.png", split, "", "", copy)
                for name, (x, y) in zip(("tip", "end"), places, strict=True):
                    row |= {f"index:{name}_x": f"{40 * x:.3f}", f"index:{name}_y": f"{30 * y:.3f}"}
                plain, picture = rng.normal(0, 0.3, SHAPE), rng.integers(90, 110, (3, side, side)).astype(np.uint8)
                for k, (x, y) in enumerate(places):
                    shown = 1 - x if copy else x
                    bump = np.exp(-((grid[:, None] - y) ** 2 + (grid - shown) ** 2) / 0.02)
                    plain += 3 * patterns[k][:, None, None] * bump
                    picture[k, int(side * y), int(side * shown)] = 250
                rows.append(row)
                values.append(plain)
                pictures.append(picture)
    tensors = {"images": np.stack(pictures)} if images else {}
    return Made(rows, np.stack(values).astype(np.float16), tensors, about())
