"""The same numbers from fewer and cheaper nodes than the exporter that traces writes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from onnx import NodeProto, helper, numpy_helper, shape_inference

from .quantize import replace_nodes


def simplify(model: Any) -> None:
    """Writes shapes as numbers, and factors into the weights that they come to; ONNX Runtime folds those on opening."""
    shapes_as_numbers(model)
    batches_that_stay(model)
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
                nodes.append(sizes_node(f"{node.output[0]}.sizes", sizes))
                copy.input[1] = nodes[-1].output[0]
        nodes.append(copy)
    replace_nodes(model, nodes)


def kept_sizes(start: str, joined: Any, makers: dict[str, Any], constants: dict[str, list[int]]) -> list[int] | None:
    """What the parts of a shape come to, with 0 for the input's own size at that place; None where a part is not
    known.
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


def batches_that_stay(model: Any) -> None:
    """A Reshape whose first size is what is left over keeps the input's own, if the others come to as much."""
    shapes, constants = shapes_of(model), integers_of(model)
    nodes: list[Any] = []
    for node in model.graph.node:
        copy = NodeProto.FromString(node.SerializeToString())
        sizes = constants.get(node.input[1], []) if node.op_type == "Reshape" else []
        own = shapes.get(node.input[0], ()) if sizes else ()
        if sizes[:1] == [-1] and len(own) > 1 and are_known(own[1:]) and prod(map(int, own[1:])) == prod(sizes[1:]) > 0:
            nodes.append(sizes_node(f"{node.output[0]}.kept", [0, *sizes[1:]]))
            copy.input[1] = nodes[-1].output[0]
        nodes.append(copy)
    replace_nodes(model, nodes)


def shapes_of(model: Any) -> dict[str, tuple[int | str, ...]]:
    """By tensor its sizes, with the name of one that is free, which is empty where nothing is known of it."""
    inferred = shape_inference.infer_shapes(model, data_prop=True)
    values = [*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output]
    return {value.name: tuple(d.dim_value or d.dim_param for d in value.type.tensor_type.shape.dim) for value in values}


def are_known(sizes: Sequence[int | str]) -> bool:
    return all(isinstance(size, int) for size in sizes)


def sizes_node(name: str, sizes: list[int]) -> Any:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.array(sizes, np.int64), name))


def integers_of(model: Any) -> dict[str, list[int]]:
    """Whole numbers that the graph holds, by name, as flat lists."""
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            tensors.update((node.output[0], one.t) for one in node.attribute if one.name == "value")
    whole = {name: tensor for name, tensor in tensors.items() if tensor.data_type == tensor.INT64}
    arrays = {name: numpy_helper.to_array(tensor) for name, tensor in whole.items()}
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
    values = [one.t for one in node.attribute if one.name == "value"]
    return any(list(value.dims) == [] and value.data_type == value.FLOAT for value in values)


def drop_idle_nodes(model: Any) -> None:
    """Nodes of which nothing is read, and those that nothing is read of then."""
    needed = {value.name for value in model.graph.output}
    kept: list[Any] = []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    replace_nodes(model, kept[::-1])
