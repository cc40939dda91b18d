"""ONNX graphs of both classifiers: `embedding` to `logits`, `attention` and `evidence`, as heads of @medzoo/medcls have
them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..export.graph import Graph
from .medcls import EPSILON, Weights, class_directions
from .probe import Probe

Shape = tuple[int, int, int]
#: Below the root of the probe's variances, so that a channel without any divides nothing by zero.
TINY = 1e-12


def declare(shape: Shape, classes: int) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    _, height, width = shape
    maps: list[Any] = ["batch", height, width]
    outputs: dict[str, list[Any]] = {"logits": ["batch", classes], "attention": maps, "evidence": maps}
    return {"embedding": ["batch", *shape]}, outputs


def finish(graph: Graph, shape: Shape, classes: int, logits: str, attention: str, evidence: str) -> Any:
    """Picks the maps of the most probable class from [B, K, N]."""
    _, height, width = shape
    graph.add("Identity", logits, out="logits")
    total = graph.add("ReduceSum", evidence, graph.constant([1]), keepdims=1)
    more = graph.add("Sub", graph.add("Mul", evidence, graph.constant(float(classes))), total)
    more = graph.add("Div", more, graph.constant(float(max(classes - 1, 1))))
    top = graph.add("ArgMax", logits, axis=1, keepdims=1)
    for name, values in (("attention", attention), ("evidence", more)):
        chosen = graph.add("GatherND", values, top, batch_dims=1)
        graph.add("Reshape", chosen, graph.constant([-1, height, width]), out=name)
    return graph.model(*declare(shape, classes))


def probe_graph(probe: Probe, shape: Shape) -> Any:
    """The evidence of the probe is exact: a mean is a sum over cells, and so is a deviation, of squares divided by
    itself.
    """
    channels, height, width = shape
    cells_count, classes = height * width, len(probe.bias)
    of_mean, of_deviation = probe.weight[:, :channels], probe.weight[:, channels:]
    graph = Graph()
    cells = graph.add("Reshape", "embedding", graph.constant([0, channels, cells_count]))
    mean = graph.add("ReduceMean", cells, axes=[2], keepdims=1)
    centred = graph.add("Sub", cells, mean)
    squares = graph.add("Mul", centred, centred)
    variance = graph.add("ReduceMean", squares, axes=[2], keepdims=1)
    deviation = graph.add("Sqrt", graph.add("Add", variance, graph.constant(TINY)))
    pooled = graph.add("Concat", mean, deviation, axis=1)
    pooled = graph.add("Reshape", pooled, graph.constant([0, 2 * channels]))
    logits = graph.add("Gemm", pooled, graph.constant(probe.weight.T), graph.constant(probe.bias))
    by_mean = graph.add("MatMul", graph.constant(of_mean / cells_count), cells)
    spread = graph.add("Div", squares, deviation)
    by_deviation = graph.add("MatMul", graph.constant(of_deviation / cells_count), spread)
    evidence = graph.add("Add", by_mean, by_deviation)
    # It looks everywhere alike.
    flat = graph.add("Mul", evidence, graph.constant(0.0))
    attention = graph.add("Add", flat, graph.constant(1 / cells_count))
    return finish(graph, shape, classes, logits, attention, evidence)


def medcls_graph(weights: Weights, shape: Shape) -> Any:
    """The network of medcls.py, channels first."""
    channels, height, width = shape
    w = {name: np.asarray(values) for name, values in weights.items()}
    graph = Graph()
    x = normalised(graph, "embedding", [1, 2, 3])
    x = graph.add("Mul", x, graph.constant(w["norm_scale"].reshape(1, -1, 1, 1)))
    x = graph.add("Add", x, graph.constant(w["norm_bias"].reshape(1, -1, 1, 1)))
    x = graph.add("Add", x, mixed(graph, w, x))
    x = graph.add("Mul", x, channel_gate(graph, w, x))
    cells = graph.add("Reshape", x, graph.constant([0, channels, height * width]))
    asked = graph.add("MatMul", graph.constant(w["queries"] * channels**-0.5), cells)
    attention = graph.add("Softmax", asked, axis=2)
    pooled = graph.add("MatMul", attention, graph.add("Transpose", cells, perm=[0, 2, 1]))
    seen = graph.add("MatMul", pooled, graph.constant(w["value"]))
    seen = graph.add("Add", seen, graph.constant(w["value_bias"]))
    logits = graph.add("Mul", normalised(graph, seen, [2]), graph.constant(w["seen_scale"] * w["classes"]))
    logits = graph.add("ReduceSum", logits, graph.constant([2]), keepdims=0)
    constant = (w["seen_bias"] * w["classes"]).sum(1) + w["classes_bias"]
    logits = graph.add("Add", logits, graph.constant(constant))
    directions = class_directions(w)
    scores = graph.add("MatMul", graph.constant(directions @ w["value"].T), cells)
    scores = graph.add("Add", scores, graph.constant((directions @ w["value_bias"]).reshape(1, -1, 1)))
    evidence = graph.add("Div", graph.add("Mul", attention, scores), deviation_of(graph, seen, [2]))
    return finish(graph, shape, len(w["classes_bias"]), logits, attention, evidence)


def deviation_of(graph: Graph, x: str, axes: list[int]) -> str:
    centred = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes, keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", centred, centred), axes=axes, keepdims=1)
    return graph.add("Sqrt", graph.add("Add", variance, graph.constant(EPSILON)))


def normalised(graph: Graph, x: str, axes: list[int]) -> str:
    centred = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes, keepdims=1))
    return graph.add("Div", centred, deviation_of(graph, x, axes))


def mixed(graph: Graph, w: dict[str, Any], x: str) -> str:
    mix = graph.constant(w["mix"].T[:, :, None, None])
    return graph.add("HardSwish", graph.add("Conv", x, mix, graph.constant(w["mix_bias"]), kernel_shape=[1, 1]))


def channel_gate(graph: Graph, w: dict[str, Any], x: str) -> str:
    squeeze, spread = graph.constant(w["squeeze"]), graph.constant(w["spread"])
    judged = []
    for op in ("ReduceMean", "ReduceMax"):
        pooled = graph.add(op, x, axes=[2, 3], keepdims=0)
        judged.append(graph.add("MatMul", graph.add("Relu", graph.add("MatMul", pooled, squeeze)), spread))
    gate = graph.add("Sigmoid", graph.add("Add", *judged))
    return graph.add("Unsqueeze", gate, graph.constant([2, 3]))
