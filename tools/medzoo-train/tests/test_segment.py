"""The light decoder, the probe of cells, their files, and what they say of themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import numpy as np
import pytest

from medzoo_heads.embeddings.rows import Row
from medzoo_heads.errors import TrainError
from medzoo_heads.export.graph import check_same, open_session, run_model
from medzoo_heads.segment.decoder import Layout, first_weights, forward, layout_of
from medzoo_heads.segment.fit import mask_loss
from medzoo_heads.segment.graphs import Scales, decoder_graph, neutral, probe_graph
from medzoo_heads.segment.presence import presence_threshold
from medzoo_heads.segment.probe import CellProbe, fit_cells, shares_of
from medzoo_heads.segment.scales import (
    best_shift,
    fit_quality,
    fit_scales,
    masks_of,
    overlaps,
    say_of_itself,
)
from medzoo_heads.segment.targets import Targets, check_one_target, choose_targets, say_unnamed

EMBEDDING, TARGETS = (10, 4, 6), 2


def probe_of(layout: Layout, seed: int = 1) -> CellProbe:
    rng = np.random.default_rng(seed)
    outputs = layout.side**2 * layout.targets
    return CellProbe(rng.normal(0, 0.4, (outputs, EMBEDDING[0])), rng.normal(0, 1, outputs))


def feeds_of(layout: Layout, seed: int = 2) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    feeds = {"embedding": rng.normal(0.5, 1, (3, *EMBEDDING)).astype(np.float32)}
    side = 2**layout.doublings
    if layout.has_image:
        feeds["image"] = rng.normal(0, 1, (3, 3, 4 * side, 6 * side)).astype(np.float32)
    return feeds


@pytest.mark.parametrize("doublings", [1, 2, 3, 4])
@pytest.mark.parametrize("has_image", [True, False])
def test_the_file_answers_as_the_network(doublings: int, has_image: bool) -> None:
    layout = layout_of(EMBEDDING, (4 * 2**doublings, 6 * 2**doublings), TARGETS, has_image)
    rng = np.random.default_rng(3)
    drawn = first_weights(layout, probe_of(layout), 1)
    weights = {name: (array + rng.normal(0, 0.1, array.shape)).astype(np.float32) for name, array in drawn.items()}
    feeds = feeds_of(layout)
    shift = np.array([0.5, -1.0])
    scales = Scales(shift, np.array([0.3, -0.2]), np.array([0.9, 0.5]), np.array([0.1, 0.2]))
    found = run_model(open_session(decoder_graph(layout, weights, scales).SerializeToString()), feeds)
    expected = jax.jit(partial(forward, layout))(weights, feeds["embedding"], feeds.get("image"))
    check_same(found, {"masks": np.asarray(expected) - shift[:, None, None].astype(np.float32)})
    assert found["masks"].shape == (3, TARGETS, 4 * 2**doublings, 6 * 2**doublings)
    for name in ("iou", "presence"):
        assert ((found[name] >= 0) & (found[name] <= 1)).all()


def test_the_decoder_begins_as_the_probe() -> None:
    layout = layout_of(EMBEDDING, (64, 96), TARGETS, True)
    probe, feeds = probe_of(layout), feeds_of(layout)
    models = (
        probe_graph(probe, layout, neutral(2)),
        decoder_graph(layout, first_weights(layout, probe, 1), neutral(2)),
    )
    ours, theirs = (run_model(open_session(model.SerializeToString()), feeds) for model in models)
    check_same(ours, theirs)


def test_sizes_that_the_decoder_cannot_reach_are_refused() -> None:
    for size in ((12, 18), (4, 6), (64, 64), (512, 768)):
        with pytest.raises(TrainError, match="This encoder needs a decoder of its own"):
            layout_of(EMBEDDING, size, 1, False)


def test_the_probe_finds_what_a_cell_shows() -> None:
    rng = np.random.default_rng(4)
    truth = np.zeros((40, 1, 16, 24), bool)
    for mask in truth:
        y, x = rng.integers(0, 10), rng.integers(0, 16)
        mask[0, y : y + 7, x : x + 7] = True
    shares = shares_of(truth, (4, 6), 4)
    assert shares.shape == (40, 4, 6, 16)
    cells = shares.reshape(-1, 16) @ rng.normal(0, 1, (16, 10)) + rng.normal(0, 0.1, (40 * 24, 10))
    probe = fit_cells(cells[:720], shares.reshape(-1, 16)[:720], (cells[720:], shares.reshape(-1, 16)[720:]))
    layout = Layout(EMBEDDING, 2, 1, False)
    embedding = cells.reshape(40, 4, 6, 10).transpose(0, 3, 1, 2).astype(np.float32)
    model = probe_graph(probe, layout, neutral(1))
    found = run_model(open_session(model.SerializeToString()), {"embedding": embedding})
    # Ten numbers of a cell cannot tell all of its sixteen parts.
    assert overlaps(found["masks"] >= 0, truth)[0].mean() > 0.7


def test_overlaps_of_empty_masks_are_by_the_rules_of_evaluate() -> None:
    empty, full = np.zeros((1, 2, 2), bool), np.ones((1, 2, 2), bool)
    assert overlaps(empty, empty) == (np.array([1.0]), np.array([1.0]))
    assert overlaps(full, empty) == (np.array([0.0]), np.array([0.0]))
    half = np.array([[[True, True], [False, False]]])
    assert [float(value[0]) for value in overlaps(half, full)] == [pytest.approx(2 / 3), 0.5]


def test_masks_are_shifted_to_where_dice_is_best() -> None:
    truth = np.zeros((6, 8, 8), bool)
    truth[:, 2:6, 2:6] = True
    logits = np.where(truth, 0.2, -3.0)
    logits[:, 1, 2:6] = -0.1
    assert best_shift((logits - 1).astype(np.float16), truth) == -1.0
    assert best_shift(logits.astype(np.float16), truth) == 0.0


def test_scales_are_what_the_file_computes() -> None:
    """So that a presence of a half in the file is the threshold that was chosen here."""
    layout = Layout(EMBEDDING, 2, 1, False)
    rng = np.random.default_rng(5)
    probe, embedding = probe_of(layout), rng.normal(0, 1.5, (24, *EMBEDDING)).astype(np.float32)
    plain = run_model(
        open_session(probe_graph(probe, layout, neutral(1)).SerializeToString()), {"embedding": embedding}
    )
    truth = plain["masks"] + rng.normal(0, 1, plain["masks"].shape) >= 0.5
    truth[:8] = False
    scales = fit_scales(plain["masks"].astype(np.float16), truth)
    found = run_model(open_session(probe_graph(probe, layout, scales).SerializeToString()), {"embedding": embedding})
    worth = truth.any(axis=(2, 3)) & (overlaps(found["masks"] >= 0, truth)[0] >= 0.5)
    assert (found["presence"][worth] > 0.5).all()
    _, iou = overlaps(found["masks"] >= 0, truth)
    assert np.abs(found["iou"][8:] - iou[8:]).mean() < 0.1


def test_presence_is_below_what_is_worth_having_and_above_what_is_absent() -> None:
    assert presence_threshold(np.array([3.0, 5.0]), np.array([-4.0, 1.0])) == 1.5
    assert presence_threshold(np.array([3.0, 5.0]), np.array([4.0])) == 2.0
    assert presence_threshold(np.array([3.0, 5.0]), np.array([])) == 1.0
    assert presence_threshold(np.array([-1.0]), np.array([])) == -2.0
    assert presence_threshold(np.array([]), np.array([1.0])) == 0.0


def test_quality_is_never_a_falling_line() -> None:
    expected = np.linspace(0.3, 0.9, 20)
    assert np.allclose(fit_quality(expected, 0.5 * expected + 0.1), (0.5, 0.1))
    assert fit_quality(expected, 1 - expected)[0] == 0.0
    assert fit_quality(expected[:5], expected[:5]) == (1.0, 0.0)


def test_masks_with_soft_rims_are_of_one_target() -> None:
    counts = np.zeros(256, np.int64)
    counts[:] = 5
    targets = choose_targets(counts, {}, [], [], ["wound"])
    assert (targets.labels, targets.values, targets.half) == (("wound",), None, 128)
    masks = np.array([[[0, 127], [128, 255]]], np.uint8)
    assert targets.of(masks, [row_of("")]).tolist() == [[[[False, False], [True, True]]]]
    # A mask is cut at half of its own value, as `medzoo evaluate` cuts it; an empty one stays empty.
    assert targets.of(masks, [row_of("254")]).tolist() == [[[[False, False], [True, True]]]]
    assert targets.of(masks, [row_of("252")]).tolist() == [[[[False, True], [True, True]]]]
    assert not targets.of(np.zeros((1, 2, 2), np.uint8), [row_of("0")]).any()


def row_of(mask_value: str) -> Row:
    return Row(0, "s", 0, "f", "train", "", "m", 0, "f", "", (2, 2), "", mask_value, {})


def test_masks_of_numbered_objects_are_not_cut_at_half_of_the_highest_number() -> None:
    with pytest.raises(TrainError, match=r"Of 3 masks, 2 have areas of several values.*--mask-value 1=LABEL"):
        check_one_target([row_of("several"), row_of("255"), row_of("several")])
    with pytest.raises(TrainError, match="The target is 1 in some masks and 255 in others"):
        check_one_target([row_of("1"), row_of("255"), row_of("0")])
    check_one_target([row_of("255"), row_of("0"), row_of("250"), row_of("")])
    check_one_target([row_of("0"), row_of("")])


def test_pixels_of_values_that_nobody_named_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    targets = Targets(("a", "b"), (128, 255), 0)
    counts = np.zeros(256, np.int64)
    counts[[0, 128, 255]] = 9000, 490, 490
    counts[120:128] = 1
    say_unnamed(counts, targets)
    assert capsys.readouterr().err == ""
    counts[120:128] = 10
    say_unnamed(counts, targets)
    assert "note: 8% of the pixels that are not 0" in (said := capsys.readouterr().err)
    assert "count as background: 120, 121, 122, 123, 124 and 3 more." in said


def test_values_that_are_not_named_are_background() -> None:
    counts = np.bincount([0, 1, 2, 2, 3], minlength=256)
    targets = choose_targets(counts, {2: "nucleus", 1: "cell"}, [], ["cell", "nucleus"], [])
    assert (targets.labels, targets.values) == (("cell", "nucleus"), (1, 2))
    assert targets.of(np.array([[[0, 1], [2, 3]]], np.uint8), [row_of("")])[0].tolist() == [
        [[False, True], [False, False]],
        [[False, False], [True, False]],
    ]


def test_masks_that_exclude_one_another_share_no_pixel() -> None:
    """And the file computes what the scales were fitted with."""
    layout = Layout(EMBEDDING, 2, 2, False, exclusive=True)
    rng = np.random.default_rng(6)
    probe, embedding = probe_of(layout), rng.normal(0, 1.5, (24, *EMBEDDING)).astype(np.float32)
    plain = run_model(open_session(probe_graph(probe, layout, neutral(2))), {"embedding": embedding})["exclusive_masks"]
    assert plain.shape == (24, 3, 16, 24)
    # The background is 0 everywhere.
    assert not plain[:, 0].any()
    truth = masks_of(
        plain[:, 1:] + rng.normal(0, 0.5, plain[:, 1:].shape).astype(np.float32), np.array([0.5, -1]), True
    )
    assert not (truth[:, 0] & truth[:, 1]).any()
    truth[:8, 1] = False
    scales = fit_scales(plain[:, 1:].astype(np.float16), truth, True)
    assert scales.shift == pytest.approx([0.5, -1], abs=0.5)
    found = run_model(open_session(probe_graph(probe, layout, scales)), {"embedding": embedding})
    winners = found["exclusive_masks"].argmax(1)
    inside = np.stack([winners == 1, winners == 2], axis=1)
    planes = plain[:, 1:].astype(np.float64)
    assert (inside == masks_of(planes, scales.shift, True)).mean() > 0.999
    said = [say_of_itself(one, scales.shift, True) for one in plain[:, 1:].astype(np.float16)]
    presence, expected = (np.array([one[i] for one in said]) for i in range(2))
    assert found["presence"] == pytest.approx(1 / (1 + np.exp(scales.presence - presence)), abs=0.01)
    assert found["iou"] == pytest.approx(np.clip(scales.slope * expected + scales.constant, 0, 1), abs=0.01)


def test_the_loss_of_masks_that_exclude_one_another() -> None:
    """A pixel that two targets claim costs more than one that only the right one claims."""
    wanted = np.zeros((1, 2, 4, 4), np.float32)
    wanted[0, 0, :2] = 1
    right = np.where(wanted > 0, 8, -8).astype(np.float32)
    both = np.where(wanted.max(1, keepdims=True) > 0, 8, right).astype(np.float32)
    assert float(mask_loss(right, wanted, True)) < 0.6 < float(mask_loss(both, wanted, True))
