"""The linear probe: from each cell of the embedding, on its own and linearly, to the pixels below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ..arrays import Bools, Floats, Halves

#: Parts on a side that a cell is told apart into; what is finer is left to the resize.
SIDE = 4
#: Cells that are looked at: the fit is of a few thousand numbers, and more cells change it little.
CELLS = 8_000
PENALTIES = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True)
class CellProbe:
    """Logits of the parts of a cell = weight @ cell + bias, rows in the order of DepthToSpace: part by part, then
    target.
    """

    #: float64 [side * side * T, C]
    weight: Floats
    bias: Floats


def shares_of(truth: Bools, grid: tuple[int, int], side: int) -> Floats:
    """bool [N, T, H, W] -> float64 [N, h, w, side * side * T]: how much of each part of each cell is target."""
    count, targets, height, width = truth.shape
    rows, columns = grid
    parts = truth.reshape(
        count, targets, rows, side, height // rows // side, columns, side, width // columns // side
    ).mean(axis=(4, 7), dtype=np.float64)
    return np.asarray(parts.transpose(0, 2, 4, 3, 5, 1).reshape(count, rows, columns, -1))


def gather_cells(
    draw: Callable[[], Sequence[tuple[Halves, Bools]]], side: int, rng: np.random.Generator, images: int
) -> tuple[Floats, Floats]:
    """Cells of many images, a few of each: float64 [M, C] and what is target in them, float64 [M, side * side * T]."""
    each = max(1, CELLS // max(images, 1))
    cells, shares = [], []
    for embedding, truth in draw():
        channels, *grid = embedding.shape[1:]
        flat = embedding.transpose(0, 2, 3, 1).reshape(-1, channels)
        parts = shares_of(truth, (grid[0], grid[1]), side).reshape(len(flat), -1)
        picked = rng.choice(len(flat), min(len(flat), each * len(embedding)), replace=False)
        cells.append(flat[picked].astype(np.float64))
        shares.append(parts[picked])
    return np.concatenate(cells), np.concatenate(shares)


def fit_cells(cells: Floats, shares: Floats, held: tuple[Floats, Floats]) -> CellProbe:
    """Logistic regression on shares; the penalty is that with the least loss on held-out cells."""
    center, scale = cells.mean(0), cells.std(0) + 1e-6
    x, y = (cells - center) / scale, (held[0] - center) / scale
    parameters = np.zeros((shares.shape[1], x.shape[1] + 1))
    parameters[:, -1] = np.log((shares.mean(0) + 1e-4) / (1 - shares.mean(0) + 1e-4))
    best, least = None, np.inf
    for penalty in PENALTIES:
        parameters = descend(x, shares, penalty, parameters)
        weight, bias = parameters[:, :-1], parameters[:, -1]
        loss = cross_entropy(y @ weight.T + bias, held[1])
        if loss < least:
            best, least = CellProbe(weight / scale, bias - weight @ (center / scale)), loss
    assert best is not None
    return best


def cross_entropy(logits: Floats, shares: Floats) -> float:
    return float((np.logaddexp(0, logits) - shares * logits).mean())


def descend(x: Floats, shares: Floats, penalty: float, start: Floats) -> Floats:
    """Minimises the mean cross-entropy with an L2 penalty; convex."""

    def loss(flat: Floats) -> tuple[float, Floats]:
        parameters = flat.reshape(start.shape)
        weight, bias = parameters[:, :-1], parameters[:, -1]
        logits = x @ weight.T + bias
        value = cross_entropy(logits, shares) + 0.5 * penalty * float(np.square(weight).sum())
        with np.errstate(over="ignore"):
            slope = (1 / (1 + np.exp(-logits)) - shares) / shares.size
        return value, np.concatenate([slope.T @ x + penalty * weight, slope.sum(0)[:, None]], axis=1).ravel()

    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 60, "maxcor": 10})
    return np.asarray(found.x, np.float64).reshape(start.shape)
