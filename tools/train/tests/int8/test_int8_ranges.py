"""Which numbers static int8 has steps for: of weights, none that overflow; of activations, not the outliers."""

from __future__ import annotations

import numpy as np
import pytest

from medzoo_train.export.int8.activation_ranges import narrowed
from medzoo_train.export.int8.safe_weights import in_steps, overrides_of, safe_peaks, worst_pair


def test_no_two_neighbours_of_a_weight_can_overflow_sixteen_bits() -> None:
    columns = np.random.default_rng(2).normal(0, 1, (31, 40)).astype(np.float32)
    # One column of a single weight needs nothing, one of two large neighbours needs most.
    columns[:, 0], columns[:, 1] = np.eye(31, dtype=np.float32)[4], 0.01
    columns[6:8, 1] = 1
    plain = np.abs(columns).max(0)
    peaks = safe_peaks(columns)
    assert worst_pair(in_steps(columns, plain)).max() > 200
    assert worst_pair(in_steps(columns, peaks)).max() <= 128
    assert (peaks >= plain).all() and peaks[0] == 1 and 1.95 < peaks[1] < 2.05
    assert np.mean(peaks / plain) < 1.7
    pairs = {(100, 100): 200, (1, 100, 100): 101, (-100, -30): 130, (100, -100): 100}
    assert [worst_pair(np.array(column)[:, None]).tolist() for column in pairs] == [[worst] for worst in pairs.values()]
    assert overrides_of("depthwise", np.ones((4, 1, 3, 3), np.float32), is_conv=True) == {}


def test_a_range_leaves_an_outlier_out_and_holds_zero() -> None:
    counts = np.zeros(2048, np.int64)
    counts[1024:1228] = 1_000_000
    counts[-1] = 1
    low, high = narrowed(counts, -10.0, 10.0)
    assert low <= 0 < 1.9 < high < 6
    flat = np.full(2048, 10, np.int64)
    low, high = narrowed(flat, 0.0, 6.0)
    assert low == 0 and high == pytest.approx(6.0, rel=0.03)
    assert narrowed(counts[::-1], -10.0, 0.0)[1] == 0.0
