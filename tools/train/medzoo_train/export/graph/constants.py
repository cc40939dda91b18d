"""What of a graph is known before it runs: tensors that are made of stored ones alone, as ONNX Runtime folds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper

Arrays = dict[str, npt.NDArray[Any]]


def made_of_constants(graph: Any) -> dict[str, Any]:
    """By output the nodes whose every input is stored in the graph, or made by such a node."""
    stored = {tensor.name for tensor in graph.initializer} | {""}
    found: dict[str, Any] = {}
    for node in graph.node:
        is_plain = all(
            one.type not in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS) for one in node.attribute
        )
        if is_plain and all(name in stored or name in found for name in node.input):
            found |= {name: node for name in node.output if name}
    return found


def makers_of(names: Collection[str], makers: Mapping[str, Any]) -> list[Any]:
    """The nodes that these tensors are made by, and those that they are made of; each before what reads it."""
    ordered: list[Any] = []
    seen: set[int] = set()

    def visit(name: str) -> None:
        node = makers.get(name)
        if node is None or id(node) in seen:
            return
        seen.add(id(node))
        for read in node.input:
            visit(read)
        ordered.append(node)

    for name in names:
        visit(name)
    return ordered


def values_of(model: Any, names: Collection[str]) -> Arrays:
    """float32 of constants, stored or made; by ONNX Runtime itself, so that it folds them to the same numbers."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    found = {name: numpy_helper.to_array(stored[name]) for name in names if name in stored}
    wanted = [name for name in names if name not in stored]
    if not wanted:
        return found
    nodes = [NodeProto.FromString(n.SerializeToString()) for n in makers_of(wanted, made_of_constants(model.graph))]
    read = {name for node in nodes for name in node.input}
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted]
    graph = helper.make_graph(nodes, "constants", [], outputs, [stored[name] for name in stored if name in read])
    alone = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(alone.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = session.run(wanted, {})
    return found | {name: np.asarray(value) for name, value in zip(wanted, values, strict=True)}
