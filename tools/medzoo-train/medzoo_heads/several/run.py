"""From embeddings to a multi-label head: linear probe, head with attention, the better of the two, and what makes its
probabilities honest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import jax.numpy as jnp
import numpy as np

from ..arrays import Floats
from ..embeddings.columns import find_column, listed_in, parts_of, presences_in
from ..embeddings.labels import check_spelling
from ..embeddings.rows import Row
from ..embeddings.splits import Splits, check_enough
from ..errors import TrainError
from ..export.golden import several_answer
from ..finish import Trained
from ..measure.numbers import several_metrics
from ..measure.report import say_metrics
from ..numbers.contest import domains_of, hold_contest
from ..numbers.fit import Wanted
from ..numbers.graphs import declare
from ..numbers.probe import cross_entropy, fit_logistic, fit_probes
from ..prepare import Opened, groups_of, prepare
from ..settings import Settings, as_option, show_names
from ..training import Clock, say
from .thresholds import best_threshold, fit_temperature, sigmoid

OUTPUT = "label_logits"
#: Of the Beta distribution that images are mixed by.
MIXING = 0.3

TruthOf = Callable[[Sequence[Row]], Floats]


def train_several(opened: Opened, settings: Settings, clock: Clock) -> Trained:
    labels, read = find_truth(opened, settings)
    can_leave_out = settings.separator is not None and len(labels) > 1
    everything = opened.embeddings.rows
    truth = dict(zip((row.number for row in everything), read(everything), strict=True))

    def truth_of(rows: Sequence[Row]) -> Floats:
        return np.stack([truth[row.number] for row in rows])

    def check(splits: Splits) -> None:
        for k, label in enumerate(labels):
            for number, words in ((1, "that have"), (0, "that do not have")):

                def has(row: Row, k: int = k, number: int = number) -> bool:
                    return bool(truth[row.number][k] == number)

                check_enough(splits, f'{words} the label "{label}"', has, can_leave_out)

    data = prepare(opened, settings, lambda row: not np.isnan(truth[row.number]).all(), check)
    say(f"Labels, each by itself, in the order of the outputs: {', '.join(labels)}.")

    winner = hold_contest(
        Wanted(OUTPUT, entropy, judge_labels, MIXING), partial(fit_probes, fit=fit_logistic, loss=cross_entropy),
        truth_of, opened, data, settings, clock,
    )  # fmt: skip
    val_truth, dataset = truth_of(data.splits.val), settings.about.dataset
    temperature = fit_temperature(winner.val, val_truth)
    chances = sigmoid(winner.val / temperature)
    thresholds = [best_threshold(chances[:, k], val_truth[:, k]) for k in range(len(labels))]
    metrics = several_metrics(
        sigmoid(winner.test / temperature), truth_of(data.splits.test), thresholds, labels,
        groups_of(data.splits.test), dataset, settings.seed,
    )  # fmt: skip
    say_metrics(metrics, groups_of(data.splits.test))
    inputs, outputs = declare(opened.embeddings.about.shape, len(labels), OUTPUT)
    return Trained(
        model=winner.model, inputs=inputs, outputs=outputs, labels=labels,
        extra={
            "thresholds": dict(zip(labels, thresholds, strict=True)),
            "calibration": {"temperature": temperature, "dataset": dataset, "split": "val", "n": len(val_truth)},
        },
        domains=domains_of(opened, settings, data), metrics=metrics,
        answer=lambda found: several_answer(found[OUTPUT], labels, temperature), n=len(data.splits.train_originals),
        report={"task": "multilabel", **winner.report},
    )  # fmt: skip


def entropy(logits: jnp.ndarray, wanted: jnp.ndarray) -> jnp.ndarray:
    """Cross-entropy of each label; `wanted` 0..1."""
    return jnp.maximum(logits, 0) - logits * wanted + jnp.log1p(jnp.exp(-jnp.abs(logits)))


def judge_labels(logits: Floats, truth: Floats) -> tuple[float, str]:
    """The mean over labels of the cross-entropy after the temperature, so that a rare label counts as any other."""
    tempered = logits / fit_temperature(logits, truth)
    losses = []
    for k in range(truth.shape[1]):
        known = ~np.isnan(truth[:, k])
        losses.append(cross_entropy(tempered[known, k], truth[known, k]))
    known = ~np.isnan(truth)
    right = ((tempered >= 0) == (truth == 1))[known].mean()
    return float(np.mean(losses)), f"loss {np.mean(losses):.4f}, right {right:.3f} of all labels"


def find_truth(opened: Opened, settings: Settings) -> tuple[list[str], TruthOf]:
    """The labels in the order of the outputs, and what reads the truth of rows: float64 [N, K] with NaN."""
    rows, left_out = opened.embeddings.rows, settings.leave_out
    asked = list(settings.labels or opened.before.get("labels", []))
    if len(set(asked)) < len(asked):
        raise TrainError("--labels names a label twice.")
    if settings.separator is None:
        if not asked:
            raise TrainError(
                "Name the labels with --labels effusion,mass: index.csv has a column of that name for each, with 1, 0 "
                "or, for what is uncertain, -1. Where all labels of an image stand in its column label, say what is "
                'between them: --separator "|".'
            )
        columns = [find_column(rows, label) for label in asked]
        return asked, lambda some: presences_in(some, columns)
    separator = settings.separator
    parts = [part for row in rows if row.copy == 0 for part in parts_of(row.label, separator) if part not in left_out]
    check_spelling(parts)
    there = sorted(set(parts))
    labels = asked or there
    unknown = [part for part in there if part not in labels]
    if unknown:
        raise TrainError(
            f'Images have the label "{unknown[0]}", which is none of {show_names(labels)}. Add it to --labels, or, '
            f"where it says that nothing was found or is of no interest, give --leave-out {as_option(unknown[0])}."
        )
    if not labels:
        raise TrainError("No image has a label in the column label of index.csv.")
    return labels, lambda some: listed_in(some, labels, separator)
