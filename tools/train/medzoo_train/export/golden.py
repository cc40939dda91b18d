"""Golden records: one picture followed through the stages, so that TypeScript can meet Python's numbers room by room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor

#: Values kept of each tensor, evenly spaced over its elements in row-major order.
SAMPLES = 256


def golden_picture(seed: int = 11) -> npt.NDArray[np.uint8]:
    """A small, not square, coloured picture with soft and hard edges: uint8 [210, 300, 3] RGB. Nobody's image."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (300, 210), (36, 22, 30))
    draw = ImageDraw.Draw(picture)
    for _ in range(26):
        x, y, r = (float(v) for v in (rng.integers(0, 300), rng.integers(0, 210), rng.integers(6, 46)))
        colour = tuple(int(v) for v in rng.integers(20, 250, 3))
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), np.float64)
    shade = np.linspace(0.7, 1.15, 300)[None, :, None]
    noise = rng.normal(0, 4, (210, 300, 1))
    return np.clip(soft * shade + noise, 0, 255).astype(np.uint8)


def sample(tensor: Tensor) -> dict[str, Any]:
    """A tensor's shape, range, mean, and evenly spaced values."""
    flat = tensor.detach().float().reshape(-1).numpy()
    stride = max(1, len(flat) // SAMPLES)
    return {
        "shape": list(tensor.shape),
        "min": float(flat.min()),
        "max": float(flat.max()),
        "mean": float(flat.astype(np.float64).mean()),
        "stride": stride,
        "values": [float(np.float32(v)) for v in flat[::stride]],
    }


def write_golden(folder: Path, picture: npt.NDArray[np.uint8], stages: dict[str, Tensor]) -> None:
    """`golden.png` and `golden.json` with one entry per stage, in the order of the way of an image."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(folder / "golden.png", optimize=True)
    record = {"image": "golden.png", "stages": {name: sample(tensor) for name, tensor in stages.items()}}
    (folder / "golden.json").write_text(json.dumps(record, indent=1) + "\n")
