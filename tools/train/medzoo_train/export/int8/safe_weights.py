"""Scales of int8 weights at which no processor saturates: without VNNI, x86 adds two products of uint8 and int8 in 16
bits.

Two weights that meet in one such sum may together reach 128 in either direction (255 * 128 < 2 ** 15). Keeping all
weights to 7 bits would do as well, with a larger error, and few pairs need it (EXPERIMENTS.md, 16).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

LARGEST = 127
#: Of two neighbours along the sum, in steps.
PAIR = 128


def safe_peaks(columns: Floats) -> Floats:
    """Of weights [K, N], summed over K, for each column what 127 steps are: its largest weight, or as much more as it
    needs.
    """
    peaks: Floats = np.maximum(np.abs(columns).max(0), np.float32(1e-12)).astype(np.float32)
    for _ in range(100):
        excess = worst_pair(in_steps(columns, peaks)) / PAIR
        if excess.max(initial=0) <= 1:
            return peaks
        # A little more than the excess, since rounding may go either way.
        peaks = np.where(excess > 1, peaks * np.maximum(excess, 1.002), peaks).astype(np.float32)
    raise ValueError("No scale was found at which weights in int8 are safe.")


def in_steps(columns: Floats, peaks: Floats) -> npt.NDArray[np.int64]:
    scales = (peaks / np.float32(LARGEST)).astype(np.float32)
    steps: npt.NDArray[np.int64] = np.clip(np.rint(columns / scales), -LARGEST - 1, LARGEST).astype(np.int64)
    return steps


def worst_pair(steps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """By column [N] the largest sum, in either direction, of neighbours 2k and 2k + 1 that have the same sign."""
    even = np.concatenate([steps, np.zeros((len(steps) % 2, steps.shape[1]), np.int64)]).reshape(-1, 2, steps.shape[1])
    up, down = np.maximum(even, 0).sum(1), np.minimum(even, 0).sum(1)
    found: npt.NDArray[np.int64] = np.maximum(up.max(0), -down.min(0))
    return found


def overrides_of(name: str, weight: Floats, is_conv: bool) -> dict[str, list[dict[str, Any]]]:
    """What onnxruntime's quantiser takes for one weight, of a convolution [N, K, 1, 1] or a matrix product [K, N].

    None for a convolution of each channel by itself, whose sums no processor takes in pairs.
    """
    if is_conv and weight.shape[1] == 1:
        return {}
    columns = weight.reshape(len(weight), -1).T if is_conv else weight
    peaks = safe_peaks(columns)
    ranges: list[dict[str, Any]] = [{"rmin": -peak, "rmax": peak} for peak in peaks]
    ranges[0]["axis"] = 0 if is_conv else 1
    return {name: ranges}
