"""From embeddings to a classifier: linear probe, head with attention, the better of the two, and what is known of
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from scipy.special import softmax

from ..arrays import Floats, Ints, Json
from ..domain.score import HeadDomain, fit_domain
from ..embeddings.embeddings import Embeddings
from ..embeddings.labels import choose_labels, numbers_of
from ..embeddings.rows import Row
from ..embeddings.splits import Splits
from ..export.golden import class_answer
from ..export.graph import check_same, open_session, run_model
from ..finish import Trained
from ..measure.bootstrap import auroc_of
from ..measure.classes import class_metrics
from ..measure.report import say_metrics
from ..prepare import NO_DOMAIN, Data, Opened, groups_of, is_better, prepare
from ..settings import Settings
from ..training import Clock, Weights, say
from .calibrate import calibration_of, fit_temperature, plausible_sets
from .choose import Looked, choose_probe, in_words
from .fit import fit_medcls, run_logits
from .graphs import declare, medcls_graph, probe_graph
from .medcls import forward
from .probe import Probe, balance, log_loss

#: Images that the network and its file are compared on.
COMPARED = 4


def train_classifier(opened: Opened, settings: Settings, clock: Clock) -> Trained:
    known = opened.before.get("labels", [])
    labels = choose_labels(opened.splits, settings.labels, settings.leave_out, known)

    def check(splits: Splits) -> None:
        choose_labels(splits, labels, (), ())

    data = prepare(opened, settings, lambda row: row.label in labels, check)
    say(f"Labels, in the order of the outputs: {', '.join(labels)}.")
    val_rows = data.splits.val
    truth, classes = numbers_of(val_rows, labels), len(labels)
    looked = choose_probe(opened, data, labels, describe, clock)
    found = hold_contest(looked, opened, data, labels, settings, clock)
    session_logits = run_logits(found.model, opened.embeddings, [*val_rows, *data.splits.test])
    dataset = settings.about.dataset
    calibration = calibration_of(session_logits[: len(val_rows)], truth, labels, dataset)
    metrics = measure_test(
        session_logits[len(val_rows) :], data.splits.test, labels, calibration, dataset, settings.seed
    )
    say_metrics(metrics, groups_of(data.splits.test))
    inputs, outputs = declare(opened.embeddings.about.shape, classes)
    return Trained(
        model=found.model, inputs=inputs, outputs=outputs, labels=labels, extra={"calibration": calibration},
        domains=domains_of(opened, settings, data), metrics=metrics,
        answer=lambda found: class_answer(found["logits"], labels, calibration["temperature"]),
        n=len(data.splits.train_originals), report={"task": "classification", **found.report},
    )  # fmt: skip


@dataclass(frozen=True)
class Winner:
    """Who won on val."""

    model: Any
    #: For training.json.
    report: Json


def hold_contest(
    looked: Looked, opened: Opened, data: Data, labels: Sequence[str], settings: Settings, clock: Clock
) -> Winner:
    """The probe against a head with attention, which begins with the probe's answer."""
    embeddings, train_rows, val_rows = opened.embeddings, data.splits.train, data.splits.val
    shape, probe, truth = embeddings.about.shape, looked.probe, numbers_of(val_rows, labels)
    say("Head with attention:")
    outcome, logits = fit_medcls(embeddings, probe, train_rows, labels, val_rows, clock, settings.seed, settings.steps)
    head_said = describe(logits, truth)
    say(f"Trained for {outcome.steps} steps, {clock.seconds:.0f} s; stopped, since {outcome.why}.")
    head_wins = is_better(head_said["loss"], looked.said["loss"])
    say(f"  linear probe         val {in_words(looked.said)}")
    say(f"  head with attention  val {in_words(head_said)}")
    chosen = "head with attention" if head_wins else "linear probe"
    say(f"The {chosen} has less loss on val, and is written.")
    model = medcls_graph(outcome.weights, shape, probe.mixtures) if head_wins else probe_graph(probe, shape)
    compare(model, probe, embeddings, val_rows, outcome.weights if head_wins else None)
    report = {
        "chosen": chosen, "mixtures": probe.mixtures is not None, "steps": outcome.steps, "stopped": outcome.why,
        "val": {"linear probe": looked.said, "head with attention": head_said}, "penalty": probe.penalty,
    }  # fmt: skip
    return Winner(model, report)


def describe(logits: Floats, truth: Ints) -> Json:
    """On val: the loss after the temperature, classes balanced, by which the better one is chosen, and more."""
    tempered = logits / fit_temperature(logits, truth)
    there = np.unique(truth)
    right = logits.argmax(1) == truth
    chances = softmax(tempered, axis=1)
    whole = np.ones((1, len(truth)))
    aurocs = [auroc_of(chances[:, k], (truth == k).astype(np.float64))(whole)[0] for k in there]
    return {
        "loss": round(log_loss(tempered, truth, balance(truth, logits.shape[1])), 4),
        "accuracy": round(float(right.mean()), 4),
        "balanced_accuracy": round(float(np.mean([right[truth == k].mean() for k in there])), 4),
        "auroc": round(float(np.mean(aurocs)), 4),
        "n": len(truth),
    }


def compare(model: Any, probe: Probe, embeddings: Embeddings, rows: Sequence[Row], weights: Weights | None) -> None:
    """Holds the file against the network that was trained, or against the probe where weights are None."""
    values = np.asarray(embeddings.take(rows[:COMPARED]), np.float32)
    found = run_model(open_session(model), {"embedding": values})
    if weights is not None:
        names = ("logits", "attention", "evidence")
        expected = jax.jit(lambda w, x: forward(w, x, mixtures=probe.mixtures))(weights, values)
        check_same(found, dict(zip(names, map(np.asarray, expected), strict=True)))
    else:
        check_same(found, {"logits": np.asarray(probe.ask(values), np.float32)})


def measure_test(
    logits: Floats, rows: Sequence[Row], labels: Sequence[str], calibration: Json, dataset: str, seed: int
) -> list[Json]:
    probabilities = softmax(logits / calibration["temperature"], axis=1)
    quantiles = [calibration["conformal"]["quantiles"][label] for label in labels]
    sets = plausible_sets(probabilities, quantiles)
    truth = numbers_of(rows, labels)
    return class_metrics(probabilities, truth, sets, labels, groups_of(rows), dataset, seed)


def domains_of(opened: Opened, settings: Settings, data: Data) -> list[HeadDomain]:
    """One entry for the whole head; none where the encoder's background is not known."""
    if opened.background is None:
        say(NO_DOMAIN)
        return []
    rows, pooled = data.look("train")
    kind = settings.kind or settings.about.dataset
    held_out = data.look("val")[1]
    return [fit_domain(opened.background, pooled, [row.label for row in rows], held_out, kind, settings.about.dataset)]
