"""Matrix products in int8: DynamicQuantizeLinear and MatMulInteger, plain ONNX that ONNX Runtime fuses on opening."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

#: A 1x1 convolution becomes a matrix product from this many channels on, on both sides: below, the two transposes cost
#: more than int8 saves (measured at 128x128 positions and 16 to 96 channels: slower than the convolution).
POINTWISE_FROM = 64
#: quantize_dynamic warns of a model without this mark; what it stands for, inferred shapes, nothing here needs.
PREPARED = ("onnx.quant.pre_process", "onnxruntime.quant")


def restore_float(model: Any) -> None:
    """Undoes `store_half`: weights are float32 initializers again, already rounded, and the casts are gone."""
    halves = {tensor.name: tensor for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT16}
    kept = []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in halves:
            half = halves[node.input[0]]
            half.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(half).astype(np.float32), node.output[0]))
        else:
            kept.append(node)
    replace_nodes(model, kept)


def pointwise_to_matmul(model: Any) -> None:
    """1x1 convolutions as Transpose, MatMul, Add, Transpose: the same numbers, in the form that int8 is fast in.

    ConvInteger does not pay: with it the tiny encoder took 1.19 of its float32 time: no fused kernel.
    """
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    rewritten = []
    for node in model.graph.node:
        if node.op_type != "Conv" or node.input[1] not in weights or not is_pointwise(node, weights[node.input[1]]):
            rewritten.append(node)
            continue
        name = node.output[0]
        kernel = numpy_helper.to_array(weights[node.input[1]])[:, :, 0, 0]
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(kernel.T), f"{name}.matrix"))
        product = f"{name}.product"
        rewritten.append(helper.make_node("Transpose", [node.input[0]], [f"{name}.last"], perm=[0, 2, 3, 1]))
        rewritten.append(
            helper.make_node("MatMul", [f"{name}.last", f"{name}.matrix"], [product], name=f"{name}.matmul")
        )
        if len(node.input) > 2:
            rewritten.append(helper.make_node("Add", [product, node.input[2]], [f"{name}.biased"]))
            product = f"{name}.biased"
        rewritten.append(helper.make_node("Transpose", [product], [name], perm=[0, 3, 1, 2]))
    replace_nodes(model, rewritten)
    drop_unused_weights(model)


def is_pointwise(node: Any, weight: Any) -> bool:
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    plain = (
        attributes.get("group", 1) == 1
        and set(attributes.get("strides", [1])) == {1}
        and not any(attributes.get("pads", []))
    )
    return plain and list(weight.dims[2:]) == [1, 1] and min(weight.dims[:2]) >= POINTWISE_FROM


def to_int8(model: Any) -> Any:
    """The model with its matrix products by weights in int8; everything else stays as it is.

    Weights are symmetric with a scale for each output channel; activations are quantised as they come, as uint8.
    Weights keep to 7 bits (`reduce_range`), or processors without VNNI would saturate sums of two products at 16 bits
    and answer otherwise.
    """
    restore_float(model)
    pointwise_to_matmul(model)
    model.metadata_props.add(key=PREPARED[0], value=PREPARED[1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "int8.onnx"
        quantize_dynamic(
            model, str(file), op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8, use_external_data_format=True,
        )  # fmt: skip
        quantised = onnx.load(str(file))
    del quantised.metadata_props[:]
    return quantised


def replace_nodes(model: Any, nodes: list[Any]) -> None:
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(copies)


def drop_unused_weights(model: Any) -> None:
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    copies = [onnx.TensorProto.FromString(tensor.SerializeToString()) for tensor in kept]
    del model.graph.initializer[:]
    model.graph.initializer.extend(copies)
