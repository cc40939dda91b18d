"""Copies of training images with light damage: what happens to files on their way, which is no reason to refuse them.

The embedding's last channels see fine texture, and without such copies a head whose domain reads them would refuse
every image with light noise and two of three that were compressed (val; EXPERIMENTS.md, 25).
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats

from ..data.corrupt import add_noise, corrupt
from .gather import plain_rows
from .pooled import Pixels, PooledEncoder, pool_rows

#: Each image suffers one of these, noise twice as often. Darker images and other contrast are not among them: with them
#: fewer adult films that were left out of the fit are refused by the head of children's films (.73 for .80; val).
LIGHT_DAMAGES = ("jpeg20", "blur", "crop", "letterbox", "brighter", "noise", "noise")
#: Light noise: standard deviations, grey levels.
NOISE = (3.0, 12.0)
#: The same for data sets whose head bears less: of brain MRI with noise of 10 it is right about .90, of .97 (val). With
#: these .35 of such images are refused, and of the others it is right about .98.
LESS_NOISE = {"brain_mri4": (2.0, 4.0)}


def damage_lightly(image: Pixels, seed: int, noise: tuple[float, float] = NOISE) -> Pixels:
    rng = np.random.default_rng(seed)
    damage = LIGHT_DAMAGES[int(rng.integers(len(LIGHT_DAMAGES)))]
    return add_noise(image, rng.uniform(*noise), rng) if damage == "noise" else corrupt(image, damage, seed)


def copies_of(encoder: PooledEncoder, data: Path, dataset: str, kept: Path | None) -> Floats:
    """A copy of each of the training images that `plain_rows` gives, in their order, float64 [N, 2C]."""
    rows, _ = plain_rows(encoder, data, dataset, kept)
    noise = LESS_NOISE.get(dataset, NOISE)

    def seeded(image: Pixels, place: int) -> Pixels:
        return damage_lightly(image, zlib.crc32(rows[place].id.encode()), noise)

    file = kept and kept / f"{dataset}.train.light.npz"
    return pool_rows(encoder, rows, f"{dataset}, damaged lightly", file, seeded)
