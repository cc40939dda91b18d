"""An encoder in static int8: plain QuantizeLinear and DequantizeLinear, whose weights stay where they are, in the
reference file.

Weights become int8 when a session opens: the graph casts the half-precision weights of the reference file, which it
names as its external data, and quantises them with scales of its own; ONNX Runtime folds both. So the variant is as
small as its scales.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
from medzoo_heads.export.file import digest_of
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

from ..graph.onnx_file import DATA_DIGEST
from ..graph.quantize import drop_unused_weights, replace_nodes, restore_float
from .activation_ranges import Floats, activation_ranges, as_calibration
from .safe_weights import overrides_of

#: The first block of the trunk in int8, which the gate decided: from block 13 on, an answer in 164 changes
#: (EXPERIMENTS.md, 16).
FIRST_BLOCK = 14
#: Clip must be among them, or each convolution's output is left wide open: .91 of the time and an error of .27.
QUANTISED = ("Conv", "Clip", "Add", "MatMul")
TRUNK = re.compile(r"/patch_embed/blocks\.(\d+)/")
NECK = "/neck/neck.0/"
ADAPTER = "/Adapter/"
HALF = ".half"


def nodes_in_int8(model: Any) -> list[str]:
    """Names of the nodes of an encoder that are quantised: the trunk from FIRST_BLOCK on, products by weights, the
    neck's first.

    The stem, the finest blocks, adapters, attention's own products, softmax and norms stay as they are.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    chosen = []
    for node in model.graph.node:
        block = TRUNK.match(node.name)
        if block:
            if int(block[1]) >= FIRST_BLOCK and node.op_type in ("Conv", "Clip", "Add"):
                chosen.append(node.name)
        elif node.op_type == "MatMul":
            if node.input[1] in weights and ADAPTER not in node.name:
                chosen.append(node.name)
        elif node.op_type == "Conv" and node.name.startswith(NECK):
            chosen.append(node.name)
    return chosen


def to_static_int8(reference: Path, images: Sequence[Floats], is_narrowed: bool = True) -> Any:
    """The encoder in `reference` (fp16-storage) in static int8, whose ranges are those of `images`, float32 [1, 3, S,
    S].
    """
    model = onnx.load(str(reference))
    halves = {
        tensor.name: tensor.raw_data for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT16
    }
    restore_float(model)
    chosen = nodes_in_int8(model)
    if not chosen:
        raise ValueError(
            f"{reference.name} holds nothing that static int8 is made for: no trunk, no products by weights."
        )
    feeds = [{model.graph.input[0].name: image} for image in images]
    quantised = quantise(model, chosen, QUANTISED, feeds, is_narrowed)
    borrow_weights(quantised.model, reference, halves)
    quantised.topological_sort()
    return quantised.model


def quantise(
    model: Any,
    chosen: Sequence[str],
    kinds: Sequence[str],
    feeds: Sequence[Mapping[str, Floats]],
    is_narrowed: bool = True,
) -> Any:
    """onnxruntime's `ONNXModel` of the model, whose chosen nodes are of these kinds and in int8 now.

    Their weights must be stored as float32; ranges are those of `feeds`.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    by_name = {node.name: node for node in model.graph.node}
    wanted = {name for node in map(by_name.__getitem__, chosen) for name in [*node.input, *node.output]} - weights
    names = [name for node in model.graph.node for name in node.output if name in wanted]
    quantiser = QDQQuantizer(
        model, per_channel=True, reduce_range=False, weight_qType=QuantType.QInt8, activation_qType=QuantType.QUInt8,
        tensors_range=as_calibration(activation_ranges(model, names, feeds, is_narrowed)),
        nodes_to_quantize=list(chosen),
        nodes_to_exclude=[], op_types_to_quantize=list(kinds),
        extra_options={
            "OpTypesToExcludeOutputQuantization": ["MatMul"],
            "TensorQuantOverrides": safe_ranges(model, chosen),
        },
    )  # fmt: skip
    quantiser.quantize_model()
    return quantiser.model


def safe_ranges(model: Any, chosen: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By weight of the chosen nodes, for each output channel the range that int8 stands for (safe_weights.py)."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    found: dict[str, list[dict[str, Any]]] = {}
    for node in model.graph.node:
        if node.name in chosen and node.op_type in ("Conv", "MatMul"):
            weight = numpy_helper.to_array(weights[node.input[1]])
            found |= overrides_of(node.input[1], weight, node.op_type == "Conv")
    return found


def borrow_weights(model: Any, reference: Path, halves: dict[str, bytes]) -> None:
    """Puts the reference's half-precision weights in the place of the model's own, as external data in the reference
    file.
    """
    source = reference.read_bytes()
    floats = onnx.load(str(reference))
    restore_float(floats)
    shapes = {tensor.name: tensor for tensor in floats.graph.initializer}
    kept, made = [], []
    for tensor in model.graph.initializer:
        plain = tensor.name.removesuffix("_quantized")
        half = halves.get(f"{plain}{HALF}")
        # A bias in int32 has the scales of its products, which the reference knows nothing of.
        if half is None or tensor.data_type == TensorProto.INT32 or tensor.name.endswith(("_scale", "_zero_point")):
            kept.append(tensor)
            continue
        borrowed = TensorProto(name=f"{plain}{HALF}", data_type=TensorProto.FLOAT16, dims=shapes[plain].dims)
        place = source.find(half)
        if place < 0:
            raise ValueError(f"{reference.name} holds no weight {plain} in one piece.")
        for key, value in (("location", reference.name), ("offset", str(place)), ("length", str(len(half)))):
            borrowed.external_data.add(key=key, value=value)
        borrowed.data_location = TensorProto.EXTERNAL
        kept.append(borrowed)
        made.append(helper.make_node("Cast", [borrowed.name], [plain], name=f"{plain}.cast", to=TensorProto.FLOAT))
        if tensor.name != plain:
            made.append(quantise_node(model, plain, tensor.name))
    copies = [TensorProto.FromString(tensor.SerializeToString()) for tensor in kept]
    del model.graph.initializer[:]
    model.graph.initializer.extend(copies)
    replace_nodes(model, [*made, *model.graph.node])
    drop_idle_nodes(model)
    drop_unused_weights(model)
    del model.metadata_props[:]
    model.metadata_props.add(key=DATA_DIGEST, value=digest_of(reference))


def drop_idle_nodes(model: Any) -> None:
    """The bounds of clips that quantising has made needless: ONNX Runtime would warn of each when it opens the file."""
    used = {name for node in model.graph.node for name in node.input} | {output.name for output in model.graph.output}
    replace_nodes(model, [node for node in model.graph.node if used.intersection(node.output)])


def quantise_node(model: Any, plain: str, name: str) -> Any:
    """The node that makes int8 of a weight, with the scales and the axis that its DequantizeLinear has."""
    dequantised = next(
        node for node in model.graph.node if node.op_type == "DequantizeLinear" and node.input[0] == name
    )
    axis = [helper.get_attribute_value(a) for a in dequantised.attribute if a.name == "axis"]
    return helper.make_node(
        "QuantizeLinear",
        [plain, *dequantised.input[1:]],
        [name],
        name=f"{plain}.quantize",
        **({"axis": axis[0]} if axis else {}),
    )
