"""ONNX graphs of heads that answer with a number for each label: `embedding` to `values`, or to `label_logits`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..classify.graphs import Shape, attending_part, linear_logits, reshaped_cells
from ..classify.medcls import Weights
from ..classify.probe import Probe
from ..export.graph import Graph
from ..mixtures.mixtures import Mixtures


def declare(shape: Shape, labels: int, output: str) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    return {"embedding": ["batch", *shape]}, {output: ["batch", labels]}


def probe_graph(probe: Probe, shape: Shape, output: str) -> Any:
    graph = Graph()
    found = linear_logits(graph, reshaped_cells(graph, shape, probe.mixtures), probe.weight, probe.bias)
    graph.add("Identity", found, out=output)
    return graph.model(*declare(shape, len(probe.bias), output))


def attention_graph(weights: Weights, shape: Shape, output: str, mixtures: Mixtures | None = None) -> Any:
    """The network of classify/medcls.py without its maps."""
    graph = Graph()
    w = {name: np.asarray(values) for name, values in weights.items()}
    graph.add("Identity", attending_part(graph, w, shape, mixtures).logits, out=output)
    return graph.model(*declare(shape, len(w["probe_bias"]), output))
