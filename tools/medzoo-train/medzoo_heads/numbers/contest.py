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
from ..domain.pooling import pool
from ..domain.score import HeadDomain, fit_domain
from ..embeddings.rows import Row
from ..export.graph import check_same, open_session, run_model
from ..prepare import NO_DOMAIN, Data, Opened, is_better
from ..settings import Settings
from ..stages.wide import Wide, is_worth_it, look_wider
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
    #: The encoder's stages, where the model takes them from the image.
    wide: Wide | None
    #: For training.json.
    report: Json

    def inputs(self, inputs: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return inputs if self.wide is None else self.wide.inputs(inputs)


def hold_contest(
    wanted: Wanted, fit: Callable[[Floats, Floats, Floats, Floats], Probe], truth_of: Callable[[Sequence[Row]], Floats],
    opened: Opened, data: Data, settings: Settings, clock: Clock,
) -> Winner:  # fmt: skip
    """`fit` makes the probe of train and val; `truth_of` gives float64 [N, K] with NaN for what is not known."""
    embeddings, shape = opened.embeddings, opened.embeddings.about.shape
    (train_rows, train_pooled), (val_rows, val_pooled) = data.look("train"), data.look("val")
    truth, val_truth = truth_of(train_rows), truth_of(val_rows)
    probe = fit(train_pooled, truth, val_pooled, val_truth)
    probe_loss, probe_said = wanted.judge(probe.logits(val_pooled), val_truth)
    say(f"Linear probe, {clock.seconds:.0f} s: val {probe_said}.")
    splits = data.splits
    rows = [*splits.train, *splits.val, *splits.test]
    wide = look_wider(embeddings, opened.encoder, rows, splits.train_originals, clock)
    if wide is not None:
        wider = fit(wide.pooled_of(train_rows), truth, wide.pooled_of(val_rows), val_truth)
        wide_loss, wide_said = wanted.judge(wider.logits(wide.pooled_of(val_rows)), val_truth)
        say(f"The same on the encoder's stages too, {clock.seconds:.0f} s: val {wide_said}.")
        if is_worth_it(wide_loss, probe_loss):
            return of_stages(wanted, wide, wider, data, {"linear probe": {"loss": round(wide_loss, 4)}})
    say("Head with attention:")
    outcome = fit_numbers(
        embeddings, probe, wanted, train_rows, truth, val_rows, val_truth, clock, settings.seed, settings.steps
    )
    head = attention_graph(outcome.weights, shape, wanted.output)
    head_loss, head_said = wanted.judge(run_numbers(head, wanted.output, embeddings, val_rows), val_truth)
    say(f"Trained for {outcome.steps} steps, {clock.seconds:.0f} s; stopped, since {outcome.why}.")
    for name, said in zip(NAMES, (probe_said, head_said), strict=True):
        say(f"  {name:<19}  val {said}")
    head_wins = is_better(head_loss, probe_loss)
    say(f"The {NAMES[head_wins]} has less loss on val, and is written.")
    model = head if head_wins else probe_graph(probe, shape, wanted.output)
    compare(model, wanted, opened, val_rows, probe if not head_wins else None, outcome)
    losses = zip(NAMES, (probe_loss, head_loss), strict=True)
    return Winner(
        model,
        run_numbers(model, wanted.output, embeddings, val_rows),
        run_numbers(model, wanted.output, embeddings, splits.test),
        None,
        {
            "stages": False, "chosen": NAMES[head_wins], "steps": outcome.steps, "stopped": outcome.why,
            "penalty": probe.penalty,
            "val": {name: {"loss": round(loss, 4), "n": len(val_rows)} for name, loss in losses},
        },
    )  # fmt: skip


def of_stages(wanted: Wanted, wide: Wide, probe: Probe, data: Data, said: Json) -> Winner:
    """A head with attention gained nothing on stages (README), so it is not tried."""
    plain = probe_graph(probe, wide.about.shape, wanted.output)
    val, test = data.splits.val, data.splits.test
    compared = run_numbers(plain, wanted.output, wide, val[:COMPARED]).astype(np.float32)
    expected = np.asarray(probe.logits(wide.pooled_of(val[:COMPARED])), np.float32)
    check_same({wanted.output: compared}, {wanted.output: expected})
    answers = [run_numbers(plain, wanted.output, wide, rows) for rows in (val, test)]
    report = {"stages": True, "chosen": NAMES[0], "penalty": probe.penalty, "val": said}
    return Winner(wide.finish(plain, val[:COMPARED]), answers[0], answers[1], wide, report)


def compare(
    model: Any, wanted: Wanted, opened: Opened, rows: Sequence[Row], probe: Probe | None, outcome: Outcome
) -> None:
    """Holds the file against the network that was trained, or against the probe."""
    values = np.asarray(opened.embeddings.take(rows[:COMPARED]), np.float32)
    found = run_model(open_session(model), {"embedding": values})
    if probe is None:
        expected = np.asarray(jax.jit(lambda w, x: forward(w, x)[0])(outcome.weights, values))
    else:
        expected = np.asarray(probe.logits(pool(values)), np.float32)
    check_same(found, {wanted.output: expected})


def domains_of(opened: Opened, settings: Settings, data: Data) -> list[HeadDomain]:
    """One entry for the whole head; none where the encoder's background is not known."""
    if opened.background is None:
        say(NO_DOMAIN)
        return []
    rows, pooled = data.look("train")
    kind, dataset = settings.kind or settings.about.dataset, settings.about.dataset
    return [fit_domain(opened.background, pooled, [""] * len(rows), data.look("val")[1], kind, dataset)]
