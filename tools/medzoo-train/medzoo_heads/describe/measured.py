"""A classifier from elsewhere, asked about the images of its embeddings: temperature, conformal sets, metrics, and
whether its labels are in the order of its outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import softmax
from scipy.stats import binomtest

from ..arrays import Floats, Ints, Json
from ..classify.calibrate import calibration_of, plausible_sets
from ..embeddings.embeddings import Embeddings
from ..embeddings.format import normalisation_of
from ..embeddings.labels import check_spelling, numbers_of
from ..embeddings.rows import Row
from ..embeddings.splits import Splits
from ..errors import TrainError
from ..export.graph import run_model
from ..measure.classes import class_metrics
from ..settings import show_names

#: How much larger the mean recall of another order of the labels may be before an order is refused: of a head that
#: tells its labels apart, another order than the true one loses more.
DOUBT = 0.2
#: How likely that may be by chance, of a head that guesses (McNemar's test).
CHANCE = 0.01
SEED = 1


def measure_classes(
    session: Any, embeddings: Embeddings, splits: Splits, labels: Sequence[str], dataset: str, temperature: float | None
) -> Json:
    """`calibration` of val and `metrics` of test; TrainError where the labels are in another order than the outputs.

    temperature: fitted on val if None. session: of a head that takes `embedding`, or `image` too, and gives `logits`.
    """
    val, test = splits.val, splits.test
    logits, truth = ask(session, embeddings, val, len(labels)), numbers_of(val, labels)
    check_order(logits, truth, labels)
    calibration = calibration_of(logits, truth, labels, dataset, temperature=temperature)
    quantiles = [calibration["conformal"]["quantiles"][label] for label in labels]
    probabilities = softmax(ask(session, embeddings, test, len(labels)) / calibration["temperature"], axis=1)
    metrics = class_metrics(
        probabilities, numbers_of(test, labels), plausible_sets(probabilities, quantiles), labels,
        [row.group for row in test], dataset, SEED,
    )  # fmt: skip
    return {"calibration": calibration, "metrics": metrics}


def labelled(splits: Splits, labels: Sequence[str]) -> Splits | None:
    """Images with one of the head's labels; nothing where no image has a label at all.

    TrainError where the images are labelled otherwise.
    """
    there = {row.label for rows in splits.by_name().values() for row in rows if row.label}
    if not there:
        return None
    check_spelling([*there, *labels])
    absent = [label for label in labels if label not in there]
    if absent:
        raise TrainError(
            f'No image has the label "{absent[0]}" of --labels. There are {show_names(sorted(there))}. Write the '
            "labels as index.csv has them, in the order of the outputs."
        )
    return splits.keep(lambda row: row.label in labels)


def ask(session: Any, embeddings: Embeddings, rows: Sequence[Row], classes: int) -> Floats:
    """Logits, float64 [N, K]."""
    logits = np.empty((len(rows), classes))
    asked = {value.name for value in session.get_inputs()}
    mean, std = normalisation_of(embeddings.about.preprocess)
    for place, values in embeddings.chunks(rows):
        feeds = {"embedding": values.astype(np.float32)}
        if "image" in asked:
            feeds["image"] = ((embeddings.images(rows[place]) - mean) / std).astype(np.float32)
        logits[place] = run_model(session, {name: feeds[name] for name in asked})["logits"]
    return logits


def check_order(logits: Floats, truth: Ints, labels: Sequence[str]) -> None:
    """Whether some other order of the labels would make far more answers right."""
    count = len(labels)
    recalls = np.zeros((count, count))  # of an output, as a label
    for k in range(count):
        own = truth == k
        if own.any():
            recalls[:, k] = np.bincount(logits[own].argmax(1), minlength=count) / own.sum()
    outputs, best = linear_sum_assignment(-recalls)
    as_given, as_found = float(np.diag(recalls).mean()), float(recalls[outputs, best].mean())
    by_output = np.empty(count, np.int64)
    by_output[outputs] = best
    found, given = (places[logits.argmax(1)] == truth for places in (by_output, np.arange(count)))
    gained, lost = int((found & ~given).sum()), int((given & ~found).sum())
    if as_found - as_given <= DOUBT or binomtest(gained, gained + lost, 0.5, "greater").pvalue >= CHANCE:
        return
    order = ",".join(show_names([labels[k]]) for k in best)
    raise TrainError(
        f"The labels are in another order than the outputs: of {len(truth)} images of val, the head is right about "
        f"{as_given:.0%} as they are given, and about {as_found:.0%} with --labels {order} (mean over labels)."
    )
