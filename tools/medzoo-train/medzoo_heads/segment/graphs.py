"""ONNX graphs of both segmenters: `embedding` (and `image`) to `masks`, `iou` and `presence`, as heads like AutoMed
have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..export.graph import Graph
from .decoder import COLOURS, EPSILON, Layout, Weights
from .probe import CellProbe

#: Keeps logarithms and divisions of probabilities finite in float32.
TINY = 1e-6


@dataclass(frozen=True)
class Scales:
    """What makes the numbers beside a mask honest; by target, from val (scales.py)."""

    #: Taken off the mask's logits, so that a half is where Dice is best.
    shift: Floats
    #: Taken off the presence's logit, so that a half is where a mask is worth having.
    presence: Floats
    #: estimated IoU = slope * expected IoU + constant, within 0 and 1.
    slope: Floats
    constant: Floats


def neutral(targets: int) -> Scales:
    """As the network says it: what the scales are fitted on."""
    zeros = np.zeros(targets)
    return Scales(zeros, zeros, np.ones(targets), zeros)


def declare_inputs(layout: Layout) -> dict[str, list[Any]]:
    inputs: dict[str, list[Any]] = {"embedding": ["batch", *layout.embedding]}
    if layout.has_image:
        inputs["image"] = ["batch", COLOURS, *layout.size]
    return inputs


def declare(layout: Layout) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    numbers: list[Any] = ["batch", layout.targets]
    planes = layout.targets + layout.exclusive
    masks: list[Any] = ["batch", planes, *layout.size]
    return declare_inputs(layout), {output_of(layout): masks, "iou": numbers, "presence": numbers}


def output_of(layout: Layout) -> str:
    """Name of the output of masks: those that exclude one another have the background before them."""
    return "exclusive_masks" if layout.exclusive else "masks"


def finish(graph: Graph, layout: Layout, logits: str, scales: Scales) -> Any:
    """Masks with their shift, and what they say of themselves."""
    shift = graph.constant(scales.shift.reshape(1, -1, 1, 1))
    if layout.exclusive:
        inside, chances = finish_exclusive(graph, layout, graph.add("Sub", logits, shift))
    else:
        masks = graph.add("Sub", logits, shift, out=output_of(layout))
        chances = graph.add("Sigmoid", masks)
        inside = graph.add("GreaterOrEqual", masks, graph.constant(0.0))
    inside = graph.add("Cast", inside, to=1)
    graph.add("Identity", expected_iou(graph, inside, chances, scales), out="iou")
    sureness = where_surest(graph, chances)
    odds = graph.add("Log", graph.add("Div", sureness, graph.add("Sub", graph.constant(1.0), sureness)))
    graph.add("Sigmoid", graph.add("Sub", odds, graph.constant(scales.presence)), out="presence")
    return graph.model(*declare(layout))


def finish_exclusive(graph: Graph, layout: Layout, masks: str) -> tuple[str, str]:
    """Which pixels each target has, and their probabilities; [B, T, H, W] each."""
    first = graph.add("Slice", masks, graph.constant([0]), graph.constant([1]), graph.constant([1]))
    background = graph.add("Mul", first, graph.constant(0.0))
    planes = graph.add("Concat", background, masks, axis=1, out=output_of(layout))
    shares = graph.add("Softmax", planes, axis=1)
    end = graph.constant([layout.targets + 1])
    chances = graph.add("Slice", shares, graph.constant([1]), end, graph.constant([1]))
    winner = graph.add("ArgMax", planes, axis=1, keepdims=1)
    own = graph.constant(np.arange(1, layout.targets + 1).reshape(1, -1, 1, 1))
    return graph.add("Equal", winner, own), chances


def total(graph: Graph, values: str) -> str:
    return graph.add("ReduceSum", values, graph.constant([2, 3]), keepdims=0)


def expected_iou(graph: Graph, inside: str, chances: str, scales: Scales) -> str:
    """The IoU of a mask with a truth that is drawn by its own probabilities, then as val says how far to trust it."""
    both = total(graph, graph.add("Mul", inside, chances))
    either = graph.add("Add", total(graph, graph.add("Max", inside, chances)), graph.constant(TINY))
    expected = graph.add("Div", both, either)
    scaled = graph.add("Mul", expected, graph.constant(scales.slope))
    scaled = graph.add("Add", scaled, graph.constant(scales.constant))
    return graph.add("Clip", scaled, graph.constant(0.0), graph.constant(1.0))


def where_surest(graph: Graph, chances: str) -> str:
    """The mean probability of pixels weighted by its square: near 1 where any region is sure, however small."""
    squares = graph.add("Mul", chances, chances)
    weighted = total(graph, graph.add("Mul", squares, chances))
    mean = graph.add("Div", weighted, graph.add("Add", total(graph, squares), graph.constant(TINY)))
    return graph.add("Clip", mean, graph.constant(TINY), graph.constant(1 - TINY))


def probe_graph(probe: CellProbe, layout: Layout, scales: Scales) -> Any:
    graph = Graph()
    return finish(graph, layout, probe_logits(graph, probe, layout), scales)


def probe_logits(graph: Graph, probe: CellProbe, layout: Layout) -> str:
    logits = linear_part(graph, layout, probe.weight, probe.bias)
    if not layout.has_image:
        return logits
    # It does not look at the image, and has the inputs that the head's code feeds.
    seen = graph.add("ReduceMean", "image", axes=[1, 2, 3], keepdims=1)
    return graph.add("Add", logits, graph.add("Mul", seen, graph.constant(0.0)))


def linear_part(graph: Graph, layout: Layout, weight: Any, bias: Any) -> str:
    """weight: [side * side * T, C]"""
    kernel = graph.constant(np.asarray(weight)[:, :, None, None])
    cells = graph.add("Conv", "embedding", kernel, graph.constant(bias), kernel_shape=[1, 1])
    parts = graph.add("DepthToSpace", cells, blocksize=layout.side, mode="DCR")
    times = 2**layout.doublings / layout.side
    if times == 1:
        return parts
    return graph.add(
        "Resize", parts, "", graph.constant([1.0, 1.0, times, times]),
        mode="linear", coordinate_transformation_mode="half_pixel",
    )  # fmt: skip


def decoder_graph(layout: Layout, weights: Weights, scales: Scales) -> Any:
    graph = Graph()
    return finish(graph, layout, decoder_logits(graph, layout, weights), scales)


def decoder_logits(graph: Graph, layout: Layout, weights: Weights) -> str:
    """The network of decoder.py, channels first."""
    w = {name: np.asarray(values) for name, values in weights.items()}
    centred = graph.add("Sub", "embedding", graph.add("ReduceMean", "embedding", axes=[1], keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", centred, centred), axes=[1], keepdims=1)
    x = graph.add("Div", centred, graph.add("Sqrt", graph.add("Add", variance, graph.constant(EPSILON))))
    x = graph.add("Mul", x, graph.constant(w["norm_scale"].reshape(1, -1, 1, 1)))
    x = graph.add("Add", x, graph.constant(w["norm_bias"].reshape(1, -1, 1, 1)))
    x = dense(graph, w, "enter", x)
    features = image_features(graph, layout, w)
    for step in range(layout.ups + 1):
        if step:
            x = graph.add(
                "Resize", dense(graph, w, f"up{step}", x), "", graph.constant([1.0, 1.0, 2.0, 2.0]),
                mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
            )  # fmt: skip
        x = graph.add("Add", x, features[step]) if step in features else x
        x = block(graph, w, f"level{step}", graph.add("HardSwish", x))
    found = graph.add("DepthToSpace", dense(graph, w, "leave", x), blocksize=layout.last, mode="DCR")
    linear = linear_part(graph, layout, w["probe"].T, w["probe_bias"])
    return graph.add("Add", found, linear)


def image_features(graph: Graph, layout: Layout, w: dict[str, Any]) -> dict[int, str]:
    seen, side, features = "image", layout.last, {}
    for step in range(layout.ups, -1, -1) if layout.has_image else ():
        seen = dense(graph, w, f"image{step}", graph.add("SpaceToDepth", seen, blocksize=side))
        seen = features[step] = block(graph, w, f"seen{step}", graph.add("HardSwish", seen))
        side = 2
    return features


def dense(graph: Graph, w: dict[str, Any], name: str, x: str) -> str:
    kernel = graph.constant(w[name].T[:, :, None, None])
    return graph.add("Conv", x, kernel, graph.constant(w[f"{name}_bias"]), kernel_shape=[1, 1])


def block(graph: Graph, w: dict[str, Any], name: str, x: str) -> str:
    kernel = graph.constant(w[name].transpose(3, 2, 0, 1))
    bias = graph.constant(w[f"{name}_bias"])
    near = graph.add("Conv", x, kernel, bias, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    return graph.add("Add", x, graph.add("HardSwish", near))
