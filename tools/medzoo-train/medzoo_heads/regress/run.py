"""From embeddings to a head of numbers: linear probe, head with attention, the better of the two, and its intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import jax.numpy as jnp
import numpy as np

from ..arrays import Floats, Json
from ..embeddings.columns import find_column, numbers_in
from ..embeddings.rows import Row
from ..embeddings.splits import Splits, check_enough
from ..errors import TrainError
from ..export.golden import value_answer
from ..finish import Trained
from ..measure.numbers import value_metrics
from ..measure.report import say_metrics
from ..numbers.contest import domains_of, hold_contest
from ..numbers.fit import Wanted
from ..numbers.graphs import declare
from ..numbers.probe import absolute_error, fit_probes, fit_ridge
from ..prepare import Opened, groups_of, prepare
from ..settings import Settings
from ..training import Clock, say
from .interval import interval_of
from .quantities import choose_quantities

OUTPUT = "values"


def train_regressor(opened: Opened, settings: Settings, clock: Clock) -> Trained:
    units = choose_quantities(settings, opened.before)
    labels = list(units)
    everything = opened.embeddings.rows
    columns = [find_column(everything, label, (f"_{unit}", "")) for label, unit in units.items()]
    known = dict(zip((row.number for row in everything), ~np.isnan(numbers_in(everything, columns)), strict=True))

    def check(splits: Splits) -> None:
        for k, column in enumerate(columns):
            check_enough(splits, f"with a number in the column {column}", lambda row, k=k: bool(known[row.number][k]))  # type: ignore[misc]

    data = prepare(opened, settings, lambda row: bool(known[row.number].any()), check)
    said = [f"{label} in {units[label]} ({column})" for label, column in zip(labels, columns, strict=True)]
    say(f"Numbers, in the order of the outputs: {', '.join(said)}.")
    mean, std = scale_of(numbers_in(data.splits.train_originals, columns), labels, columns)

    def truth_of(rows: Sequence[Row]) -> Floats:
        return np.asarray((numbers_in(rows, columns) - mean) / std)

    def judge(found: Floats, truth: Floats) -> tuple[float, str]:
        errors = np.nanmean(np.abs(found - truth), axis=0)
        parts = zip(labels, errors * std, strict=True)
        words = ", ".join(f"{label} {error:.3g} {units[label]}" for label, error in parts)
        return float(errors.mean()), f"mean absolute error {words}"

    # Huber's loss on standardised numbers: one wrong row of the index does not draw all others.
    wanted = Wanted(OUTPUT, lambda found, truth: huber(found - truth), judge, mixing=0)
    fit = partial(fit_probes, fit=fit_ridge, loss=absolute_error)
    winner = hold_contest(wanted, fit, truth_of, opened, data, settings, clock)
    dataset = settings.about.dataset
    val_truth, test_truth = (numbers_in(rows, columns) for rows in (data.splits.val, data.splits.test))
    quantities = quantities_of(units, mean, std, winner.val * std + mean, val_truth, dataset)
    widths = [quantities[label].get("interval", {}).get("halfWidth") for label in labels]
    metrics = value_metrics(
        winner.test * std + mean, test_truth, widths, labels, groups_of(data.splits.test), dataset, settings.seed
    )
    say_metrics(metrics, groups_of(data.splits.test))
    inputs, outputs = declare(opened.embeddings.about.shape, len(labels), OUTPUT)
    return Trained(
        model=winner.model, inputs=inputs, outputs=outputs, labels=labels,
        extra={"quantities": quantities},
        domains=domains_of(opened, settings, data), metrics=metrics,
        answer=lambda found: value_answer(found[OUTPUT], labels, mean, std), n=len(data.splits.train_originals),
        report={"task": "regression", **winner.report},
    )  # fmt: skip


def scale_of(learnt: Floats, labels: Sequence[str], columns: Sequence[str]) -> tuple[Floats, Floats]:
    """Mean and deviation of each number in train, as model.json has them."""
    scale = []
    for of in (np.nanmean(learnt, axis=0), np.nanstd(learnt, axis=0)):
        scale.append(np.array([float(f"{value:.6g}") for value in of]))
    for label, column, deviation in zip(labels, columns, scale[1], strict=True):
        if deviation <= 0:
            raise TrainError(
                f"All train images have the same number in the column {column}: there is nothing to learn for "
                f'"{label}".'
            )
    return scale[0], scale[1]


def quantities_of(
    units: Mapping[str, str], mean: Floats, std: Floats, found: Floats, truth: Floats, dataset: str
) -> Json:
    """The `quantities` of model.json, with intervals from val; found and truth: float64 [N, K] in their units."""
    quantities: Json = {}
    for k, (label, unit) in enumerate(units.items()):
        known = ~np.isnan(truth[:, k])
        quantities[label] = {"unit": unit, "mean": float(mean[k]), "std": float(std[k])}
        interval = interval_of(found[known, k], truth[known, k], dataset)
        if interval is None:
            say(f"{label} has no interval: 9 images of val with a number are needed, and {int(known.sum())} have one.")
            continue
        quantities[label]["interval"] = interval
        say(f"{label}: 9 of 10 true values lie within {interval['halfWidth']:g} {unit} of the answer (val).")
    return quantities


def huber(differences: jnp.ndarray) -> jnp.ndarray:
    size = jnp.abs(differences)
    return jnp.where(size <= 1, 0.5 * size**2, size - 0.5)
