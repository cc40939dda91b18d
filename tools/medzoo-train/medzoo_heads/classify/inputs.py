"""What a classifier reads: the embedding, or the encoder's stages beside it, by the linear probes of both on val."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..arrays import Floats, Ints, Json
from ..embeddings.labels import numbers_of
from ..embeddings.source import Source
from ..prepare import Data, Opened
from ..stages.wide import Wide, is_worth_it, look_wider
from ..training import Clock, say
from .probe import Probe, fit_probe


@dataclass(frozen=True)
class Looked:
    source: Source
    #: The source, where it has the stages.
    wide: Wide | None
    probe: Probe
    #: float64 [N, 2C], what the probe takes of val.
    pooled: Floats
    #: Of the probe on val.
    said: Json


def choose_probe(
    opened: Opened, data: Data, labels: Sequence[str], describe: Callable[[Floats, Ints], Json], clock: Clock
) -> Looked:
    (train_rows, train), (val_rows, val) = data.look("train"), data.look("val")
    learnt, truth = numbers_of(train_rows, labels), numbers_of(val_rows, labels)

    def fit(train: Floats, val: Floats) -> tuple[Probe, Floats, Json]:
        probe = fit_probe(train, learnt, val, truth, len(labels))
        return probe, val, describe(probe.logits(val), truth)

    plain = fit(train, val)
    say(f"Linear probe, {clock.seconds:.0f} s: val {in_words(plain[2])}.")
    splits = data.splits
    rows = [*splits.train, *splits.val, *splits.test]
    wide = look_wider(opened.embeddings, opened.encoder, rows, splits.train_originals, clock)
    if wide is None:
        return Looked(opened.embeddings, None, *plain)
    wider = fit(wide.pooled_of(train_rows), wide.pooled_of(val_rows))
    say(f"The same on the encoder's stages too, {clock.seconds:.0f} s: val {in_words(wider[2])}.")
    if not is_worth_it(wider[2]["loss"], plain[2]["loss"]):
        return Looked(opened.embeddings, None, *plain)
    return Looked(wide, wide, *wider)


def in_words(said: Json) -> str:
    numbers = [f"{key.replace('_', ' ')} {said[key]:.3f}" for key in ("loss", "accuracy", "balanced_accuracy", "auroc")]
    return f"{', '.join(numbers)} (n {said['n']})"
