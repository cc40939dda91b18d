"""What our encoder knows of the world, from our data sets: fitted here, and kept in the form of medzoo-train."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.background import Background
from medzoo_heads.domain.gaussian import FLOOR, MANY, Gaussian, fit_gaussian, fit_kind

#: Directions kept. Chosen by leaving out one domain at a time and asking whether the heads refuse its held-out images,
#: as were medzoo-train's shares of a common covariance (EXPERIMENTS.md, 10).
DIRECTIONS = 32
#: Of the common covariance before it is inverted: towards its own diagonal.
SHRINK = 0.05


@dataclass(frozen=True)
class Domain:
    """Images of one kind: pooled embeddings float64 [N, 2C], and the data sets they come from."""

    pooled: Floats
    datasets: tuple[str, ...]


def fit_background(domains: Mapping[str, Domain], directions: int = DIRECTIONS) -> Background:
    """Whitens by what varies within domains, keeps the directions in which everything varies most, and fits each domain
    there.

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
    # Whitened by the same domains, the covariance within them is the identity but for the shrinking, and a Gaussian
    # that is fitted later, from model.json alone, takes it for that.
    known = tuple(fit_kind(z[name], name, domains[name].datasets) for name in domains)
    return Background(center, projection, pooled_gaussian(list(z.values())), known)


def pooled_gaussian(domains: Sequence[Floats]) -> Gaussian:
    """One Gaussian over all domains, each with the same weight."""
    mean = np.mean([z.mean(0) for z in domains], axis=0)
    second = np.mean([(z - mean).T @ (z - mean) / len(z) for z in domains], axis=0)
    # Drawn exactly: the sum of all is a Gaussian with these moments.
    lower = np.linalg.cholesky(second + FLOOR * np.eye(len(mean)))
    size = len(mean)
    points = np.concatenate([np.sqrt(size) * lower.T, -np.sqrt(size) * lower.T]) + mean
    fitted = fit_gaussian(points, 0.0)
    return Gaussian(fitted.mean, fitted.factor, fitted.offset, sum(len(z) for z in domains))
