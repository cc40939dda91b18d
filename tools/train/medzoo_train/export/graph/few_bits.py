"""Weights in four bits: rounded to sixteen steps before they are exported, and packed two to a byte in the file.

The arithmetic stays float32. ONNX Runtime unpacks them when it opens the session, by plain operators, so a run costs
the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

Floats = npt.NDArray[np.float32]
#: Steps of a weight: -LEVELS to LEVELS - 1 times its scale, which up to GROUP weights of an output channel share.
LEVELS, GROUP = 8, 112
#: Significant bits of a scale, so that a weight is a float16 too and `round_to_half` leaves it alone.
SCALE_BITS = 8
#: Least scale that a float16 holds with all its bits, and a little more.
LEAST = 2.0**-14
#: Suffixes of what a tensor becomes in the file.
PACKED, SCALES = ".few", ".scales"


def group_of(inputs: int) -> int:
    """How many weights share a scale: the largest divisor that is no more than GROUP."""
    return next(size for size in range(min(GROUP, inputs), 0, -1) if inputs % size == 0)


def round_to_few(weights: Floats) -> Floats:
    """float32 [out, in] rounded to the steps that keep the squared error of each group least."""
    grouped = weights.reshape(len(weights), -1, group_of(weights.shape[1]))
    largest = np.abs(grouped).max(2, keepdims=True).clip(2 * LEVELS * LEAST)
    best = np.zeros_like(grouped)
    least = np.full(largest.shape, np.inf)
    for clip in np.linspace(0.5, 1, 11):
        mantissa, exponent = np.frexp(clip * largest / (LEVELS - 1))
        scale = np.ldexp(np.round(mantissa * 2**SCALE_BITS) / 2**SCALE_BITS, exponent)
        rounded = np.clip(np.round(grouped / scale), -LEVELS, LEVELS - 1) * scale
        error = np.square(rounded - grouped).sum(2, keepdims=True)
        best, least = np.where(error < least, rounded, best), np.minimum(error, least)
    return best.reshape(weights.shape).astype(np.float32)


def steps_of(weights: Floats) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]] | None:
    """The steps int8 [out, groups, size] and scales float16 [out, groups, 1] of rounded weights; None of any others."""
    grouped = weights.reshape(len(weights), -1, group_of(weights.shape[1]))
    largest = np.abs(grouped).max(2, keepdims=True)
    scales = np.zeros(largest.shape, np.float32)
    for count in range(LEVELS, 0, -1):
        tried = np.where(largest > 0, largest / count, 1)
        steps = grouped / tried
        whole = (np.abs(steps - np.round(steps)) < 1e-3).all(2, keepdims=True) & (steps < LEVELS - 0.5).all(
            2, keepdims=True
        )
        scales = np.where(whole, tried, scales)
    halves = scales.astype(np.float16)
    if not (scales > 0).all() or not np.array_equal(halves.astype(np.float32), scales):
        return None
    return np.round(grouped / scales).astype(np.int8), halves


def store_few(model: Any) -> None:
    """Packs every 1x1 kernel whose weights lie on such steps, and leaves all other tensors alone."""
    nodes: list[Any] = []
    for tensor in list(model.graph.initializer):
        if (
            tensor.data_type != TensorProto.FLOAT
            or len(tensor.dims) != 4
            or tensor.dims[1] == 1
            or list(tensor.dims[2:]) != [1, 1]
        ):
            continue
        found = steps_of(numpy_helper.to_array(tensor).reshape(tensor.dims[0], -1))
        if found is None or found[0].size % 2:
            continue
        name, dims = tensor.name, list(tensor.dims)
        levels = (found[0] + LEVELS).astype(np.uint8).reshape(-1)
        low, high = np.split(levels, 2)
        tensor.CopyFrom(numpy_helper.from_array(low + 16 * high, name + PACKED))
        model.graph.initializer.append(numpy_helper.from_array(found[1], name + SCALES))
        nodes += unpacking(name, dims, found[0].shape)
    if nodes:
        model.graph.initializer.extend(
            numpy_helper.from_array(np.array(value, np.float32), f"few.{key}")
            for key, value in (("sixteen", 16), ("levels", LEVELS))
        )
    for node in reversed(nodes):
        model.graph.node.insert(0, node)


def unpacking(name: str, dims: list[int], grouped: tuple[int, ...]) -> list[Any]:
    """Nodes that make float32 `name` again of bytes that hold its first half in their low bits and its second in their
    high.
    """
    part = f"{name}{PACKED}"

    def shape(values: tuple[int, ...] | list[int], to: str) -> Any:
        return helper.make_node("Constant", [], [to], value=numpy_helper.from_array(np.array(values, np.int64)))

    return [
        helper.make_node("Cast", [part], [f"{part}.f"], to=TensorProto.FLOAT),
        helper.make_node("Div", [f"{part}.f", "few.sixteen"], [f"{part}.d"]),
        helper.make_node("Floor", [f"{part}.d"], [f"{part}.high"]),
        helper.make_node("Mul", [f"{part}.high", "few.sixteen"], [f"{part}.m"]),
        helper.make_node("Sub", [f"{part}.f", f"{part}.m"], [f"{part}.low"]),
        helper.make_node("Concat", [f"{part}.low", f"{part}.high"], [f"{part}.all"], axis=0),
        helper.make_node("Sub", [f"{part}.all", "few.levels"], [f"{part}.steps"]),
        shape(grouped, f"{part}.groups"),
        helper.make_node("Reshape", [f"{part}.steps", f"{part}.groups"], [f"{part}.grouped"]),
        helper.make_node("Cast", [f"{name}{SCALES}"], [f"{part}.scales"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{part}.grouped", f"{part}.scales"], [f"{part}.scaled"]),
        shape(dims, f"{part}.dims"),
        helper.make_node("Reshape", [f"{part}.scaled", f"{part}.dims"], [name]),
    ]


def unpack_few(graph: Any) -> dict[str, Floats]:
    """The tensors that the graph unpacks, by name; takes their nodes out of it."""
    packed = [tensor.name.removesuffix(PACKED) for tensor in graph.initializer if tensor.name.endswith(PACKED)]
    found: dict[str, Floats] = {}
    for name in packed:
        nodes = [node for node in graph.node if node.output[0] == name or node.output[0].startswith(f"{name}{PACKED}")]
        tensors = [
            t for t in graph.initializer if t.name in (name + PACKED, name + SCALES, "few.sixteen", "few.levels")
        ]
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        alone = helper.make_model(
            helper.make_graph(nodes, "unpack", [], [output], tensors), opset_imports=[helper.make_opsetid("", 17)]
        )
        evaluator: Any = ReferenceEvaluator(alone)
        found[name] = evaluator.run(None, {})[0]
        for node in nodes:
            graph.node.remove(node)
    return found
