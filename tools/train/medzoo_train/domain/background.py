"""What the encoder knows of the world: the projection, everything pooled, and the domains that have a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .gaussian import FLOOR, Floats, Gaussian, decode_floats, encode_floats, fit_gaussian, gaussian_from_json

#: Directions kept, and the share of a domain's covariance that it has in common with the others. Chosen by leaving out one
#: domain at a time and asking whether the heads refuse its held-out images (EXPERIMENTS.md, 10).
DIRECTIONS = 32
SHARED = 0.3
#: A domain of fewer images than this has the common covariance alone, of fewer than MANY half of it.
FEW, MANY = 30, 100
#: Of the common covariance before it is inverted: towards its own diagonal.
SHRINK = 0.05


@dataclass(frozen=True)
class Domain:
    """Images of one kind: pooled embeddings float64 [N, 2C], and the data sets they come from."""

    pooled: Floats
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Background:
    #: float64 [2C]
    center: Floats
    #: float64 [K, 2C]
    projection: Floats
    everything: Gaussian
    known: tuple[Gaussian, ...]
    #: float64 [K, K], the covariance within domains, pooled; needed to fit a head's own. Near the identity by construction.
    shared: Floats

    def project(self, pooled: Floats) -> Floats:
        return (pooled - self.center) @ self.projection.T

    def fit(self, pooled: Floats, name: str, datasets: Sequence[str]) -> Gaussian:
        return fit_domain(self.project(pooled), self.shared, name, tuple(datasets))

    def to_json(self) -> dict[str, Any]:
        return {
            "pooling": "mean-std",
            "center": encode_floats(self.center),
            "projection": encode_floats(self.projection),
            "background": self.everything.to_json(),
            "known": [gaussian.to_json() for gaussian in self.known],
        }


def background_from_json(content: dict[str, Any]) -> Background:
    center = decode_floats(content["center"])
    projection = decode_floats(content["projection"]).reshape(-1, len(center))
    known = tuple(gaussian_from_json(entry) for entry in content["known"])
    return Background(center, projection, gaussian_from_json(content["background"]), known, np.eye(len(projection)))


def fit_domain(z: Floats, shared: Floats, name: str, datasets: tuple[str, ...]) -> Gaussian:
    share = SHARED if len(z) >= MANY else 0.5 if len(z) >= FEW else 1.0
    return fit_gaussian(z, shared, share, name, datasets)


def fit_background(domains: Mapping[str, Domain], directions: int = DIRECTIONS) -> Background:
    """Whitens by what varies within domains, keeps the directions in which everything varies most, and fits each domain there.

    Every domain counts the same, however many images it has.
    """
    pooled = {name: domain.pooled for name, domain in domains.items()}
    center = np.mean([x.mean(0) for x in pooled.values()], axis=0).astype(np.float32).astype(np.float64)
    large = [x for x in pooled.values() if len(x) >= MANY] or list(pooled.values())
    within = np.mean([np.cov(x.T, bias=True) for x in large], axis=0)
    within = (1 - SHRINK) * within + SHRINK * np.diag(np.diag(within)) + 1e-6 * np.eye(len(within))
    values, vectors = np.linalg.eigh(within)
    whiten = vectors / np.sqrt(values)
    white = {name: (x - center) @ whiten for name, x in pooled.items()}
    total = np.mean([x.T @ x / len(x) for x in white.values()], axis=0)
    _, directions_of_total = np.linalg.eigh(total)
    projection = (whiten @ directions_of_total[:, ::-1][:, :directions]).T
    projection = projection.astype(np.float32).astype(np.float64)
    z = {name: (x - center) @ projection.T for name, x in pooled.items()}
    # Whitened by the same domains, the covariance within them is the identity but for the shrinking; a head that is fitted
    # later, from model.json alone, takes it for that.
    shared = np.eye(len(projection))
    known = tuple(fit_domain(z[name], shared, name, domains[name].datasets) for name in domains)
    everything = pooled_gaussian(list(z.values()), shared)
    return Background(center, projection, everything, known, shared)


def pooled_gaussian(domains: Sequence[Floats], shared: Floats) -> Gaussian:
    """One Gaussian over all domains, each with the same weight."""
    mean = np.mean([z.mean(0) for z in domains], axis=0)
    second = np.mean([(z - mean).T @ (z - mean) / len(z) for z in domains], axis=0)
    # Drawn exactly: the sum of all is a Gaussian with these moments.
    lower = np.linalg.cholesky(second + FLOOR * np.eye(len(mean)))
    size = len(mean)
    points = np.concatenate([np.sqrt(size) * lower.T, -np.sqrt(size) * lower.T]) + mean
    fitted = fit_gaussian(points, shared, 0.0)
    return Gaussian(fitted.mean, fitted.factor, fitted.offset, sum(len(z) for z in domains))
