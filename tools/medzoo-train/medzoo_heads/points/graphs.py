"""ONNX graphs of both heads of keypoints: `embedding` (and `image`) to `keypoints`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Floats
from ..export.graph import Graph
from ..segment.decoder import Layout, Weights
from ..segment.graphs import declare_inputs, decoder_logits, probe_logits
from ..segment.probe import CellProbe

OUTPUT = "keypoints"


def declare(layout: Layout) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    return declare_inputs(layout), {OUTPUT: ["batch", layout.targets, 2]}


def probe_graph(probe: CellProbe, layout: Layout, sharpness: Floats) -> Any:
    graph = Graph()
    return finish(graph, layout, probe_logits(graph, probe, layout), sharpness)


def decoder_graph(layout: Layout, weights: Weights, sharpness: Floats) -> Any:
    graph = Graph()
    return finish(graph, layout, decoder_logits(graph, layout, weights), sharpness)


def finish(graph: Graph, layout: Layout, logits: str, sharpness: Floats) -> Any:
    """Where the softmax of the logits, times a number for each target, has its mean: x and y, 0..1."""
    height, width = layout.size
    sharp = graph.add("Mul", logits, graph.constant(sharpness.reshape(1, -1, 1, 1)))
    flat = graph.add("Reshape", sharp, graph.constant([0, layout.targets, height * width]))
    shares = graph.add("Softmax", flat, axis=2)
    shares = graph.add("Reshape", shares, graph.constant([0, layout.targets, height, width]))
    sums = [graph.add("ReduceSum", shares, graph.constant([axis]), keepdims=0) for axis in (2, 3)]
    axes = [graph.constant(centres(length)[:, None]) for length in (width, height)]
    places = [graph.add("MatMul", total, axis) for total, axis in zip(sums, axes, strict=True)]
    graph.add("Concat", *places, axis=2, out=OUTPUT)
    return graph.model(*declare(layout))


def centres(length: int) -> Floats:
    """Those of the cells of a row, 0..1."""
    return (np.arange(length) + 0.5) / length
