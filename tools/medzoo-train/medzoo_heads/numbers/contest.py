"""The probe and the head against one another on val, as of both tasks of numbers; the better one is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from ..arrays import Floats, Json
from ..classify.medcls import forward
from ..classify.probe import Probe
from ..domain.score import HeadDomain, fit_domain
from ..embeddings.rows import Row
from ..export.graph import check_same, open_session, run_model
from ..mixtures.mixed import is_worth_it, look_closer
from ..prepare import NO_DOMAIN, Data, Opened, is_better
from ..settings import Settings
from ..training import Clock, Outcome, say
from .fit import Wanted, fit_numbers, run_numbers
from .graphs import attention_graph, probe_graph

#: Images that the network and its file are compared on.
COMPARED = 4
NAMES = ("linear probe", "head with attention")


@dataclass(frozen=True)
class Winner:
    model: Any
    #: float64 [N, K] of val, and of test.
    val: Floats
    test: Floats
    #: For training.json.
    report: Json


def hold_contest(
    wanted: Wanted, fit: Callable[[Floats, Floats, Floats, Floats], Probe], truth_of: Callable[[Sequence[Row]], Floats],
    opened: Opened, data: Data, settings: Settings, clock: Clock,
) -> Winner:  # fmt: skip
    """`fit` makes the probe of train and val; `truth_of` gives float64 [N, K] with NaN for what is not known."""
    embeddings, shape = opened.embeddings, opened.embeddings.about.shape
    train_rows, val_rows = data.splits.train, data.splits.val
    truth, val_truth = truth_of(train_rows), truth_of(val_rows)
    probe, probe_loss, probe_said = choose_probe(wanted, fit, truth, val_truth, opened, data, clock)
    say("Head with attention:")
    outcome = fit_numbers(
        embeddings, probe, wanted, train_rows, truth, val_rows, val_truth, clock, settings.seed, settings.steps
    )
    head = attention_graph(outcome.weights, shape, wanted.output, probe.mixtures)
    head_loss, head_said = wanted.judge(run_numbers(head, wanted.output, embeddings, val_rows), val_truth)
    say(f"Trained for {outcome.steps} steps, {clock.seconds:.0f} s; stopped, since {outcome.why}.")
    for name, said in zip(NAMES, (probe_said, head_said), strict=True):
        say(f"  {name:<19}  val {said}")
    head_wins = is_better(head_loss, probe_loss)
    say(f"The {NAMES[head_wins]} has less loss on val, and is written.")
    model = head if head_wins else probe_graph(probe, shape, wanted.output)
    compare(model, wanted, opened, val_rows, probe, outcome if head_wins else None)
    losses = zip(NAMES, (probe_loss, head_loss), strict=True)
    return Winner(
        model,
        run_numbers(model, wanted.output, embeddings, val_rows),
        run_numbers(model, wanted.output, embeddings, data.splits.test),
        {
            "chosen": NAMES[head_wins], "mixtures": probe.mixtures is not None, "steps": outcome.steps,
            "stopped": outcome.why, "penalty": probe.penalty,
            "val": {name: {"loss": round(loss, 4), "n": len(val_rows)} for name, loss in losses},
        },
    )  # fmt: skip


def choose_probe(
    wanted: Wanted, fit: Callable[[Floats, Floats, Floats, Floats], Probe], truth: Floats, val_truth: Floats,
    opened: Opened, data: Data, clock: Clock,
) -> tuple[Probe, float, str]:  # fmt: skip
    """The probe, with mixtures of channels where these tell more on val; its loss on val, and words for it."""
    (train_rows, train), (val_rows, val) = data.look("train"), data.look("val")
    began = clock.seconds
    plain = fit(train, truth, val, val_truth)
    took = clock.seconds - began
    loss, said = wanted.judge(plain.logits(val), val_truth)
    say(f"Linear probe, {clock.seconds:.0f} s: val {said}.")
    mixed = look_closer(opened.embeddings, data, clock, took)
    if mixed is None:
        return plain, loss, said
    held = mixed.of(val_rows)
    closer = fit(mixed.of(train_rows), truth, held, val_truth)
    closer_loss, closer_said = wanted.judge(closer.logits(held), val_truth)
    say(f"The same with mixtures of channels, {clock.seconds:.0f} s: val {closer_said}.")
    if not is_worth_it(closer_loss, loss):
        return plain, loss, said
    return closer.reading(mixed.mixtures), closer_loss, closer_said


def compare(
    model: Any, wanted: Wanted, opened: Opened, rows: Sequence[Row], probe: Probe, outcome: Outcome | None
) -> None:
    """Holds the file against the network that was trained, or against the probe where there is no outcome."""
    values = np.asarray(opened.embeddings.take(rows[:COMPARED]), np.float32)
    found = run_model(open_session(model), {"embedding": values})
    if outcome is None:
        expected = np.asarray(probe.ask(values), np.float32)
    else:
        run = jax.jit(lambda w, x: forward(w, x, mixtures=probe.mixtures)[0])
        expected = np.asarray(run(outcome.weights, values))
    check_same(found, {wanted.output: expected})


def domains_of(opened: Opened, settings: Settings, data: Data) -> list[HeadDomain]:
    """One entry for the whole head; none where the encoder's background is not known."""
    if opened.background is None:
        say(NO_DOMAIN)
        return []
    rows, pooled = data.look("train")
    kind, dataset = settings.kind or settings.about.dataset, settings.about.dataset
    return [fit_domain(opened.background, pooled, [""] * len(rows), data.look("val")[1], kind, dataset)]
