"""Linear probes on pooled embeddings, one for each label: ridge regression, and logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from ..arrays import Floats
from ..classify.probe import ENOUGH, PRECISION, Probe

#: Strengths of the penalty that are tried on val, on standardised features and a mean loss.
PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)

#: Standardised features float64 [N, 2C], truth [N], penalty, start [2C + 1] -> weights and, last, the bias [2C + 1].
Fit = Callable[[Floats, Floats, float, Floats], Floats]
#: Outputs and truth, [N] each, to the mean loss.
Loss = Callable[[Floats, Floats], float]


def fit_probes(train: Floats, truth: Floats, val: Floats, val_truth: Floats, fit: Fit, loss: Loss) -> Probe:
    """A probe for each label on the images of which its truth is known (not NaN), with the penalty of the least loss on
    val.

    train, val: float64 [N, 2C]; truth: float64 [N, K]. `penalty` of the probe is that of the first label.
    """
    center, scale = train.mean(0), train.std(0) + 1e-6
    x, held = (train - center) / scale, (val - center) / scale
    rows = [fit_label(x, truth[:, k], held, val_truth[:, k], fit, loss) for k in range(truth.shape[1])]
    weight = np.stack([parameters[:-1] for parameters, _ in rows])
    bias = np.array([parameters[-1] for parameters, _ in rows])
    return Probe(weight / scale, bias - weight @ (center / scale), rows[0][1])


def fit_label(
    x: Floats, truth: Floats, held: Floats, held_truth: Floats, fit: Fit, loss: Loss,
    penalties: Sequence[float] = PENALTIES,
) -> tuple[Floats, float]:  # fmt: skip
    known, held_known = ~np.isnan(truth), ~np.isnan(held_truth)
    parameters = np.zeros(x.shape[1] + 1)
    best, chosen, least, since = parameters, penalties[0], np.inf, 0
    for penalty in penalties:
        parameters = fit(x[known], truth[known], penalty, parameters)
        found = loss(held[held_known] @ parameters[:-1] + parameters[-1], held_truth[held_known])
        since += 1
        if found < least:
            best, chosen, least, since = parameters, penalty, found, 0
        if since == ENOUGH:
            break
    return best, chosen


def fit_ridge(x: Floats, truth: Floats, penalty: float, start: Floats) -> Floats:
    """Minimises half of the mean squared error, with an L2 penalty; the bias has none."""
    center, mean = x.mean(0), truth.mean()
    centred = x - center
    matrix = centred.T @ centred / len(x) + penalty * np.eye(x.shape[1])
    weight = np.linalg.solve(matrix, centred.T @ (truth - mean) / len(x))
    return np.append(weight, mean - center @ weight)


def fit_logistic(x: Floats, truth: Floats, penalty: float, start: Floats) -> Floats:
    """Minimises the mean cross-entropy with an L2 penalty: convex. Rare labels count as they come, so that the
    probabilities are those of images like these.
    """

    def loss(parameters: Floats) -> tuple[float, Floats]:
        logits = x @ parameters[:-1] + parameters[-1]
        value = cross_entropy(logits, truth) + 0.5 * penalty * float(np.square(parameters[:-1]).sum())
        with np.errstate(over="ignore"):
            slope = (1 / (1 + np.exp(-logits)) - truth) / len(truth)
        return value, np.append(x.T @ slope + penalty * parameters[:-1], slope.sum())

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options=PRECISION).x, np.float64)


def cross_entropy(logits: Floats, truth: Floats) -> float:
    return float((np.logaddexp(0, logits) - truth * logits).mean())


def absolute_error(found: Floats, truth: Floats) -> float:
    return float(np.abs(found - truth).mean())
