"""Pictures that show none of our targets and are of nobody's domain: folders of negatives, and pictures that a script
makes.

Of a folder of negatives (`../shared/outside/none_*`) one half is for training and the other for measuring, by the hash
of the group, so that a report on the measured half is about pictures that were never seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from torch import Tensor

from .index import Row, read_image, read_index

#: Prefix of the folders whose images may be trained on.
NEGATIVES = "none_"


def is_for_training(group: str) -> bool:
    """Whether a group of negatives belongs to the half that is trained on."""
    return hashlib.md5(group.encode()).digest()[0] % 2 == 0


def negative_rows(folder: Path, training: bool) -> list[Row]:
    """The rows of one half of a folder of negatives; refuses folders that are for measuring alone."""
    if not folder.name.startswith(NEGATIVES):
        raise ValueError(
            f"{folder.name} is not a folder of negatives ({NEGATIVES}*): it may be measured on, never trained on."
        )
    return [row for row in read_index(folder) if is_for_training(row.group) == training]


def load_negatives(root: Path, names: Sequence[str], training: bool, size: int) -> Tensor:
    """uint8 [N, 3, size, size]."""
    rows = [row for name in names for row in negative_rows(root / name, training)]
    return torch.from_numpy(np.stack([read_image(row.image, size) for row in rows]))


def negative_folders(root: Path) -> list[str]:
    return sorted(
        path.name for path in root.iterdir() if path.name.startswith(NEGATIVES) and (path / "index.csv").is_file()
    )


def made_pictures(count: int, side: int, rng: np.random.Generator) -> Tensor:
    """Noise of every grain, gradients, stripes, text, shapes, collages: uint8 [count, 3, side, side], a third of them
    grey.
    """
    kinds = (noise_picture, gradient_picture, stripes_picture, text_picture, shapes_picture, cloud_picture)
    pictures = np.empty((count, 3, side, side), np.uint8)
    for i in range(count):
        picture = kinds[i % len(kinds)](side, rng)
        if rng.random() < 0.35:
            picture = np.repeat(picture.mean(0, keepdims=True), 3, axis=0)
        pictures[i] = np.clip(picture, 0, 255).astype(np.uint8)
    return torch.from_numpy(pictures)


Floats = npt.NDArray[np.float64]


def noise_picture(side: int, rng: np.random.Generator) -> Floats:
    """White noise, uniform or normal, at a grain of 1 to 16 pixels."""
    grain = int(rng.choice([1, 1, 1, 2, 4, 8, 16]))
    cells = -(-side // grain)
    noise = (
        rng.uniform(0, 255, (3, cells, cells))
        if rng.random() < 0.5
        else rng.normal(127, rng.uniform(10, 80), (3, cells, cells))
    )
    return np.asarray(noise.repeat(grain, axis=1).repeat(grain, axis=2)[:, :side, :side], np.float64)


def gradient_picture(side: int, rng: np.random.Generator) -> Floats:
    """One colour, or a ramp between two in any direction, or rings, with or without a little noise."""
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * x + np.sin(angle) * y + 0.5 if rng.random() < 0.7 else 1.4 * np.hypot(x, y)
    low, high = rng.uniform(0, 255, (2, 3, 1, 1))
    if rng.random() < 0.35:
        high = low
    grain = rng.normal(0, rng.choice([0.0, 0.0, 2.0, 8.0]), (1, side, side))
    return np.asarray(low + (high - low) * ramp + grain, np.float64)


def stripes_picture(side: int, rng: np.random.Generator) -> Floats:
    """Stripes or a chequerboard."""
    y, x = np.mgrid[0:side, 0:side]
    period = rng.uniform(4, 80)
    angle = rng.uniform(0, np.pi)
    wave = np.sin(2 * np.pi * (np.cos(angle) * x + np.sin(angle) * y) / period)
    if rng.random() < 0.4:
        wave = np.sign(np.sin(2 * np.pi * x / period) * np.sin(2 * np.pi * y / period))
    elif rng.random() < 0.5:
        wave = np.sign(wave)
    low, high = rng.uniform(0, 255, (2, 3, 1, 1))
    return np.asarray(low + (high - low) * (0.5 + 0.5 * wave), np.float64)


def text_picture(side: int, rng: np.random.Generator) -> Floats:
    """Lines of letters, dark on light or light on dark."""
    paper, ink = [tuple(int(v) for v in rng.integers(0, 256, 3)) for _ in range(2)]
    if rng.random() < 0.5:
        paper, ink = ((255, 255, 255), (0, 0, 0)) if rng.random() < 0.7 else ((0, 0, 0), (255, 255, 255))
    picture = Image.new("RGB", (side, side), paper)
    draw = ImageDraw.Draw(picture)
    size = int(rng.integers(9, 40))
    font = ImageFont.load_default(size)
    letters = "abcdefghijklmnopqrstuvwxyz    ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?-"
    for top in range(int(rng.integers(0, 20)), side, int(size * 1.4)):
        draw.text((4, top), "".join(rng.choice(list(letters), 60)), fill=ink, font=font)
    return np.asarray(picture, np.float64).transpose(2, 0, 1)


def shapes_picture(side: int, rng: np.random.Generator) -> Floats:
    """Rectangles, discs and lines of any colour, sharp or blurred."""
    picture = Image.new("RGB", (side, side), tuple(int(v) for v in rng.integers(0, 256, 3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(1, 25))):
        x0, y0 = rng.uniform(-0.2, 1, 2) * side
        x1, y1 = x0 + rng.uniform(0.03, 0.7) * side, y0 + rng.uniform(0.03, 0.7) * side
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        kind = rng.integers(3)
        if kind == 0:
            draw.rectangle((x0, y0, x1, y1), fill=colour)
        elif kind == 1:
            draw.ellipse((x0, y0, x1, y1), fill=colour)
        else:
            draw.line((x0, y0, x1, y1), fill=colour, width=int(rng.integers(1, 9)))
    if rng.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 8)))
    return np.asarray(picture, np.float64).transpose(2, 0, 1)


def cloud_picture(side: int, rng: np.random.Generator) -> Floats:
    """Noise with a spectrum that falls as 1/f to 1/f^2.5, as that of natural pictures does."""
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    f[0, 0] = 1
    spectrum = f ** -rng.uniform(0.7, 2.5)
    phases = np.exp(2j * np.pi * rng.random((3, side, side)))
    waves = np.fft.ifft2(spectrum * phases).real
    waves = 0.7 * waves.mean(0, keepdims=True) * (rng.random() < 0.7) + 0.5 * waves
    return np.asarray(127 + rng.uniform(-50, 50) + waves / waves.std() * rng.uniform(15, 80), np.float64)
