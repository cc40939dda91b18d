"""Golden records: one picture followed through the stages, so that `testHead` can meet the numbers stage by stage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from safetensors import SafetensorError
from safetensors.numpy import load_file

from ..arrays import Bytes, Floats, Json, Singles
from ..embeddings.embeddings import Embeddings
from ..errors import TrainError
from .encoder import EncoderFile

#: Values kept of each tensor, evenly spaced over its elements in row-major order.
SAMPLES = 256


@dataclass(frozen=True)
class GoldenInput:
    """A picture that is nobody's, as the encoder takes it and what the encoder gives."""

    picture: Path | Bytes
    #: float32 [1, 3, H, W], normalised.
    image: Singles
    #: float32 [1, C, h, w]
    embedding: Singles


def golden_input(embeddings: Embeddings, encoder: EncoderFile | None) -> GoldenInput | None:
    """As `medzoo embed` wrote it; else of a picture drawn here, by the encoder's own file; nothing without both."""
    tensors, picture = embeddings.folder / "golden.safetensors", embeddings.folder / "golden.png"
    if tensors.is_file() and picture.is_file():
        try:
            found = load_file(tensors)
            image, embedding = found["image"].astype(np.float32), found["embedding"].astype(np.float32)
        except (SafetensorError, KeyError, ValueError) as error:
            raise TrainError(f"{tensors} cannot be read ({error!r}). Run `medzoo embed` again.") from None
        if embedding.shape != (1, *embeddings.about.shape):
            raise TrainError(f"{tensors} is of another encoder than the embeddings. Run `medzoo embed` again.")
        return GoldenInput(picture, image, embedding)
    if encoder is None:
        return None
    drawn = draw_picture()
    image = encoder.prepare(drawn)
    return GoldenInput(drawn, image, encoder.encode(image))


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
    given: GoldenInput,
    outputs: Mapping[str, Singles],
    labels: Sequence[str],
    answer: Json,
    domains: list[Any],
) -> None:
    """`golden.png` and `golden.json`. Without labels and the answer no stage would show labels in a wrong order."""
    if isinstance(given.picture, Path):
        shutil.copyfile(given.picture, folder / "golden.png")
    else:
        Image.fromarray(given.picture).save(folder / "golden.png", optimize=True)
    stages = {"image": given.image, "embedding": given.embedding, **outputs}
    record: Json = {"image": "golden.png", "labels": list(labels), "answer": answer}
    if domains:
        record["domains"] = domains
    record["stages"] = {name: sample(tensor) for name, tensor in stages.items()}
    (folder / "golden.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
