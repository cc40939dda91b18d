"""A Gaussian over projected embeddings, as model.json holds it, and the distance to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Added to the diagonal of a covariance: directions in which nothing varies would else be infinitely narrow.
FLOOR = 1e-4


def encode_floats(values: Floats) -> str:
    """base64 of float32, little endian, row-major."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")


def decode_floats(text: str) -> Floats:
    values: npt.NDArray[np.float32] = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
    return values.astype(np.float64)


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
        away: Floats = np.square((z - self.mean) @ self.factor.T).sum(1) + self.offset
        return away

    def to_json(self) -> dict[str, Any]:
        rows, columns = np.tril_indices(len(self.mean))
        named = {"name": self.name} if self.name else {}
        numbers = {
            "mean": encode_floats(self.mean),
            "factor": encode_floats(self.factor[rows, columns]),
            "offset": round(self.offset, 6),
            "n": self.n,
        }
        return named | numbers | ({"datasets": list(self.datasets)} if self.name else {})


def gaussian_from_json(content: dict[str, Any]) -> Gaussian:
    mean, packed = decode_floats(content["mean"]), decode_floats(content["factor"])
    size = len(mean)
    if len(packed) != size * (size + 1) // 2:
        raise ValueError(
            f"A factor of {len(packed)} numbers does not belong to a mean of {size}: expected {size * (size + 1) // 2}."
        )
    factor = np.zeros((size, size))
    factor[np.tril_indices(size)] = packed
    return Gaussian(mean, factor, content["offset"], content["n"], content.get("name", ""), tuple(content.get("datasets", ())))


def fit_gaussian(z: Floats, shared: Floats, share: float, name: str = "", datasets: tuple[str, ...] = ()) -> Gaussian:
    """Mean and covariance of z, float64 [N, K]; `share` of the covariance is the one that all domains have in common, [K, K]."""
    mean = z.mean(0)
    own = (z - mean).T @ (z - mean) / len(z)
    covariance = (1 - share) * own + share * shared + FLOOR * np.eye(z.shape[1])
    lower = np.linalg.cholesky(covariance)
    # As it will be read: float32, so that what is measured here is what the file says.
    factor = np.tril(np.linalg.inv(lower)).astype(np.float32).astype(np.float64)
    offset = round(float(2 * np.log(np.diag(lower)).sum()), 6)
    return Gaussian(mean.astype(np.float32).astype(np.float64), factor, offset, len(z), name, datasets)
