"""What our encoder knows of the world, from our data sets: fitted here, and kept in the form of medzoo-train."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.background import Background
from medzoo_heads.domain.gaussian import FLOOR, MANY, Gaussian, fit_gaussian, fit_kind

#: Directions in which images differ most by kind. Chosen by leaving out one domain at a time and asking whether the
#: heads refuse its held-out images, as were medzoo-train's shares of a common covariance (EXPERIMENTS.md, 10).
DIRECTIONS = 32
#: The same of the embedding's channels all together, by which texture is seen (EXPERIMENTS.md, 25).
FINE_DIRECTIONS = 40
#: Of the common covariance before it is inverted: towards its own diagonal.
SHRINK = 0.05
#: The same of what varies within images as they are and within their damaged copies, towards a sphere. Less finds
#: directions that hold for training images alone, more takes the shift between the two for the direction (val;
#: EXPERIMENTS.md, 20).
SHRINK_DAMAGE = 0.3
#: Share of the covariance that all kinds have in common; with the .3 of images as they are, a tenth fewer of breast
#: ultrasound's damaged copies were refused (val).
SHARED_DAMAGE = 0.1
#: A direction of which the others hold all but this says nothing more.
NEW = 1e-3


@dataclass(frozen=True)
class Domain:
    """Images of one kind: pooled embeddings float64 [N, 2C], and the data sets they come from."""

    pooled: Floats
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class DamagedKind:
    """Copies of one kind's images that are damaged in one way, and its images as they are: pooled, float64 [N, 2C]."""

    name: str
    plain: Floats
    copies: Floats
    datasets: tuple[str, ...]


def fit_background_of_first(
    channels: int, domains: Mapping[str, Domain], damaged: Sequence[DamagedKind] = (), directions: int = DIRECTIONS
) -> Background:
    """`fit_background` by the first `channels` of the embedding; the others weigh nothing in the directions."""
    size = next(iter(domains.values())).pooled.shape[1]
    read = np.concatenate([np.arange(channels), size // 2 + np.arange(channels)])
    cut = {name: replace(domain, pooled=domain.pooled[:, read]) for name, domain in domains.items()}
    cut_damaged = [replace(kind, plain=kind.plain[:, read], copies=kind.copies[:, read]) for kind in damaged]
    fitted = fit_background(cut, cut_damaged, directions)
    return replace(
        fitted, center=spread_out(fitted.center, read, size), projection=spread_out(fitted.projection, read, size)
    )


def spread_out(values: Floats, read: npt.NDArray[np.int64], size: int) -> Floats:
    """float64 [..., N] -> [..., size], each at its place, and 0 elsewhere."""
    wide = np.zeros((*values.shape[:-1], size))
    wide[..., read] = values
    return wide


def fit_background(
    domains: Mapping[str, Domain], damaged: Sequence[DamagedKind] = (), directions: int = DIRECTIONS
) -> Background:
    """Whitens by what varies within domains, keeps the directions in which everything varies most and those that tell
    images from their damaged copies, and fits each kind there.

    Every domain counts the same, however many images it has, and so does every damaged kind among everything.
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
    basis = directions_of_total[:, ::-1][:, :directions]
    for kind in damaged:
        basis = widened(basis, discriminant((kind.plain - center) @ whiten, (kind.copies - center) @ whiten))
    projection = (whiten @ basis).T.astype(np.float32).astype(np.float64)
    z = {name: (x - center) @ projection.T for name, x in pooled.items()}
    # Whitened by the same domains, the covariance within them is the identity but for the shrinking, and a Gaussian
    # that is fitted later, from model.json alone, takes it for that.
    known = [fit_kind(z[name], name, domains[name].datasets) for name in domains]
    copies = [(kind.copies - center) @ projection.T for kind in damaged]
    known += [
        fit_gaussian(z_of, SHARED_DAMAGE, kind.name, kind.datasets) for kind, z_of in zip(damaged, copies, strict=True)
    ]
    # Without the damaged kinds, the direction of a damage would be narrow in everything too, and an image far out in it
    # no more like everything than like a head's own: of adult films that were left out .63 were refused, with them .89.
    return Background(center, projection, pooled_gaussian([*z.values(), *copies]), tuple(known))


def discriminant(plain: Floats, copies: Floats) -> Floats:
    """The direction that tells two groups of whitened images apart, float64 [N, K] -> [K] of length 1 (Fisher's)."""
    size = plain.shape[1]
    within = (np.cov(plain.T, bias=True) + np.cov(copies.T, bias=True)) / 2
    within = (1 - SHRINK_DAMAGE) * within + SHRINK_DAMAGE * np.trace(within) / size * np.eye(size)
    direction = np.linalg.solve(within, copies.mean(0) - plain.mean(0))
    return np.asarray(direction / np.linalg.norm(direction))


def widened(basis: Floats, direction: Floats) -> Floats:
    """Orthonormal columns, float64 [K, D], with one more for what of a direction they do not hold, if there is any."""
    rest = direction - basis @ (basis.T @ direction)
    # Once more, since what is left of a small rest is mostly rounding.
    rest = rest - basis @ (basis.T @ rest)
    length = np.linalg.norm(rest)
    return basis if length < NEW else np.column_stack([basis, rest / length])


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
