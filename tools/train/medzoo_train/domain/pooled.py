"""Pooled embeddings of data sets, by the very encoder file that a package ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.pooling import pool
from PIL import Image, ImageOps
from tqdm import tqdm

from ..data.index import Row
from ..export.model_json import file_that_runs
from ..training.onnx_encoder import open_file

Pixels = npt.NDArray[np.uint8]


class PooledEncoder:
    """The encoder of a model.json, preprocessing as it says (stretched, bilinear, antialiased: what our exports have).

    Of its files the one that a CPU runs, which is what domains are for; `is_reference` asks the one that heads were
    trained on.
    """

    def __init__(self, file: Path, content: dict[str, Any], threads: int = 1, is_reference: bool = False) -> None:
        running = file_that_runs(content, is_reference)
        #: The digest of a variant; None of the reference.
        self.variant: str | None = None if running["sha256"] == content["model"]["sha256"] else running["sha256"]
        self.preprocess = content["preprocess"]
        if (
            self.preprocess["fit"] != "stretch"
            or not self.preprocess.get("antialias")
            or self.preprocess["interpolation"] != "bilinear"
        ):
            raise SystemExit(
                "Domains are fitted for encoders that stretch images bilinearly and antialiased; this one prepares "
                "otherwise."
            )
        self.session = open_file(file.parent / running["url"], threads)

    def prepare(self, image: Pixels) -> npt.NDArray[np.float32]:
        """uint8 [H, W, 3] -> the encoder's input, float32 [1, 3, H, W]."""
        size = self.preprocess["size"]
        resized = Image.fromarray(image).resize((size["width"], size["height"]), Image.Resampling.BILINEAR)
        mean, std = (np.array(self.preprocess[key], np.float32) for key in ("mean", "std"))
        return ((np.asarray(resized, np.float32) - mean) / std).transpose(2, 0, 1)[None]

    def pooled_exactly(self, image: Pixels) -> Floats:
        """As core prepares it: resized in float, where Pillow rounds to whole grey levels. For golden records."""
        size = self.preprocess["size"]
        bands = [Image.fromarray(image[..., band].astype(np.float32)) for band in range(3)]
        resized = [
            np.asarray(band.resize((size["width"], size["height"]), Image.Resampling.BILINEAR)) for band in bands
        ]
        mean, std = (np.array(self.preprocess[key], np.float32)[:, None, None] for key in ("mean", "std"))
        given = ((np.stack(resized) - mean) / std)[None].astype(np.float32)
        return np.asarray(pool(self.session.run(None, {"image": given})[0])[0])

    def embed(self, image: Pixels) -> npt.NDArray[np.float32]:
        """uint8 [H, W, 3] -> float32 [C, H, W]."""
        found: npt.NDArray[np.float32] = self.session.run(None, {"image": self.prepare(image)})[0][0]
        return found

    def pooled(self, image: Pixels) -> Floats:
        return np.asarray(pool(self.embed(image)[None])[0])


def read_pixels(path: Path) -> Pixels:
    with Image.open(path) as file:
        return np.asarray(ImageOps.exif_transpose(file).convert("RGB"))


def pool_rows(
    encoder: PooledEncoder,
    rows: Sequence[Row],
    title: str,
    kept: Path | None = None,
    change: Callable[[Pixels, int], Pixels] | None = None,
) -> Floats:
    """float64 [N, 2C] in the order of rows; `change` bends the image of each place. `kept`: a file that
    remembers them.
    """
    known: dict[str, npt.NDArray[np.float32]] = {}
    if kept and kept.is_file():
        with np.load(kept) as held:
            known = dict(zip(held["id"].tolist(), held["e"], strict=True))
    missing = [i for i, row in enumerate(rows) if row.id not in known]
    for i in tqdm(missing, desc=title, leave=False, mininterval=5):
        image = read_pixels(rows[i].image)
        known[rows[i].id] = encoder.pooled(change(image, i) if change else image).astype(np.float32)
    if kept and missing:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, e=np.stack(list(known.values())), id=np.array(list(known)))
    return np.stack([known[row.id] for row in rows]).astype(np.float64)
