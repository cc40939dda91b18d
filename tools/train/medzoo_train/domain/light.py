"""Copies of training images with light damage: what happens to files on their way, which is no reason to refuse them.

The embedding's last channels see fine texture, and without such copies a head would refuse every image with light noise
and two of three that were compressed (val; EXPERIMENTS.md, 25).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats

from ..data.corrupt import add_noise, corrupt
from ..data.index import Row
from ..data.sets import SETS
from .gather import plain_rows
from .pooled import Pixels, PooledEncoder, pool_rows

#: Each image suffers one of these, noise twice as often. Darker images and other contrast are not among them: with them
#: fewer adult films that were left out of the fit are refused by the head of children's films (.73 for .80; val).
LIGHT = ("jpeg20", "blur", "crop", "letterbox", "brighter", "noise", "noise")
#: Light noise: standard deviations, grey levels.
NOISE = (3.0, 12.0)


def add_light_noise(image: Pixels, seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    return add_noise(image, rng.uniform(*NOISE), rng)


def damage_lightly(image: Pixels, seed: int) -> Pixels:
    damage = LIGHT[int(np.random.default_rng(seed).integers(len(LIGHT)))]
    return add_light_noise(image, seed) if damage == "noise" else corrupt(image, damage, seed)


def copies_of(
    encoder: PooledEncoder, data: Path, dataset: str, kept: Path | None, change: Callable[[Pixels, int], Pixels] = damage_lightly
) -> tuple[list[Row], Floats]:
    """A copy of each of the training images that `plain_rows` gives, float64 [N, 2C]."""
    rows, _ = plain_rows(encoder, data, dataset, kept)
    name = "light" if change is damage_lightly else "light-noise"

    def seeded(image: Pixels, place: int) -> Pixels:
        return change(image, zlib.crc32(rows[place].id.encode()))

    return rows, pool_rows(encoder, rows, f"{dataset}, {name}", kept and kept / f"{dataset}.train.{name}.npz", seeded)


def light_changes(encoder: PooledEncoder, data: Path, kept: Path | None) -> list[Floats]:
    """Of each data set, what light damage changes in the pooled embedding of each training image, float64 [N, 2C]."""
    return [
        copies_of(encoder, data, spec.name, kept)[1] - plain_rows(encoder, data, spec.name, kept)[1] for spec in SETS
    ]
