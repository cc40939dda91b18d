"""Pixel shuffles with channels last, where ONNX Runtime copies rows; its DepthToSpace moves number by number.

On a CPU, ONNX Runtime 1.30 keeps what convolutions read in blocks of channels, and each DepthToSpace breaks out of
them. A convolution's output can leave the blocks with channels last and come back in at no cost of its own. A 1x1
convolution of ones then takes it in, since an addition is part of a convolution only where both sides are in blocks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .simpler import are_known, shapes_of, sizes_node

#: Side of the square of pixels that one pixel becomes.
BLOCK = 2
#: Beginning of the names of weights that are no model's: kernels of ones.
ONES = "shuffle.ones."


def write_shuffles(model: Any) -> None:
    """Writes every DepthToSpace of two by two whose sizes are known in other operators, of the same numbers."""
    shapes = shapes_of(model)
    makers = {node.output[0]: node for node in model.graph.node}
    free = {one.dim_param for value in model.graph.input for one in value.type.tensor_type.shape.dim} - {""}
    uses: dict[str, int] = {}
    read = [name for node in model.graph.node for name in node.input]
    for name in [*read, *(value.name for value in model.graph.output)]:
        uses[name] = uses.get(name, 0) + 1
    nodes: list[Any] = []
    replaced: dict[str, list[Any]] = {}
    for node in model.graph.node:
        if node.op_type != "DepthToSpace" or attribute(node, "blocksize") != BLOCK or attribute(node, "mode") != b"CRD":
            continue
        sizes = shapes.get(node.input[0], ())
        if len(sizes) != 4 or not are_known(sizes[1:]):
            continue
        maker, (channels, height, width) = makers.get(node.input[0]), map(int, sizes[1:])
        sides = (channels // BLOCK**2, height, width)
        if maker is not None and maker.op_type == "Conv" and uses[node.input[0]] == 1:
            replaced[maker.output[0]] = conv_by_squares(maker, channels)
            replaced[node.output[0]] = shuffled_last(model, node, sides, sizes[0] if sizes[0] in free else None)
        else:
            replaced[node.output[0]] = shuffled_first(node, sides)
    for node in model.graph.node:
        nodes += replaced.get(node.output[0], [onnx.NodeProto.FromString(node.SerializeToString())])
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def attribute(node: Any, name: str) -> Any:
    return next((helper.get_attribute_value(one) for one in node.attribute if one.name == name), None)


def conv_by_squares(node: Any, channels: int) -> list[Any]:
    """The convolution with its outputs in another order: first by the pixel of the square, then by channel."""
    name, (image, *weights) = node.output[0], node.input
    made, given = [], [image]
    kernel = [-1, *attribute(node, "kernel_shape")]
    for weight, rest in zip(weights, (kernel, []), strict=False):
        part = f"{name}.{len(given)}"
        made += reshaped(weight, f"{part}.apart", [channels // BLOCK**2, BLOCK**2, *rest])
        made.append(
            helper.make_node("Transpose", [f"{part}.apart"], [f"{part}.turned"], perm=[1, 0, *range(2, 2 + len(rest))])
        )
        made += reshaped(f"{part}.turned", part, [channels, *rest])
        given.append(part)
    turned = onnx.NodeProto.FromString(node.SerializeToString())
    turned.input[:] = given
    return [*made, turned]


def shuffled_last(model: Any, node: Any, sides: tuple[int, int, int], batch: int | str | None) -> list[Any]:
    """Rows of a square's two pixels, which lie together when channels are last, become rows of the image.

    `batch`: the size that the model's inputs have too. It is written down, since ONNX Runtime, which finds less than
    ONNX does, adds within a convolution only what it knows to be of the same size.
    """
    start, name, (channels, height, width) = node.input[0], node.output[0], sides
    ones = f"{ONES}{channels}"
    if all(tensor.name != ones for tensor in model.graph.initializer):
        model.graph.initializer.append(numpy_helper.from_array(np.ones((channels, 1, 1, 1), np.float32), ones))
    if batch is not None:
        sizes = [batch, channels, BLOCK * height, BLOCK * width]
        model.graph.value_info.append(helper.make_tensor_value_info(f"{name}.first", onnx.TensorProto.FLOAT, sizes))
    return [
        helper.make_node("Transpose", [start], [f"{name}.last"], perm=[0, 2, 3, 1]),
        *reshaped(f"{name}.last", f"{name}.squares", [0, height, width, BLOCK, BLOCK * channels]),
        helper.make_node("Transpose", [f"{name}.squares"], [f"{name}.rows"], perm=[0, 1, 3, 2, 4]),
        *reshaped(f"{name}.rows", f"{name}.pixels", [0, BLOCK * height, BLOCK * width, channels]),
        helper.make_node("Transpose", [f"{name}.pixels"], [f"{name}.first"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "Conv", [f"{name}.first", ones], [name], name=f"{name}.ones", group=channels, kernel_shape=[1, 1]
        ),
    ]


def shuffled_first(node: Any, sides: tuple[int, int, int]) -> list[Any]:
    """The same where no convolution comes before: pixels of a row are woven, then rows are put in order."""
    start, name, (channels, height, width) = node.input[0], node.output[0], sides
    return [
        *reshaped(start, f"{name}.pairs", [-1, BLOCK, height * width]),
        helper.make_node("Transpose", [f"{name}.pairs"], [f"{name}.woven"], perm=[0, 2, 1]),
        *reshaped(f"{name}.woven", f"{name}.halves", [-1, BLOCK, height, BLOCK * width]),
        helper.make_node("Transpose", [f"{name}.halves"], [f"{name}.rows"], perm=[0, 2, 1, 3]),
        *reshaped(f"{name}.rows", name, [-1, channels, BLOCK * height, BLOCK * width]),
    ]


def reshaped(start: str, result: str, shape: list[int]) -> list[Any]:
    sizes = sizes_node(f"{result}.sizes", shape)
    return [sizes, helper.make_node("Reshape", [start, sizes.output[0]], [result])]
