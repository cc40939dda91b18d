"""From embeddings to a head of keypoints: linear probe, light decoder, the better of the two, what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import numpy as np

from ..arrays import Floats, Json
from ..embeddings.columns import columns_of, find_column, places_in
from ..embeddings.format import normalisation_of
from ..embeddings.rows import Row
from ..embeddings.splits import Splits, check_enough
from ..errors import TrainError
from ..export.golden import point_answer
from ..export.graph import check_same, open_session, run_model
from ..finish import Trained
from ..measure.points import point_metrics
from ..measure.report import say_metrics
from ..numbers.contest import domains_of
from ..prepare import Opened, groups_of, is_better, prepare
from ..segment.decoder import forward, layout_of
from ..settings import Settings
from ..training import Clock, say
from .fit import PointSource, best_sharpness, fit_points, fit_probe, in_words, run_points
from .graphs import OUTPUT, centres, declare, decoder_graph, probe_graph

#: Images that the network and its file are compared on.
COMPARED = 2
NAMES = ("linear probe", "light decoder")


def train_points(opened: Opened, settings: Settings, clock: Clock) -> Trained:
    embeddings = opened.embeddings
    labels, columns = find_labels(opened, settings)
    places = places_in(embeddings.rows, columns, embeddings.about)
    by_row = {row.number: place for row, place in zip(embeddings.rows, places, strict=True)}
    known = {number: ~np.isnan(place).any(1) for number, place in by_row.items()}

    def check(splits: Splits) -> None:
        for k, (across, down) in enumerate(columns):
            words = f"with numbers in the columns {across} and {down}"
            check_enough(splits, words, lambda row, k=k: bool(known[row.number][k]))  # type: ignore[misc]

    data = prepare(opened, settings, lambda row: bool(known[row.number].any()), check)
    splits = data.splits
    say(f"Places, in the order of the outputs: {', '.join(labels)}.")
    size = embeddings.about.preprocess["size"]
    has_image = embeddings.has("images")
    layout = layout_of(embeddings.about.shape, (size["height"], size["width"]), len(labels), has_image)
    source = PointSource(embeddings, layout, *normalisation_of(embeddings.about.preprocess), by_row)
    probe = fit_probe(source, splits, settings.seed)
    probe_sharp, probe_said = best_sharpness(lambda sharp: probe_graph(probe, layout, sharp), source, splits.val)
    say(f"Linear probe, {clock.seconds:.0f} s: val {in_words(probe_said)}.")
    say(f"Light decoder, on the embedding{' and the image' if has_image else ''}:")
    outcome = fit_points(source, probe, splits, clock, settings.seed, settings.steps)

    def head_of(sharp: Floats) -> Any:
        return decoder_graph(layout, outcome.weights, sharp)

    head_sharp, head_said = best_sharpness(head_of, source, splits.val)
    compare(head_of(np.ones(len(labels))), source, splits.val[:COMPARED], outcome.weights)
    say(f"Trained for {outcome.steps} steps, {clock.seconds:.0f} s; stopped, since {outcome.why}.")
    head_wins = is_better(float(head_said.mean()), float(probe_said.mean()))
    for name, said in zip(NAMES, (probe_said, head_said), strict=True):
        say(f"  {name:<13}  val {in_words(said)}")
    say(f"The {NAMES[head_wins]} is nearer on val, and is written.")
    model = head_of(head_sharp) if head_wins else probe_graph(probe, layout, probe_sharp)
    metrics = measure_test(model, source, splits.test, labels, settings)
    say_metrics(metrics, groups_of(splits.test))
    inputs, outputs = declare(layout)
    losses = zip(NAMES, (probe_said, head_said), strict=True)
    return Trained(
        model=model, inputs=inputs, outputs=outputs, labels=labels, extra={},
        domains=domains_of(opened, settings, data), metrics=metrics,
        answer=lambda found: point_answer(found[OUTPUT], labels), n=len(splits.train_originals),
        report={
            "task": "keypoints", "chosen": NAMES[head_wins], "steps": outcome.steps, "stopped": outcome.why,
            "val": {name: {"distance": round(float(said.mean()), 5), "n": len(splits.val)} for name, said in losses},
        },
    )  # fmt: skip


def find_labels(opened: Opened, settings: Settings) -> tuple[list[str], list[tuple[str, str]]]:
    """Labels in the order of the outputs, and the columns of x and y of each."""
    rows = opened.embeddings.rows
    labels = list(settings.labels or opened.before.get("labels", []) or paired(columns_of(rows)))
    if not labels:
        raise TrainError(
            "No place is in index.csv. Write two columns for each, in pixels of the image from its top left corner, "
            "such as tip_x and tip_y, and run `medzoo embed` again."
        )
    if len(set(labels)) < len(labels):
        raise TrainError("--labels names a label twice.")
    return labels, [(find_column(rows, label, ("_x",)), find_column(rows, label, ("_y",))) for label in labels]


def paired(columns: Sequence[str]) -> list[str]:
    """What has a column of x and one of y."""
    return [name.removesuffix("_x") for name in columns if name.endswith("_x") and f"{name[:-2]}_y" in columns]


def compare(model: Any, source: PointSource, rows: Sequence[Row], weights: Json) -> None:
    """Holds the file, at a sharpness of 1, against the network that was trained."""
    feeds = source.feeds(rows)
    logits = np.asarray(jax.jit(partial(forward, source.layout))(weights, feeds["embedding"], feeds.get("image")))
    shares = np.exp(logits - logits.max(axis=(2, 3), keepdims=True))
    shares = shares / shares.sum(axis=(2, 3), keepdims=True)
    height, width = source.layout.size
    places = np.stack([shares.sum(2) @ centres(width), shares.sum(3) @ centres(height)], axis=2)
    check_same(run_model(open_session(model), feeds), {OUTPUT: places.astype(np.float32)})


def measure_test(
    model: Any, source: PointSource, rows: Sequence[Row], labels: Sequence[str], settings: Settings
) -> list[Json]:
    found, truth = run_points(model, source, rows), source.truth(rows)
    sizes = np.array([row.size for row in rows], np.float64)
    covered = np.array([source.covered(row) for row in rows])
    scale = (sizes / covered)[:, None]
    return point_metrics(
        (found - truth) * scale, np.hypot(*sizes.T), labels, groups_of(rows), settings.about.dataset, settings.seed
    )
