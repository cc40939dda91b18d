"""AutoMed in static int8: what of it, and how its file borrows from the reference's.

Some of its weights are made of others when a session opens (simpler, shuffles and few_bits in export/graph). They are
quantised as what they come to, and the variant has the nodes that make them, then one that quantises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from medzoo_heads.export.file import digest_of
from onnx import NodeProto, TensorProto, helper, numpy_helper

from ..graph.constants import made_of_constants, makers_of, values_of
from ..graph.onnx_file import DATA_DIGEST
from ..graph.quantize import drop_unused_weights, replace_nodes
from ..graph.shuffles import ONES
from ..graph.simpler import drop_idle_nodes
from .activation_ranges import Floats
from .static_int8 import quantise, quantise_node

#: Relu must be among them as Clip must, for the same reason (static_int8.py): .86 of the time in place of .80.
QUANTISED = ("Conv", "Clip", "Relu", "Add", "MatMul")
#: By the modules' names. Stems stay as they are: int8 takes 1.6 to 2.5 of their time.
MODULES = re.compile(
    r"/automed/(auto_prompt/trunk/blocks\.\d+|everyday/blocks\.\d+|up\d+|auto_prompt/details/stage(?!2/)\d+)/"
)
#: Products of all cells by weights; those of the few tokens are too small to pay.
OF_CELLS = re.compile(r"/automed/transformer/.*(token_to_image/[kv]|image_to_token/(q|out))_proj/")
#: Bytes from which a tensor is borrowed: naming its place takes about 90.
BORROWED_FROM = 128
#: The largest float32 that an int32 holds, and the names of both ends in the graph.
LARGEST_BIAS = np.array(2**31 - 128, np.float32)
SMALLEST, LARGEST = "bias.smallest", "bias.largest"


def nodes_in_int8(model: Any) -> list[str]:
    """Names of the nodes that are quantised: the trunks' blocks, the way up, details from a quarter of the side on, and
    the products of all cells by weights.

    Not larger kernels that sum over channels: in which order ONNX Runtime takes their pairs is not known, so that no
    scale is known at which they cannot overflow (safe_weights.py).
    """
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    chosen = []
    for node in model.graph.node:
        if node.op_type == "MatMul":
            is_chosen = OF_CELLS.match(node.name) is not None
        else:
            is_chosen = node.op_type in QUANTISED and MODULES.match(node.name) is not None
        if is_chosen and (node.op_type != "Conv" or is_safe(weights[node.input[1]].dims)):
            chosen.append(node.name)
    return chosen


def is_safe(dims: Sequence[int]) -> bool:
    """Of a kernel [N, K, H, W]."""
    return dims[1] == 1 or list(dims[2:]) == [1, 1]


def automed_to_int8(reference: Path, feeds: Sequence[Mapping[str, Floats]], is_narrowed: bool = True) -> Any:
    """AutoMed in `reference` in static int8, whose ranges are those of `feeds`: its inputs by name, of one image each.

    The same reference and feeds give the same model.
    """
    model = onnx.load(str(reference))
    makers = makers_in(model)
    without_ones(model)
    fold_weights(model)
    chosen = nodes_in_int8(model)
    if not chosen:
        raise ValueError(
            f"{reference.name} holds nothing that static int8 is made for: none of the modules of AutoMed."
        )
    quantised = quantise(model, chosen, QUANTISED, feeds, is_narrowed)
    quantised.topological_sort()
    borrow(quantised.model, reference, makers)
    shorten_names(quantised.model)
    return quantised.model


def makers_in(model: Any) -> dict[str, Any]:
    """By output copies of the nodes that make weights of weights."""
    found = made_of_constants(model.graph)
    copies = {id(node): NodeProto.FromString(node.SerializeToString()) for node in found.values()}
    return {name: copies[id(node)] for name, node in found.items()}


def without_ones(model: Any) -> None:
    """Without the kernels of ones that bring channels into blocks again (`shuffles.py`): int8 has channels last."""
    starts = {
        node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Conv" and is_ones(node.input[1])
    }
    nodes = [node for node in model.graph.node if node.output[0] not in starts]
    for node in nodes:
        node.input[:] = [starts.get(name, name) for name in node.input]
    replace_nodes(model, nodes)


def is_ones(weight: str) -> bool:
    return weight.startswith(ONES)


def fold_weights(model: Any) -> None:
    """Stores every weight that convolutions and products read as the float32 that it comes to."""
    makers = made_of_constants(model.graph)
    read = (name for node in model.graph.node if node.op_type in ("Conv", "MatMul") for name in node.input)
    wanted = [name for name in dict.fromkeys(read) if name in makers and makers[name].op_type != "Constant"]
    values = values_of(model, wanted)
    model.graph.initializer.extend(numpy_helper.from_array(np.ascontiguousarray(values[name]), name) for name in wanted)
    replace_nodes(model, [node for node in model.graph.node if values.keys().isdisjoint(node.output)])
    drop_idle_nodes(model)
    drop_unused_weights(model)


def borrow(model: Any, reference: Path, makers: Mapping[str, Any]) -> None:
    """Takes every tensor of the reference from its file, as external data, and makes int8 of it where the model has
    that.
    """
    stored = {tensor.name: tensor for tensor in onnx.load(str(reference)).graph.initializer}
    source = reference.read_bytes()
    own, quantised, wanted = [], [], []
    for tensor in model.graph.initializer:
        plain = tensor.name.removesuffix("_quantized")
        if plain not in stored and plain not in makers:
            own.append(TensorProto.FromString(tensor.SerializeToString()))
            continue
        wanted.append(plain)
        if tensor.data_type == TensorProto.INT32:
            quantised += bias_nodes(model, plain, tensor.name)
        elif tensor.name != plain:
            quantised.append(quantise_node(model, plain, tensor.name))
    own.append(numpy_helper.from_array(LARGEST_BIAS, LARGEST))
    own.append(numpy_helper.from_array(-LARGEST_BIAS, SMALLEST))
    made = makers_of(wanted, makers)
    first = {name for node in made for name in node.output}
    read = dict.fromkeys([*wanted, *(name for node in made for name in node.input)])
    lent = [lent_by(stored[name], source, reference.name) for name in read if name in stored]
    del model.graph.initializer[:]
    model.graph.initializer.extend([*lent, *own])
    rest = [node for node in model.graph.node if first.isdisjoint(node.output)]
    replace_nodes(model, [*made, *quantised, *rest])
    drop_idle_nodes(model)
    drop_unused_weights(model)
    del model.metadata_props[:]
    model.metadata_props.add(key=DATA_DIGEST, value=digest_of(reference))


def bias_nodes(model: Any, plain: str, name: str) -> list[Any]:
    """The nodes that make int32 of a bias, whose scale is that of its products: of each weight's and of the input.

    Its DequantizeLinear takes that scale from them, and no zero point.
    """
    makers = {output: node for node in model.graph.node for output in node.output}
    restored = next(node for node in model.graph.node if node.op_type == "DequantizeLinear" and node.input[0] == name)
    product = next(node for node in model.graph.node if node.op_type == "Conv" and restored.output[0] in node.input[2:])
    image, weight = (makers[one] for one in product.input[:2])
    scale, float32 = f"{plain}.products", f"{plain}.restored"
    restored.input[:], restored.output[:] = [name, scale], [float32]
    product.input[2] = float32
    return [
        helper.make_node("Mul", [weight.input[1], image.input[1]], [scale]),
        helper.make_node("Div", [plain, scale], [f"{plain}.parts"]),
        helper.make_node("Round", [f"{plain}.parts"], [f"{plain}.rounded"]),
        helper.make_node("Clip", [f"{plain}.rounded", SMALLEST, LARGEST], [f"{plain}.held"]),
        helper.make_node("Cast", [f"{plain}.held"], [name], to=TensorProto.INT32),
    ]


def lent_by(tensor: Any, source: bytes, name: str) -> Any:
    """The tensor, whose bytes are where they are in the reference's file; a small one as it is."""
    raw = numpy_helper.to_array(tensor).tobytes()
    if len(raw) < BORROWED_FROM:
        return TensorProto.FromString(tensor.SerializeToString())
    place = source.find(raw)
    if place < 0:
        raise ValueError(f"{name} holds no weight {tensor.name} in one piece.")
    lent = TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
    for key, value in (("location", name), ("offset", str(place)), ("length", str(len(raw)))):
        lent.external_data.add(key=key, value=value)
    lent.data_location = TensorProto.EXTERNAL
    return lent


def shorten_names(model: Any) -> None:
    """Names of few letters for all that only the graph itself calls by name; they would be half of the file."""
    kept = {value.name for value in [*model.graph.input, *model.graph.output]} | {""}
    short: dict[str, str] = {}

    def name_of(name: str) -> str:
        return name if name in kept else short.setdefault(name, f"t{len(short)}")

    for tensor in model.graph.initializer:
        tensor.name = name_of(tensor.name)
    for node in model.graph.node:
        node.name = ""
        node.input[:], node.output[:] = map(name_of, node.input), map(name_of, node.output)
        for one in node.attribute:
            if one.type == onnx.AttributeProto.TENSOR:
                one.t.name = ""
    del model.graph.value_info[:]
