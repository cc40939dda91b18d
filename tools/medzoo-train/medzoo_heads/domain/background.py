"""What an encoder knows of the world, as its model.json holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Json
from ..errors import TrainError
from .gaussian import Gaussian, decode_floats, encode_floats, fit_kind, gaussian_from_json

POOLING = "mean-std"


@dataclass(frozen=True)
class Background:
    #: float64 [2C]
    center: Floats
    #: float64 [K, 2C]. The covariance within kinds is near the identity after it, by construction.
    projection: Floats
    everything: Gaussian
    known: tuple[Gaussian, ...]
    #: float64 [K, K]: how light damage moves an image (JPEG, blur, light noise and the like), the mean outer product of
    #: what it changes; None for an encoder that does not say.
    light_damage: Floats | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of center and projection as model.json holds them: a head's Gaussians are in these directions."""
        numbers = (np.ascontiguousarray(values, "<f4").tobytes() for values in (self.center, self.projection))
        return hashlib.sha256(b"".join(numbers)).hexdigest()

    def project(self, pooled: Floats) -> Floats:
        return (pooled - self.center) @ self.projection.T

    def fit(self, pooled: Floats, name: str, datasets: Sequence[str]) -> Gaussian:
        """A kind of image, from pooled embeddings float64 [N, 2C], among which are copies with light damage."""
        return fit_kind(self.project(pooled), name, datasets)

    def fit_undamaged(self, pooled: Floats, name: str, datasets: Sequence[str]) -> Gaussian:
        """The same of images as they are: what light damage does to them is taken from other kinds."""
        return fit_kind(self.project(pooled), name, datasets, self.light_damage)

    def to_json(self) -> Json:
        return {
            "pooling": POOLING,
            "center": encode_floats(self.center),
            "projection": encode_floats(self.projection),
            "background": self.everything.to_json(),
            "known": [gaussian.to_json() for gaussian in self.known],
            **({} if self.light_damage is None else {"lightDamage": encode_lower(self.light_damage)}),
        }


def background_from_json(content: Json, channels: int | None = None) -> Background:
    """Reads the `domain` entry of an encoder, whose embeddings have so many channels if that is known."""
    try:
        if content["pooling"] != POOLING:
            raise ValueError(f"pooling {content['pooling']!r}; expected {POOLING}")
        center = decode_floats(content["center"])
        if channels is not None and len(center) != 2 * channels:
            raise ValueError(f"a center of {len(center)} numbers does not belong to {channels} channels")
        projection = decode_floats(content["projection"]).reshape(-1, len(center))
        everything = gaussian_from_json(content["background"])
        known = tuple(gaussian_from_json(entry) for entry in content["known"])
        if any(len(gaussian.mean) != len(projection) for gaussian in (everything, *known)):
            raise ValueError("Gaussians of another size than the projection")
        light = decode_lower(content["lightDamage"], len(projection)) if "lightDamage" in content else None
    except (KeyError, TypeError, ValueError) as error:
        raise TrainError(
            f"The encoder's `domain` cannot be read: {error}. Use the model.json that came with the encoder."
        ) from None
    return Background(center, projection, everything, known, light)


def encode_lower(values: Floats) -> str:
    """The lower triangle of a symmetric matrix, row by row."""
    return encode_floats(values[np.tril_indices(len(values))])


def decode_lower(text: str, size: int) -> Floats:
    packed = decode_floats(text)
    if len(packed) != size * (size + 1) // 2:
        raise ValueError(f"{len(packed)} numbers of light damage do not belong to a projection to {size}")
    lower = np.zeros((size, size))
    lower[np.tril_indices(size)] = packed
    return lower + np.tril(lower, -1).T
