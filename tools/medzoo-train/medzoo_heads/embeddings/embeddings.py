"""Embeddings, images and masks by row, read from the shards as they are needed: a set need not fit into memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from ..arrays import Bytes, Halves
from ..errors import TrainError
from .format import EmbedFile, read_embed_file
from .rows import Row, read_rows

#: Rows that are read at once where all of them are looked at.
CHUNK = 128


class Embeddings:
    """A folder that `medzoo embed` wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about: EmbedFile = read_embed_file(folder)
        self.rows: list[Row] = read_rows(folder / "rows.csv")
        if len(self.rows) != self.about.rows:
            raise TrainError(
                f"rows.csv has {len(self.rows)} rows, and embed.json says {self.about.rows}. Run `medzoo embed` again."
            )
        self.shards = {name: self.open_shard(name) for name in self.about.shards}
        self.check_rows()

    def open_shard(self, name: str) -> Any:
        """A name is that of a file in the folder: nothing elsewhere is opened."""
        if Path(name).name != name:
            raise TrainError(f"The shard {name!r} of embed.json is not the name of a file. Run `medzoo embed` again.")
        try:
            shard = safe_open(str(self.folder / name), framework="np")
        except FileNotFoundError:
            raise TrainError(f"There is no {self.folder / name}. Run `medzoo embed` again.") from None
        except (SafetensorError, OSError) as error:
            raise TrainError(f"{self.folder / name} cannot be read ({error}). Delete it and embed again.") from None
        if "embeddings" not in shard.keys():  # noqa: SIM118 (no mapping)
            raise TrainError(f"{self.folder / name} holds no tensor `embeddings`. Run `medzoo embed` again.")
        tensor = shard.get_slice("embeddings")
        found = (tensor.get_dtype(), tuple(tensor.get_shape()[1:]))
        if found != ("F16", self.about.shape):
            raise TrainError(
                f"{self.folder / name} holds {found[0]} {list(found[1])}, and embed.json says F16 "
                f"{list(self.about.shape)}. "
                "Run `medzoo embed` again."
            )
        return shard

    def check_rows(self) -> None:
        lengths = {name: shard.get_slice("embeddings").get_shape()[0] for name, shard in self.shards.items()}
        for row in self.rows:
            if row.index < 0 or row.index >= lengths.get(row.shard, 0):
                raise TrainError(
                    f"Row {row.number} is said to be number {row.index} of {row.shard!r}, where there is none. "
                    "Run `medzoo embed` again."
                )

    @property
    def failed(self) -> int:
        """How many images `medzoo embed` could not read, and listed in failed.csv: they are not among the rows."""
        path = self.folder / "failed.csv"
        if not path.is_file():
            return 0
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.DictReader(file))

    def has(self, tensor: str) -> bool:
        """Whether every shard holds this tensor (`images`, `masks`)."""
        return all(tensor in shard.keys() for shard in self.shards.values())  # noqa: SIM118

    def take(self, rows: Sequence[Row]) -> Halves:
        """float16 [N, C, h, w]"""
        return self.gather("embeddings", rows)

    def images(self, rows: Sequence[Row]) -> Bytes:
        """uint8 [N, 3, H, W], what the encoder saw before normalisation."""
        return self.gather("images", rows)

    def masks(self, rows: Sequence[Row]) -> Bytes:
        """uint8 [N, H, W], values as they are stored, in the encoder's frame."""
        return self.gather("masks", rows)

    def gather(self, tensor: str, rows: Sequence[Row]) -> Any:
        slices = {name: shard.get_slice(tensor) for name, shard in self.shards.items()}
        return np.stack([slices[row.shard][row.index] for row in rows])

    def chunks(self, rows: Sequence[Row]) -> Iterator[tuple[slice, Halves]]:
        """All of `rows`, a part at a time; an error for what is not finite."""
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            values = self.take(part)
            finite = np.isfinite(values).all(axis=(1, 2, 3))
            if not finite.all():
                number = part[int(np.argmin(finite))].number
                raise TrainError(
                    f"The embedding of row {number} holds NaN or infinity. Look at its image, and run `medzoo embed` "
                    "again."
                )
            yield slice(start, start + len(part)), values
