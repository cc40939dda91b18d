"""ONNX graphs of both classifiers: `embedding` to `logits`, `attention` and `evidence`, as heads of @medzoo/medcls have
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..export.graph import Graph
from ..mixtures.mixtures import Mixtures
from .medcls import EPSILON, TINY, Weights, class_directions
from .probe import Probe

Shape = tuple[int, int, int]


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
    graph = Graph()
    cells = reshaped_cells(graph, shape, probe.mixtures)
    logits = linear_logits(graph, cells, probe.weight, probe.bias)
    evidence = linear_evidence(graph, cells, probe.weight)
    # It looks everywhere alike.
    _, height, width = shape
    attention = graph.add("Add", graph.add("Mul", evidence, graph.constant(0.0)), graph.constant(1 / (height * width)))
    return finish(graph, shape, len(probe.bias), logits, attention, evidence)


@dataclass(frozen=True)
class Cells:
    """The embedding as it comes, and what the probe pools of it; values by their names in the graph."""

    #: [B, C, N]
    cells: str
    #: Of `cells` and, behind them, the probe's mixtures [B, C + M, N]: squared differences from the mean of each, and
    #: the root of their mean.
    squares: str
    deviation: str
    #: [B, 2C + M]
    pooled: str
    count: int
    channels: int


def reshaped_cells(graph: Graph, shape: Shape, mixtures: Mixtures | None) -> Cells:
    channels, height, width = shape
    count = height * width
    cells = graph.add("Reshape", "embedding", graph.constant([0, channels, count]))
    mean = graph.add("ReduceMean", cells, axes=[2], keepdims=1)
    varied, centre, numbers = cells, mean, 2 * channels
    if mixtures is not None:
        varied = graph.add("Concat", cells, mixed_channels(graph, cells, channels, mixtures), axis=1)
        centre = graph.add("ReduceMean", varied, axes=[2], keepdims=1)
        numbers += len(mixtures.signs)
    centred = graph.add("Sub", varied, centre)
    squares = graph.add("Mul", centred, centred)
    variance = graph.add("ReduceMean", squares, axes=[2], keepdims=1)
    deviation = graph.add("Sqrt", graph.add("Add", variance, graph.constant(TINY)))
    pooled = graph.add("Reshape", graph.add("Concat", mean, deviation, axis=1), graph.constant([0, numbers]))
    return Cells(cells, squares, deviation, pooled, count, channels)


def mixed_channels(graph: Graph, cells: str, channels: int, mixtures: Mixtures) -> str:
    """The mixtures [B, M, N] of [B, C, N]; a sign takes one byte of the file."""
    first = graph.constant([channels - len(mixtures.scale)])
    last = graph.add("Slice", cells, first, graph.constant([channels]), graph.constant([1]))
    alike = graph.add("Mul", last, graph.constant(mixtures.scale[:, None]))
    return graph.add("MatMul", graph.signs(mixtures.signs), alike)


def linear_logits(graph: Graph, of: Cells, weight: Any, bias: Any) -> str:
    """Logits [B, K] of the probe, whose weights are [K, 2C + M]."""
    return graph.add("Gemm", of.pooled, graph.constant(np.asarray(weight).T), graph.constant(bias))


def linear_evidence(graph: Graph, of: Cells, weight: Any) -> str:
    """Evidence [B, K, N] of the probe.

    It is exact: a mean is a sum over cells, and so is a deviation, of squares divided by itself.
    """
    by_mean = graph.add("MatMul", graph.constant(np.asarray(weight)[:, : of.channels] / of.count), of.cells)
    spread = graph.add("Div", of.squares, of.deviation)
    by_deviation = graph.add("MatMul", graph.constant(np.asarray(weight)[:, of.channels :] / of.count), spread)
    return graph.add("Add", by_mean, by_deviation)


def medcls_graph(weights: Weights, shape: Shape, mixtures: Mixtures | None = None) -> Any:
    """The network of medcls.py, channels first."""
    w = {name: np.asarray(values) for name, values in weights.items()}
    graph = Graph()
    looks = attending_part(graph, w, shape, mixtures)
    directions = class_directions(w)
    scores = graph.add("MatMul", graph.constant(directions @ w["value"].T), looks.cells)
    scores = graph.add("Add", scores, graph.constant((directions @ w["value_bias"]).reshape(1, -1, 1)))
    evidence = graph.add("Div", graph.add("Mul", looks.attention, scores), deviation_of(graph, looks.seen, [2]))
    evidence = graph.add("Add", evidence, linear_evidence(graph, looks.plain, w["probe"]))
    return finish(graph, shape, len(w["probe_bias"]), looks.logits, looks.attention, evidence)


@dataclass(frozen=True)
class Looks:
    """What the network makes of an embedding; values by their names in the graph."""

    #: [B, K]
    logits: str
    #: [B, K, N]
    attention: str
    #: [B, K, C], before the norm.
    seen: str
    #: [B, C, N], as attention looks at them.
    cells: str
    plain: Cells


def attending_part(graph: Graph, w: dict[str, Any], shape: Shape, mixtures: Mixtures | None) -> Looks:
    channels, height, width = shape
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
    plain = reshaped_cells(graph, shape, mixtures)
    linear = linear_logits(graph, plain, w["probe"], w["probe_bias"])
    logits = graph.add("Add", graph.add("Add", logits, graph.constant((w["seen_bias"] * w["classes"]).sum(1))), linear)
    return Looks(logits, attention, seen, cells, plain)


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
