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

    @property
    def digest(self) -> str:
        """SHA-256 of center and projection as model.json holds them: a head's Gaussians are in these directions."""
        numbers = (np.ascontiguousarray(values, "<f4").tobytes() for values in (self.center, self.projection))
        return hashlib.sha256(b"".join(numbers)).hexdigest()

    def project(self, pooled: Floats) -> Floats:
        return (pooled - self.center) @ self.projection.T

    def fit(self, pooled: Floats, name: str, datasets: Sequence[str]) -> Gaussian:
        """A kind of image, from pooled embeddings float64 [N, 2C]."""
        return fit_kind(self.project(pooled), name, datasets)

    def to_json(self) -> Json:
        return {
            "pooling": POOLING,
            "center": encode_floats(self.center),
            "projection": encode_floats(self.projection),
            "background": self.everything.to_json(),
            "known": [gaussian.to_json() for gaussian in self.known],
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
    except (KeyError, TypeError, ValueError) as error:
        raise TrainError(
            f"The encoder's `domain` cannot be read: {error}. Use the model.json that came with the encoder."
        ) from None
    return Background(center, projection, everything, known)
