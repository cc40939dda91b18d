"""The linear probe: logistic regression on pooled embeddings, and the baseline that a head has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from ..arrays import Floats, Halves, Ints, Singles
from ..domain.pooling import pool
from ..mixtures.mixtures import Mixtures

#: Strengths of the penalty that are tried on val, on standardised features and a mean loss.
PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
#: Penalties in a row that do worse on val than the best before, after which no smaller one is tried.
ENOUGH = 3
#: Each fit begins at the one before, and what more steps change is not seen in a probability's third digit.
PRECISION = {"maxiter": 100, "maxcor": 20, "ftol": 1e-7, "gtol": 1e-5}


@dataclass(frozen=True)
class Probe:
    """logits = pooled @ weight.T + bias, on pooled embeddings as they come (the standardisation is folded in)."""

    #: float64 [K, 2C], or [K, 2C + M] with mixtures.
    weight: Floats
    #: float64 [K]
    bias: Floats
    penalty: float
    #: Whose deviations stand behind means and deviations of the channels.
    mixtures: Mixtures | None = None

    def logits(self, pooled: Floats) -> Floats:
        return pooled @ self.weight.T + self.bias

    def ask(self, values: Halves | Singles) -> Floats:
        """Embeddings, float [N, C, h, w] -> logits float64 [N, K]."""
        pooled = pool(values)
        if self.mixtures is not None:
            pooled = np.concatenate([pooled, self.mixtures.deviations(values)], axis=1)
        return self.logits(pooled)

    def reading(self, mixtures: Mixtures) -> Probe:
        """The same, fitted on the deviations of these mixtures too."""
        return replace(self, mixtures=mixtures)


def log_loss(logits: Floats, labels: Ints, weights: Floats | None = None) -> float:
    """Mean cross-entropy in nats; `weights` of the images sum to anything."""
    losses = -log_softmax(logits, axis=1)[np.arange(len(labels)), labels]
    return float(np.average(losses, weights=weights))


def balance(labels: Ints, classes: int) -> Floats:
    """A weight for each image, so that a class counts as the root of its number: rare ones are heard, and do not
    shout.
    """
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    weights = 1 / np.sqrt(np.maximum(counts, 1))[labels]
    return np.asarray(weights / weights.mean())


def fit_probe(
    train: Floats, labels: Ints, val: Floats, val_labels: Ints, classes: int, penalties: Sequence[float] = PENALTIES
) -> Probe:
    """Fits one probe for each penalty, each from the one before, and returns that with the least balanced loss on val.

    train: float64 [N, 2C], copies included; labels: int64 [N].
    """
    center, scale = train.mean(0), train.std(0) + 1e-6
    x = (train - center) / scale
    held = (val - center) / scale
    weights, held_weights = balance(labels, classes), balance(val_labels, classes)
    parameters = np.zeros(classes * (x.shape[1] + 1))
    best, least, since = None, np.inf, 0
    for penalty in penalties:
        parameters = descend(x, labels, weights, classes, penalty, parameters)
        weight, bias = unpack(parameters, classes)
        loss = log_loss(held @ weight.T + bias, val_labels, held_weights)
        since += 1
        if loss < least:
            best, least, since = Probe(weight / scale, bias - weight @ (center / scale), penalty), loss, 0
        if since == ENOUGH:
            break
    assert best is not None
    return best


def unpack(parameters: Floats, classes: int) -> tuple[Floats, Floats]:
    table = parameters.reshape(classes, -1)
    return table[:, :-1], table[:, -1]


def descend(x: Floats, labels: Ints, weights: Floats, classes: int, penalty: float, start: Floats) -> Floats:
    """Minimises the weighted cross-entropy with an L2 penalty: convex, so the same answer from every start."""
    wanted = np.eye(classes)[labels]
    shares = weights / weights.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weight, bias = unpack(parameters, classes)
        logs = log_softmax(x @ weight.T + bias, axis=1)
        value = -float((shares * (logs * wanted).sum(1)).sum()) + 0.5 * penalty * float(np.square(weight).sum())
        slope = (np.exp(logs) - wanted) * shares[:, None]
        return value, np.concatenate([slope.T @ x + penalty * weight, slope.sum(0)[:, None]], axis=1).ravel()

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=PRECISION)
    return np.asarray(found.x, np.float64)
