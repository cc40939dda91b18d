"""The parts of the ablation: prompts from true masks, intervals, models of like size, and equal draws for every arm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from medzoo_train.ablation.deletion import margins_lost
from medzoo_train.ablation.pool import Store, kept
from medzoo_train.ablation.prompts import centre_point, components, hand_made
from medzoo_train.ablation.statistics import Estimate, bootstrap, verdict
from medzoo_train.models.automed.automed import AutoMed
from medzoo_train.models.config import AutoMedConfig
from medzoo_train.models.medcls import MedCls
from medzoo_train.models.mobile_classifier import MobileClassifier
from medzoo_train.models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND, PADDING, POSITIVE
from medzoo_train.models.unet import UNet, parameters_of, unet_like


def two_blocks() -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    mask = np.zeros((64, 64), np.bool_)
    mask[10:21, 30:41] = True
    mask[40:44, 5:9] = True
    mask[60, 60] = True
    return mask


def test_specks_are_no_components_and_the_largest_comes_first() -> None:
    assert [int(part.sum()) for part in components(two_blocks())] == [121, 16]
    speck = np.zeros((64, 64), np.bool_)
    speck[3, 3] = True
    assert [int(part.sum()) for part in components(speck)] == [1]


def test_the_point_lies_deepest_inside_even_where_the_middle_is_empty() -> None:
    assert centre_point(two_blocks() & (np.arange(64) > 20)[None]) == (35.0, 15.0)
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - 32, y - 32)
    ring = (distance > 12) & (distance < 20)
    px, py = centre_point(ring)
    assert ring[int(py), int(px)]
    assert abs(np.hypot(px - 32, py - 32) - 16) < 1.5


def test_the_edge_of_the_image_is_a_border() -> None:
    assert centre_point(np.ones((9, 9), np.bool_)) == (4.0, 4.0)


def test_every_way_of_prompting() -> None:
    ways = hand_made(two_blocks())
    assert ways["point"][0][:, 0].tolist() == [[35, 15]]
    assert ways["point"][1].tolist() == [[POSITIVE, PADDING]]
    assert ways["box"][0].tolist() == [[[5, 10], [61, 61]]]
    assert ways["box"][1].tolist() == [[BOX_FIRST, BOX_SECOND]]
    assert ways["boxes"][0].tolist() == [[[30, 10], [41, 21]], [[5, 40], [9, 44]]]
    assert len(ways["points"][0]) == 2


def test_an_interval_draws_groups_and_not_images() -> None:
    rng = np.random.default_rng(0)
    patients = np.repeat(rng.normal(0.8, 0.1, 20), 10)
    apart = bootstrap(patients, [str(i) for i in range(200)])
    grouped = bootstrap(patients, [str(i // 10) for i in range(200)])
    assert grouped.mean == apart.mean
    assert grouped.low < grouped.mean < grouped.high
    assert grouped.high - grouped.low > 2 * (apart.high - apart.low)


def test_a_paired_difference_sees_what_two_intervals_do_not() -> None:
    rng = np.random.default_rng(1)
    hard = rng.uniform(0.2, 1.0, 60)
    groups = [str(i) for i in range(60)]
    better = bootstrap((hard + rng.normal(0.01, 0.01, 60)) - hard, groups)
    assert verdict(better) == "holds"
    assert verdict(Estimate(-0.1, -0.2, -0.01)) == "does not hold"
    assert verdict(Estimate(0.01, -0.2, 0.3)) == "undecided"


def test_scores_without_a_group_are_refused() -> None:
    with pytest.raises(ValueError, match="got 1 and 2"):
        bootstrap(np.array([0.1, 0.2]), ["a"])


def test_the_unet_is_of_automeds_size_and_answers_on_its_grid() -> None:
    size = parameters_of(AutoMed(AutoMedConfig()))
    net = unet_like(5, size).eval()
    assert abs(parameters_of(net) / size - 1) < 0.1
    assert net(torch.randn(1, 3, 256, 256)).shape == (1, 5, 256, 256)
    assert UNet(2, 4).eval()(torch.randn(2, 3, 64, 64)).shape == (2, 2, 64, 64)


def test_the_classifier_is_mobilenet_v3_small() -> None:
    net = MobileClassifier(4).eval()
    assert 0.8e6 < parameters_of(net) < 1.1e6
    assert net(torch.randn(2, 3, 256, 256)).shape == (2, 4)


def rows_of(first: int) -> dict[str, torch.Tensor]:
    return {"x": torch.arange(first, first + 3)}


def test_a_pool_is_made_once_and_refused_for_other_settings(tmp_path: Path) -> None:
    made = kept(tmp_path / "pool", {"copies": 1}, 5, iter([rows_of(0), rows_of(3)]), "")
    assert np.asarray(made["x"]).tolist() == [0, 1, 2, 3, 4]
    again = kept(tmp_path / "pool", {"copies": 1}, 5, iter(()), "")
    assert np.asarray(again["x"]).tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(SystemExit, match="other settings"):
        kept(tmp_path / "pool", {"copies": 2}, 5, iter(()), "")


def test_a_pool_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    def broken() -> object:
        yield rows_of(0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path / "pool", {}, 5, broken(), "")  # type: ignore[arg-type]
    assert not (tmp_path / "pool").exists()
    assert len(kept(tmp_path / "pool", {}, 5, iter([rows_of(7), rows_of(1)]), "")) == 5
    assert np.asarray(Store(tmp_path / "pool")["x"]).tolist() == [7, 8, 9, 1, 2]


def test_the_margin_goes_with_the_cells_that_it_comes_from() -> None:
    torch.manual_seed(3)
    model = MedCls(32, 2).eval()
    torch.nn.init.normal_(model.classes.weight)
    embedding = 0.1 * torch.randn(16, 32, 16, 16)
    embedding[:, :, 4:8, 4:8] += 3 * torch.randn(16, 32, 1, 1)
    lost = margins_lost(model, embedding)
    assert all(by_evidence > by_chance for by_evidence, by_chance in zip(lost["evidence"], lost["random"], strict=True))
    assert lost["evidence"][0] > 2 * lost["random"][0]
