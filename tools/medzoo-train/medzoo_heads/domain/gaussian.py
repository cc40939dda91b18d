"""A Gaussian over projected embeddings, as model.json holds it, and the distance to it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats, Json

#: Added to the diagonal of a covariance: directions in which nothing varies would else be infinitely narrow.
FLOOR = 1e-4
#: Share of a kind's covariance that it has in common with all kinds, where it has MANY images and more. With fewer it
#: is half of it; with fewer than FEW, all of it. Chosen by leaving out one kind at a time and asking whether heads
#: refuse its held-out images.
SHARED, MANY, FEW = 0.3, 100, 30


def encode_floats(values: Floats) -> str:
    """base64 of float32, little endian, row-major."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")


def decode_floats(text: Any) -> Floats:
    """Throws ValueError for what is no base64 of float32, or not finite."""
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float64)
    except (binascii.Error, TypeError) as error:
        raise ValueError(f"numbers that are no base64 of float32: {error}") from None
    if not np.isfinite(values).all():
        raise ValueError("numbers that are not finite")
    return np.asarray(values)


@dataclass(frozen=True)
class Gaussian:
    #: float64 [K]
    mean: Floats
    #: float64 [K, K], lower triangular: the inverse of the covariance's Cholesky factor.
    factor: Floats
    #: Log-determinant of the covariance.
    offset: float
    #: Images it was fitted on.
    n: int
    name: str = ""
    datasets: tuple[str, ...] = ()

    def distance(self, z: Floats) -> Floats:
        """float64 [N, K] -> [N]: -2 log density without its constant."""
        return np.asarray(np.square((z - self.mean) @ self.factor.T).sum(1) + self.offset)

    def to_json(self) -> Json:
        named: Json = {"name": self.name} if self.name else {}
        numbers: Json = {
            "mean": encode_floats(self.mean),
            "factor": encode_floats(self.factor[np.tril_indices(len(self.mean))]),
            "offset": round(self.offset, 6),
            "n": self.n,
        }
        return named | numbers | ({"datasets": list(self.datasets)} if self.name else {})


def gaussian_from_json(content: Json) -> Gaussian:
    mean, packed = decode_floats(content["mean"]), decode_floats(content["factor"])
    size = len(mean)
    if len(packed) != size * (size + 1) // 2:
        raise ValueError(
            f"a factor of {len(packed)} numbers does not belong to a mean of {size}; expected {size * (size + 1) // 2}"
        )
    factor = np.zeros((size, size))
    factor[np.tril_indices(size)] = packed
    name, datasets = content.get("name", ""), tuple(content.get("datasets", ()))
    return Gaussian(mean, factor, float(content["offset"]), int(content["n"]), name, datasets)


def fit_gaussian(z: Floats, share: float, name: str = "", datasets: tuple[str, ...] = ()) -> Gaussian:
    """Mean and covariance of z, float64 [N, K].

    share: of the covariance, what all kinds have in common: the identity, since the encoder's projection whitens.
    """
    mean, common = z.mean(0), np.eye(z.shape[1])
    own = (z - mean).T @ (z - mean) / len(z)
    lower = np.linalg.cholesky((1 - share) * own + share * common + FLOOR * common)
    # As it will be read: float32, so that what is measured here is what the file says.
    factor = np.tril(np.linalg.inv(lower)).astype(np.float32).astype(np.float64)
    offset = round(float(2 * np.log(np.diag(lower)).sum()), 6)
    return Gaussian(mean.astype(np.float32).astype(np.float64), factor, offset, len(z), name, datasets)


def fit_kind(z: Floats, name: str, datasets: Sequence[str]) -> Gaussian:
    """A kind of image: the fewer images there are, the more of its covariance is the common one."""
    share = SHARED if len(z) >= MANY else 0.5 if len(z) >= FEW else 1.0
    return fit_gaussian(z, share, name, tuple(datasets))
