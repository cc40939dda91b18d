"""From embeddings to a segmenter: linear probe, light decoder, the better of the two, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import numpy as np

from ..arrays import Bools, Floats, Halves, Json, Singles
from ..domain.score import HeadDomain, fit_domain
from ..embeddings.format import normalisation_of
from ..embeddings.rows import Row
from ..embeddings.splits import Splits, check_enough
from ..errors import TrainError
from ..export.golden import mask_answer
from ..export.graph import check_same, open_session, run_model
from ..finish import Trained
from ..measure.masks import mask_metrics
from ..measure.report import say_metrics
from ..prepare import NO_DOMAIN, Data, Opened, groups_of, is_better, prepare
from ..settings import Settings
from ..training import Clock, say
from .decoder import forward, layout_of
from .feeds import parts_of
from .fit import Source, fit_decoder, run_masks
from .graphs import Scales, declare, decoder_graph, neutral, output_of, probe_graph
from .probe import CellProbe, fit_cells, gather_cells
from .scales import fit_scales, masks_of, overlaps
from .targets import check_one_target, choose_targets, count_values, say_unnamed

#: Images that the network and its file are compared on.
COMPARED = 2
#: The presence from which a target counts as there, of every target: presences are shifted for it.
EVEN = 0.5
#: Rows of val that scales are fitted on, at most: their logits are kept in memory.
MOST_HELD = 600


def train_segmenter(opened: Opened, settings: Settings, clock: Clock) -> Trained:
    source, shows = find_source(opened, settings)
    labels, exclusive = source.targets.labels, source.layout.exclusive

    def check(splits: Splits) -> None:
        for k, label in enumerate(labels):
            check_enough(splits, f'whose mask shows "{label}"', lambda row, k=k: bool(shows[row.number][k]))  # type: ignore[misc]

    data = prepare(opened, settings, lambda row: row.number in shows, check)
    splits = data.splits
    say(f"Targets, in the order of the outputs: {', '.join(labels)}.")
    if exclusive:
        say("A pixel belongs to one of them at most, as in the masks; with --overlapping, each target is by itself.")
    held = splits.val[:MOST_HELD]
    truth = source.truth(held)
    probe = fit_probe(source, splits, settings.seed)
    probe_logits = run_masks(probe_graph(probe, source.layout, neutral(len(labels))), source, held)
    probe_said = describe(probe_logits, truth, exclusive)
    say(f"Linear probe, {clock.seconds:.0f} s: val {in_words(probe_said)}.")
    say(f"Light decoder, on the embedding{' and the image' if source.layout.has_image else ''}:")
    outcome = fit_decoder(source, probe, splits, clock, settings.seed, settings.steps)
    plain = decoder_graph(source.layout, outcome.weights, neutral(len(labels)))
    head_logits = run_masks(plain, source, held)
    compare(plain, source, held[:COMPARED], outcome.weights)
    head_said = describe(head_logits, truth, exclusive)
    say(f"Trained for {outcome.steps} steps, {clock.seconds:.0f} s; stopped, since {outcome.why}.")
    head_wins = is_better(1 - head_said["dice"], 1 - probe_said["dice"])
    say(f"  linear probe   val {in_words(probe_said)}")
    say(f"  light decoder  val {in_words(head_said)}")
    say(f"The {'light decoder' if head_wins else 'linear probe'} has the higher Dice on val, and is written.")
    scales = fit_scales(head_logits if head_wins else probe_logits, truth, exclusive)
    model = finished(source, probe, outcome.weights if head_wins else None, scales)
    metrics = measure_test(model, source, splits.test, settings)
    say_metrics(metrics, groups_of(splits.test))
    inputs, outputs = declare(source.layout)
    return Trained(
        model=model, inputs=inputs, outputs=outputs, labels=labels,
        extra={"presenceThresholds": dict.fromkeys(labels, EVEN)},
        domains=domains_of(opened, settings, data, shows, labels),
        metrics=metrics, answer=lambda found: mask_answer(found, labels), n=len(splits.train_originals),
        report={
            "task": "segmentation", "chosen": "light decoder" if head_wins else "linear probe", "steps": outcome.steps,
            "stopped": outcome.why, "val": {"linear probe": probe_said, "light decoder": head_said},
        },
    )  # fmt: skip


def find_source(opened: Opened, settings: Settings) -> tuple[Source, dict[int, Bools]]:
    """Where batches are from; and by row, of those with a mask, whether each target is in it: bool [T]."""
    embeddings = opened.embeddings
    if not embeddings.has("masks"):
        raise TrainError(
            "The embeddings hold no masks. Run `medzoo embed` again with --masks (and --images, for finer masks)."
        )
    masked = [row for row in embeddings.rows if row.mask and row.label not in settings.leave_out]
    if not masked:
        raise TrainError(
            "No row has a mask in the column mask. Add the column to index.csv, and run `medzoo embed` again."
        )
    train_rows = [row for row in masked if row.split == "train" and row.copy == 0]
    counts, shown = count_values(embeddings, train_rows)
    if not settings.mask_values:
        check_one_target([row for row in masked if row.copy == 0])
    known = opened.before.get("labels", [])
    targets = choose_targets(counts, settings.mask_values, settings.labels, known, shown)
    say_unnamed(counts, targets)
    size = embeddings.about.preprocess["size"]
    has_image = embeddings.has("images")
    exclusive = len(targets.labels) > 1 and not settings.overlapping
    layout = layout_of(
        embeddings.about.shape, (size["height"], size["width"]), len(targets.labels), has_image, exclusive
    )
    source = Source(embeddings, layout, *normalisation_of(embeddings.about.preprocess), targets)
    if embeddings.masks(masked[:1]).shape[1:] != (size["height"], size["width"]):
        raise TrainError("The masks are of another size than the encoder's input. Run `medzoo embed` again.")
    shows = {}
    for part in parts_of(masked):
        for row, truth in zip(part, source.truth(part), strict=True):
            shows[row.number] = truth.any(axis=(1, 2))
    return source, shows


def fit_probe(source: Source, splits: Splits, seed: int) -> CellProbe:
    rng = np.random.default_rng(seed)

    def cells(rows: Sequence[Row]) -> tuple[Floats, Floats]:
        def draw() -> Any:
            return ((source.embeddings.take(part), source.truth(part)) for part in parts_of(rows))

        return gather_cells(draw, source.layout.side, rng, len(rows))

    return fit_cells(*cells(splits.train_originals), cells(splits.val))


def describe(logits: Halves, truth: Bools, exclusive: bool) -> Json:
    """Dice and IoU on val, each target at its own best threshold: the mean over targets of the mean over images that
    show it.
    """
    dice, iou = overlaps(masks_of(logits, fit_scales(logits, truth, exclusive).shift, exclusive), truth)
    there: Bools = np.any(truth, axis=(2, 3))
    means = [[float(of[there[:, k], k].mean()) for k in range(truth.shape[1])] for of in (dice, iou)]
    return {"dice": round(float(np.mean(means[0])), 4), "iou": round(float(np.mean(means[1])), 4), "n": len(truth)}


def in_words(said: Json) -> str:
    return f"Dice {said['dice']:.3f}, IoU {said['iou']:.3f} (n {said['n']})"


def compare(model: Any, source: Source, rows: Sequence[Row], weights: Json) -> None:
    feeds = source.feeds(rows)
    run = jax.jit(partial(forward, source.layout))
    expected: Singles = np.asarray(run(weights, feeds["embedding"], feeds.get("image")))
    found = run_model(open_session(model), feeds)[output_of(source.layout)]
    check_same({"masks": found[:, -source.layout.targets :]}, {"masks": expected})


def finished(source: Source, probe: CellProbe, weights: Json | None, scales: Scales) -> Any:
    """The graph of the network, or of the probe where weights are None."""
    if weights is None:
        return probe_graph(probe, source.layout, scales)
    return decoder_graph(source.layout, weights, scales)


def measure_test(model: Any, source: Source, rows: Sequence[Row], settings: Settings) -> list[Json]:
    """As a zoo answers: a mask is empty where the presence is below its threshold."""
    session, layout = open_session(model), source.layout
    even = np.zeros(layout.targets)
    columns: list[tuple[Floats, Floats, Singles, Bools, Bools]] = []
    for part in parts_of(rows):
        outputs, truth = run_model(session, source.feeds(part)), source.truth(part)
        masks = masks_of(outputs[output_of(layout)][:, -layout.targets :], even, layout.exclusive)
        masks &= (outputs["presence"] >= EVEN)[:, :, None, None]
        columns.append(
            (*overlaps(masks, truth), outputs["presence"], np.any(masks, axis=(2, 3)), np.any(truth, axis=(2, 3)))
        )
    dice, iou, presence, found, there = (np.concatenate(column) for column in zip(*columns, strict=True))
    metrics = []
    for k, label in enumerate(source.targets.labels):
        metrics += mask_metrics(
            dice[:, k], iou[:, k], presence[:, k].astype(np.float64), found[:, k], there[:, k], label, groups_of(rows),
            settings.about.dataset, settings.seed,
        )  # fmt: skip
    return metrics


def domains_of(
    opened: Opened, settings: Settings, data: Data, shows: dict[int, Bools], labels: Sequence[str]
) -> list[HeadDomain]:
    """One entry for each target, from the images that show it; none where the encoder's background is not known."""
    if opened.background is None:
        say(NO_DOMAIN)
        return []
    domains = []
    for k, label in enumerate(labels):
        rows = [row for row in data.splits.train if shows[row.number][k]]
        held = [row for row in data.splits.val if shows[row.number][k]]
        kind, dataset = settings.kind or settings.about.dataset, settings.about.dataset
        pooled = data.pooled.of(rows)
        one = [label] * len(rows)
        domains.append(fit_domain(opened.background, pooled, one, data.pooled.of(held), kind, dataset, [label]))
    return domains
