"""The same numbers from fewer and cheaper nodes than the exporter that traces writes."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import NodeProto, helper, numpy_helper

from .quantize import replace_nodes


def simplify(model: Any) -> None:
    """Writes shapes as numbers, and factors into the weights that they come to; ONNX Runtime folds those on opening."""
    shapes_as_numbers(model)
    factors_into_weights(model)
    drop_idle_nodes(model)


def shapes_as_numbers(model: Any) -> None:
    """A Reshape that keeps its input's first sizes says so by zeros, and need not ask for them."""
    makers = {name: node for node in model.graph.node for name in node.output}
    constants = integers_of(model)
    nodes: list[Any] = []
    for node in model.graph.node:
        copy = NodeProto.FromString(node.SerializeToString())
        joined = makers.get(node.input[1]) if node.op_type == "Reshape" else None
        if joined is not None and joined.op_type == "Concat":
            sizes = kept_sizes(node.input[0], joined, makers, constants)
            if sizes is not None:
                copy.input[1] = f"{node.output[0]}.sizes"
                value = numpy_helper.from_array(np.array(sizes, np.int64), copy.input[1])
                nodes.append(helper.make_node("Constant", [], [copy.input[1]], value=value))
        nodes.append(copy)
    replace_nodes(model, nodes)


def kept_sizes(start: str, joined: Any, makers: dict[str, Any], constants: dict[str, list[int]]) -> list[int] | None:
    """What the parts of a shape come to, with 0 for the input's own size at that place; None where a part is not known.
    """
    sizes: list[int] = []
    for part in joined.input:
        found = constants.get(part) or own_sizes(part, start, len(sizes), makers, constants)
        if found is None:
            return None
        sizes += found
    return sizes


def own_sizes(
    part: str, start: str, place: int, makers: dict[str, Any], constants: dict[str, list[int]]
) -> list[int] | None:
    """Zeros where a part of a shape is that of `start` from this place on."""
    node = makers.get(part)
    if node is not None and node.op_type == "Unsqueeze":
        node = makers.get(node.input[0])
    asked = makers.get(node.input[0]) if node is not None and node.op_type in ("Gather", "Slice") else None
    if node is None or asked is None or asked.op_type != "Shape" or asked.input[0] != start:
        return None
    bounds = [constants.get(name) for name in node.input[1:]]
    if node.op_type == "Gather":
        return [0] if bounds[0] == [place] else None
    first, last = bounds[:2]
    return [0] * (last[0] - place) if first == [place] and last is not None and last[0] > place else None


def integers_of(model: Any) -> dict[str, list[int]]:
    """Whole numbers that the graph holds, by name, as flat lists."""
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            tensors |= {node.output[0]: one.t for one in node.attribute if one.name == "value"}
    arrays = {name: numpy_helper.to_array(tensor) for name, tensor in tensors.items() if tensor.data_type == tensor.INT64}
    return {name: values.reshape(-1).tolist() for name, values in arrays.items()}


def factors_into_weights(model: Any) -> None:
    """A product by one number whose result convolutions alone read becomes a product of their weights."""
    numbers = {node.output[0] for node in model.graph.node if node.op_type == "Constant" and is_scalar(node)}
    readers: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            readers.setdefault(name, []).append((node, place))
    outputs = {value.name for value in model.graph.output}
    factors: dict[str, tuple[str, str]] = {}
    for node in model.graph.node:
        if node.op_type != "Mul" or node.input[1] not in numbers or node.output[0] in outputs:
            continue
        if all(reader.op_type == "Conv" and place == 0 for reader, place in readers.get(node.output[0], [])):
            factors[node.output[0]] = (node.input[0], node.input[1])
    nodes: list[Any] = []
    for node in model.graph.node:
        copy = NodeProto.FromString(node.SerializeToString())
        if node.op_type == "Conv" and node.input[0] in factors:
            start, number = factors[node.input[0]]
            scaled = f"{node.output[0]}.scaled"
            nodes.append(helper.make_node("Mul", [node.input[1], number], [scaled]))
            copy.input[0], copy.input[1] = start, scaled
        nodes.append(copy)
    replace_nodes(model, nodes)


def is_scalar(node: Any) -> bool:
    return any(one.name == "value" and list(one.t.dims) == [] and one.t.data_type == one.t.FLOAT for one in node.attribute)


def drop_idle_nodes(model: Any) -> None:
    """Nodes of which nothing is read, and those that nothing is read of then."""
    needed = {value.name for value in model.graph.output}
    kept: list[Any] = []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    replace_nodes(model, kept[::-1])
