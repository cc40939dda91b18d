"""Golden records: one picture followed through the stages, so that TypeScript can meet Python's numbers room by room."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
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


def class_answer(logits: Tensor, labels: Sequence[str], temperature: float) -> dict[str, Any]:
    """What logits, float32 [1, labels], mean: a probability for each label."""
    probabilities = torch.softmax(logits[0].double() / temperature, dim=0).tolist()
    return {"task": "classification", "scores": dict(zip(labels, probabilities, strict=True))}


def mask_answer(masks: Tensor, presence: Tensor, quality: Tensor, labels: Sequence[str]) -> dict[str, Any]:
    """What mask logits, float32 [1, labels, height, width], and two numbers for each label, float32 [1, labels], mean.

    `foreground` is the share of a mask's cells whose probability is at least 0.5.
    """
    foreground = (masks[0] >= 0).double().mean(dim=(1, 2)).tolist()
    columns = zip(labels, presence[0].tolist(), quality[0].tolist(), foreground, strict=True)
    return {
        "task": "segmentation",
        "masks": {label: {"presence": p, "quality": q, "foreground": share} for label, p, q, share in columns},
    }


def write_golden(
    folder: Path,
    picture: npt.NDArray[np.uint8],
    stages: dict[str, Tensor],
    labels: Sequence[str],
    answer: dict[str, Any],
) -> None:
    """`golden.png` and `golden.json` with one entry per stage, in the order of the way of an image.

    `labels` stand in the order of the outputs; without them and the answer, no stage would show labels in a wrong order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(folder / "golden.png", optimize=True)
    kept = {name: sample(tensor) for name, tensor in stages.items()}
    record = {"image": "golden.png", "labels": list(labels), "answer": answer, "stages": kept}
    (folder / "golden.json").write_text(json.dumps(record, indent=1) + "\n")
