"""Golden records: one picture followed through the stages, so that `testHead` can meet the numbers stage by stage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..arrays import Bytes, Floats, Json, Singles

#: Values kept of each tensor, evenly spaced over its elements in row-major order.
SAMPLES = 256


def draw_picture(seed: int = 11) -> Bytes:
    """A small, not square, coloured picture with soft and hard edges: uint8 [210, 300, 3] RGB."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (300, 210), (36, 22, 30))
    draw = ImageDraw.Draw(picture)
    for _ in range(26):
        x, y, r = (float(v) for v in (rng.integers(0, 300), rng.integers(0, 210), rng.integers(6, 46)))
        red, green, blue = (int(v) for v in rng.integers(20, 250, 3))
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=(red, green, blue))
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), np.float64)
    shade = np.linspace(0.7, 1.15, 300)[None, :, None]
    return np.clip(soft * shade + rng.normal(0, 4, (210, 300, 1)), 0, 255).astype(np.uint8)


def sample(tensor: Singles) -> Json:
    """A tensor's shape, range, mean, and evenly spaced values."""
    flat = np.asarray(tensor, np.float32).reshape(-1)
    stride = max(1, len(flat) // SAMPLES)
    return {
        "shape": list(tensor.shape),
        "min": float(flat.min()),
        "max": float(flat.max()),
        "mean": float(flat.astype(np.float64).mean()),
        "stride": stride,
        "values": [float(value) for value in flat[::stride]],
    }


def class_answer(logits: Singles, labels: Sequence[str], temperature: float) -> Json:
    """What logits, float32 [1, K], mean: a probability for each label."""
    scaled = logits[0].astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max())
    shares = (powers / powers.sum()).tolist()
    return {"task": "classification", "scores": dict(zip(labels, shares, strict=True))}


def value_answer(outputs: Singles, labels: Sequence[str], mean: Floats, std: Floats) -> Json:
    """What `values`, float32 [1, K], mean: a number for each label, in its unit."""
    values = (outputs[0].astype(np.float64) * std + mean).tolist()
    return {"task": "regression", "values": dict(zip(labels, values, strict=True))}


def several_answer(logits: Singles, labels: Sequence[str], temperature: float) -> Json:
    """What `label_logits`, float32 [1, K], mean: the probability of each label by itself."""
    chances = (1 / (1 + np.exp(-logits[0].astype(np.float64) / temperature))).tolist()
    return {"task": "multilabel", "scores": dict(zip(labels, chances, strict=True))}


def point_answer(places: Singles, labels: Sequence[str]) -> Json:
    """What `keypoints`, float32 [1, K, 2], mean: x and y as shares of the encoder's input."""
    points = {label: {"x": float(x), "y": float(y)} for label, (x, y) in zip(labels, places[0], strict=True)}
    return {"task": "keypoints", "points": points}


def mask_answer(outputs: Mapping[str, Singles], labels: Sequence[str]) -> Json:
    """What `masks`, logits [1, T, H, W], or `exclusive_masks`, with the background before them, and `presence` and
    `iou`, [1, T], mean; `foreground` is the share of cells from 0.5 on, or of those that the mask has.
    """
    if "exclusive_masks" in outputs:
        winners = outputs["exclusive_masks"][0].argmax(0)
        inside = np.stack([winners == k + 1 for k in range(len(labels))])
    else:
        inside = outputs["masks"][0] >= 0
    foreground = inside.mean(axis=(1, 2), dtype=np.float64)
    columns = zip(labels, outputs["presence"][0], outputs["iou"][0], foreground, strict=True)
    masks = {
        label: {"presence": float(presence), "quality": float(quality), "foreground": float(share)}
        for label, presence, quality, share in columns
    }
    return {"task": "segmentation", "masks": masks}


def write_golden(
    folder: Path,
    picture: Path | Bytes,
    stages: Mapping[str, Singles],
    labels: Sequence[str],
    answer: Json,
    domains: Sequence[Json] = (),
) -> None:
    """`golden.png` and `golden.json`, with the stages in the order of the way of an image.

    `labels` stand in the order of the outputs: without them and the answer no stage would show labels in a wrong order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(picture, Path):
        shutil.copyfile(picture, folder / "golden.png")
    else:
        Image.fromarray(picture).save(folder / "golden.png", optimize=True)
    record: Json = {"image": "golden.png", "labels": list(labels), "answer": answer}
    if domains:
        record["domains"] = list(domains)
    record["stages"] = {name: sample(tensor) for name, tensor in stages.items()}
    (folder / "golden.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
