"""The linear probe of a classifier, with mixtures of channels where these tell the labels better on val."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..arrays import Floats, Ints, Json
from ..embeddings.labels import numbers_of
from ..mixtures.mixed import is_worth_it, look_closer
from ..prepare import Data, Opened
from ..training import Clock, say
from .probe import Probe, fit_probe


@dataclass(frozen=True)
class Looked:
    probe: Probe
    #: Of the probe on val.
    said: Json


def choose_probe(
    opened: Opened, data: Data, labels: list[str], describe: Callable[[Floats, Ints], Json], clock: Clock
) -> Looked:
    (train_rows, train), (val_rows, val) = data.look("train"), data.look("val")
    learnt, truth = numbers_of(train_rows, labels), numbers_of(val_rows, labels)

    def fit(train: Floats, val: Floats) -> Looked:
        probe = fit_probe(train, learnt, val, truth, len(labels))
        return Looked(probe, describe(probe.logits(val), truth))

    began = clock.seconds
    plain = fit(train, val)
    took = clock.seconds - began
    say(f"Linear probe, {clock.seconds:.0f} s: val {in_words(plain.said)}.")
    mixed = look_closer(opened.embeddings, data, clock, took)
    if mixed is None:
        return plain
    closer = fit(mixed.of(train_rows), mixed.of(val_rows))
    say(f"The same with mixtures of channels, {clock.seconds:.0f} s: val {in_words(closer.said)}.")
    if not is_worth_it(closer.said["loss"], plain.said["loss"]):
        return plain
    return Looked(closer.probe.reading(mixed.mixtures), closer.said)


def in_words(said: Json) -> str:
    numbers = [f"{key.replace('_', ' ')} {said[key]:.3f}" for key in ("loss", "accuracy", "balanced_accuracy", "auroc")]
    return f"{', '.join(numbers)} (n {said['n']})"
