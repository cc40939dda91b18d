"""The range of each activation for static int8: what quantising it costs least in mean-squared error, over calibration
images.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper

Floats = npt.NDArray[np.float32]
Range = tuple[float, float]

#: Of a tensor's histogram between its smallest and its largest value.
BINS = 2048
#: Steps of uint8.
LEVELS = 255
#: Shares of the smallest and of the largest value at which a range may end.
SHARES = np.linspace(0.3, 1.0, 36)


def activation_ranges(
    model: Any, names: Sequence[str], feeds: Sequence[Mapping[str, Floats]], is_narrowed: bool = True
) -> dict[str, Range]:
    """By tensor of the model; `feeds` are its inputs by name, of one image each.

    `is_narrowed`: ends where the mean-squared error is least, and not at the smallest and largest value. One thread and
    no optimisation, so that the same images give the same numbers.
    """
    session = observing(model, names)
    lows, highs = np.zeros(len(names)), np.zeros(len(names))
    for feed in feeds:
        found = session.run(list(names), dict(feed))
        lows = np.minimum(lows, [float(values.min()) for values in found])
        highs = np.maximum(highs, [float(values.max()) for values in found])
    if not is_narrowed:
        return dict(zip(names, zip(lows.tolist(), highs.tolist(), strict=True), strict=True))
    counts = np.zeros((len(names), BINS), np.int64)
    for feed in feeds:
        found = session.run(list(names), dict(feed))
        for place, values in enumerate(found):
            counts[place] += np.histogram(values, BINS, (lows[place], max(highs[place], lows[place] + 1e-9)))[0]
    return {
        name: narrowed(histogram, low, high)
        for name, histogram, low, high in zip(names, counts, lows.tolist(), highs.tolist(), strict=True)
    }


def observing(model: Any, names: Sequence[str]) -> onnxruntime.InferenceSession:
    """A session of the model that gives these tensors too."""
    copy = onnx.ModelProto.FromString(model.SerializeToString())
    known = {output.name for output in copy.graph.output}
    copy.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names if name not in known)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(copy.SerializeToString(), options, providers=["CPUExecutionProvider"])


def narrowed(counts: npt.NDArray[np.int64], low: float, high: float) -> Range:
    """The ends between which uint8 errs least, of a histogram of equal bins from `low` (at most 0) to `high`.

    Zero stays within: it is what padding is made of.
    """
    width = (high - low) / len(counts)
    filled = np.flatnonzero(counts)
    centres, weights = low + (filled + 0.5) * width, counts[filled].astype(np.float64)
    best, found = np.inf, (low, high)
    for bottom in [low] if low == 0 else (low * SHARES).tolist():
        for top in [high] if high == 0 else (high * SHARES).tolist():
            if top <= bottom:
                continue
            step = (top - bottom) / LEVELS
            zero = np.round(-bottom / step)
            kept = (np.clip(np.round(centres / step) + zero, 0, LEVELS) - zero) * step
            error = float(weights @ np.square(kept - centres))
            # A wider range wins a tie: new images reach farther than these.
            if error <= best * (1 - 1e-9) or (error <= best and top - bottom > found[1] - found[0]):
                best, found = error, (bottom, top)
    return found


def as_calibration(ranges: Mapping[str, Range]) -> Any:
    """What onnxruntime's quantiser reads."""
    from onnxruntime.quantization.calibrate import CalibrationMethod, TensorData, TensorsData

    entries = {name: (np.float32(low), np.float32(high)) for name, (low, high) in ranges.items()}
    data = {name: TensorData(lowest=np.array(low), highest=np.array(high)) for name, (low, high) in entries.items()}
    return TensorsData(CalibrationMethod.MinMax, data)
