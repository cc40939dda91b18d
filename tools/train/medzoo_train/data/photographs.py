"""Photographs that free software ships, as pictures without a target: scenes, and things cut out of them that are laid
on others.

`python -m medzoo_train.photographs` fetches them. Every picture made of them is seeded: another crop, turn, light and
ground.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
#: One file of so many is held out, for thresholds.
HELD_OUT = 4
#: Colours of skin, as its lightest and darkest, red, green and blue.
SKIN = ((80, 50, 38), (240, 205, 180))


@dataclass(frozen=True)
class Photograph:
    """RGBA; a thing has a transparent ground, a scene has none."""

    pixels: Image.Image
    thing: bool


def is_held_out(name: str) -> bool:
    return hashlib.md5(name.encode()).digest()[0] % HELD_OUT == 0


def load_photographs(folder: Path, split: str) -> list[Photograph]:
    """`train` or `val`, in the order of the folder's index.csv."""
    found = []
    with (folder / "index.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if is_held_out(row["id"]) == (split == "val"):
                with Image.open(folder / row["image"]) as image:
                    found.append(Photograph(image.convert("RGBA"), row["kind"] == "thing"))
    if not found:
        raise ValueError(
            f"{folder} holds no photographs for {split}: fetch them with python -m medzoo_train.photographs."
        )
    return found


def photograph_picture(photographs: Sequence[Photograph], row: int, side: int, rng: np.random.Generator) -> Pixels:
    """uint8 [3, side, side]: photograph number `row` (counted round and round) in one of its ways."""
    chosen = photographs[row % len(photographs)]
    if chosen.thing:
        picture = lay(chosen.pixels, ground(photographs, side, rng), rng)
    else:
        picture = cut_scene(chosen.pixels, side, rng)
        if rng.random() < 0.15:
            picture = frame(picture, ground(photographs, side, rng), rng)
    return recolour(picture, rng).transpose(2, 0, 1)


def cut_scene(image: Image.Image, side: int, rng: np.random.Generator) -> Pixels:
    """The whole, or a part down to a seventh of its side, turned or mirrored now and then: uint8 [side, side, 3]."""
    width, height = image.size
    if rng.random() < 0.25:
        box = (0, 0, width, height)
    else:
        length = max(min(64, width, height), int(min(width, height) * rng.uniform(0.15, 1.0)))
        x, y = int(rng.integers(width - length + 1)), int(rng.integers(height - length + 1))
        box = (x, y, x + length, y + length)
    part = np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR, box))
    if rng.random() < 0.5:
        part = part[:, ::-1]
    return np.ascontiguousarray(np.rot90(part, int(rng.integers(4)) if rng.random() < 0.3 else 0))


def ground(photographs: Sequence[Photograph], side: int, rng: np.random.Generator) -> Pixels:
    """What a thing lies on: a scene, one colour, a colour of skin, white or black; uint8 [side, side, 3]."""
    scenes = [one for one in photographs if not one.thing]
    kind = rng.random()
    if kind < 0.45 and scenes:
        return cut_scene(scenes[int(rng.integers(len(scenes)))].pixels, side, rng)
    if kind < 0.65:
        colour = rng.uniform(0, 255, 3)
    elif kind < 0.85:
        low, high = np.array(SKIN, float)
        colour = low + (high - low) * rng.random() + rng.normal(0, 8, 3)
    else:
        colour = np.full(3, rng.choice([4.0, 252.0]))
    # Lit from one side, with a grain: nothing that is photographed is one colour.
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.4) * (np.cos(angle) * x + np.sin(angle) * y)
    plane = colour * light[..., None] + rng.normal(0, rng.uniform(0, 6), (side, side, 1))
    return np.asarray(np.clip(plane, 0, 255), np.uint8)


def lay(thing: Image.Image, on: Pixels, rng: np.random.Generator) -> Pixels:
    """A thing of a third of the picture to more than all of it, turned, anywhere."""
    side = len(on)
    scale = side * rng.uniform(0.35, 1.25) / max(thing.size)
    size = tuple(max(8, round(length * scale)) for length in thing.size)
    turned = thing.resize((size[0], size[1]), Image.Resampling.BILINEAR).rotate(
        float(rng.uniform(-180, 180) if rng.random() < 0.4 else rng.uniform(-20, 20)),
        Image.Resampling.BILINEAR,
        expand=True,
    )
    if rng.random() < 0.5:
        turned = turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    at = tuple(round(rng.uniform(0.2, 0.8) * side - length / 2) for length in turned.size)
    picture = Image.fromarray(on)
    picture.paste(turned, (at[0], at[1]), turned)
    return np.asarray(picture)


def frame(picture: Pixels, on: Pixels, rng: np.random.Generator) -> Pixels:
    """A picture as a piece of another: shrunk, with the other around it; uint8 [S, S, 3]."""
    side = len(on)
    left, top, width, height = frame_box(side, rng)
    whole = on.copy()
    small = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    whole[top : top + height, left : left + width] = np.asarray(small)
    return whole


def frame_box(side: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Left, top, width and height of a piece that fills a quarter to nine tenths of a picture."""
    width, height = (int(side * share) for share in rng.uniform(0.5, 0.95, 2))
    return int(rng.integers(side - width + 1)), int(rng.integers(side - height + 1)), width, height


def recolour(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Another white balance, saturation and light, sometimes the cast of skin; uint8 [S, S, 3]."""
    values = picture.astype(np.float64)
    if rng.random() < 0.5:
        grey = values.mean(2, keepdims=True)
        values = (grey + rng.uniform(0.4, 1.5) * (values - grey)) * rng.uniform(0.75, 1.25, 3)
    if rng.random() < 0.2:
        low, high = np.array(SKIN, float)
        tone = low + (high - low) * rng.uniform(0.3, 0.9)
        share = rng.uniform(0.3, 0.8)
        values = (1 - share) * values + share * values.mean(2, keepdims=True) / max(values.mean(), 1.0) * tone
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
