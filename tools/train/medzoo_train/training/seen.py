"""Everything the encoder and AutoMed's tokens say of many pictures, kept on disk: heads are then trained without
either.

`python -m medzoo_train.look` writes it once: training images as they are and made harder, parts of them beside the
target, images of the classification sets, negatives, made pictures, and collages whose outlines are known exactly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: What a row is: an image as it is, one made harder, a part beside the target, a part around it, no target at all, made
#: by a script, a collage, a photograph, a target with something else around it, one on a drawn limb, a drawn limb
#: without one.
KINDS = ("plain", "hard", "part", "close", "nothing", "made", "collage", "photo", "framed", "limb", "bare")
SIDE = 256


@dataclass(frozen=True)
class Item:
    """One row before it is looked at. `set` is the data set's name or the negatives', `row` the place in it."""

    kind: str
    set: str
    row: int


class Seen:
    """Arrays on disk, one row for each picture; `done` rows are filled, so that a run cut short goes on."""

    def __init__(
        self, folder: Path, items: list[Item] | None = None, widths: dict[str, tuple[int, ...]] | None = None
    ) -> None:
        self.folder = folder
        described = folder / "items.json"
        if items is not None and not described.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            described.write_text(json.dumps([[item.kind, item.set, item.row] for item in items]))
        self.items = [Item(*entry) for entry in json.loads(described.read_text())]
        if items is not None and self.items != items:
            raise SystemExit(f"{folder} holds other pictures; give another --out or remove it.")
        shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
            "pixels": (np.uint8, (3, SIDE, SIDE)),
            "mask": (np.uint8, (SIDE * SIDE // 8,)),
            "presence": (np.int8, (5,)),
        }
        for name, shape in (widths or {}).items():
            shapes[name] = (np.float16, shape)
        self.arrays: dict[str, npt.NDArray[Any]] = {}
        for path in sorted(folder.glob("*.npy")):
            self.arrays[path.stem] = np.lib.format.open_memmap(path, mode="r+")
        for name, (dtype, shape) in shapes.items():
            if name not in self.arrays and items is not None:
                full = (len(items), *shape)
                self.arrays[name] = np.lib.format.open_memmap(
                    folder / f"{name}.npy", mode="w+", dtype=dtype, shape=full
                )

    @property
    def encoder(self) -> str | None:
        """Digest of the encoder file that looked at them; None where it was the one that was trained."""
        path = self.folder / "encoder"
        return path.read_text().strip() or None if path.is_file() else None

    @property
    def done(self) -> int:
        path = self.folder / "done"
        return int(path.read_text()) if path.is_file() else 0

    def put(self, row: int, values: dict[str, npt.NDArray[Any]]) -> None:
        for name, value in values.items():
            self.arrays[name][row] = value

    def mark(self, done: int) -> None:
        for array in self.arrays.values():
            array.flush()  # type: ignore[attr-defined]
        (self.folder / "done").write_text(str(done))

    def rows(self, kinds: tuple[str, ...] = KINDS, sets: tuple[str, ...] | None = None) -> npt.NDArray[np.int64]:
        """Rows that are filled, of these kinds and sets."""
        chosen = [
            i for i, item in enumerate(self.items[: self.done]) if item.kind in kinds and (not sets or item.set in sets)
        ]
        return np.array(chosen, np.int64)

    def mask(self, row: int) -> npt.NDArray[np.bool_]:
        return np.unpackbits(self.arrays["mask"][row]).reshape(SIDE, SIDE).astype(bool)

    def picture(self, row: int) -> npt.NDArray[np.uint8]:
        """uint8 [3, 256, 256]."""
        return self.arrays["pixels"][row]  # type: ignore[no-any-return]

    def embedding(self, row: int) -> npt.NDArray[np.float16]:
        return self.arrays["embedding"][row]  # type: ignore[no-any-return]


class SeenFolders:
    """The filled rows of several folders, one after the other."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.parts = [Seen(folder) for folder in folders]
        self.items = [item for part in self.parts for item in part.items[: part.done]]
        self.places = [(part, row) for part in self.parts for row in range(part.done)]

    def mask(self, row: int) -> npt.NDArray[np.bool_]:
        part, own = self.places[row]
        return part.mask(own)

    def picture(self, row: int) -> npt.NDArray[np.uint8]:
        part, own = self.places[row]
        return part.picture(own)

    def embedding(self, row: int) -> npt.NDArray[np.float16]:
        part, own = self.places[row]
        return part.embedding(own)
