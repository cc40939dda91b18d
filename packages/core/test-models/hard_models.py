"""Models that a backend and a zoo have to get right: not a number, each element type, slow, in two files, in int8."""

import numpy as np
from model_files import EMBEDDING, constant, node, weights, write
from onnx import TensorProto, helper


def write_nan():
    """Not a number, whatever comes in."""
    write(
        "nan",
        [EMBEDDING],
        [{"name": "logits", "dtype": "float32", "shape": ["batch", 3]}],
        [
            node("ReduceMean", ["embedding"], ["mean"], axes=[2, 3], keepdims=0),
            node("MatMul", ["mean", "zero"], ["zeros"]),
            node("Div", ["zeros", "zeros"], ["logits"]),
        ],
        [constant("zero", np.zeros((4, 3)))],
        labels=["normal", "benign", "malignant"],
    )


def write_types():
    """One of each element type, to go in and come out unchanged but for the sum."""
    write(
        "types",
        [
            {"name": "floats", "dtype": "float32", "shape": ["n"]},
            {"name": "bytes", "dtype": "uint8", "shape": ["n"]},
            {"name": "longs", "dtype": "int64", "shape": ["n"]},
        ],
        [
            {"name": "sum", "dtype": "float32", "shape": ["n"]},
            {"name": "same_bytes", "dtype": "uint8", "shape": ["n"]},
            {"name": "same_longs", "dtype": "int64", "shape": ["n"]},
        ],
        [
            node("Cast", ["bytes"], ["float_bytes"], to=TensorProto.FLOAT),
            node("Add", ["floats", "float_bytes"], ["sum"]),
            node("Identity", ["bytes"], ["same_bytes"]),
            node("Identity", ["longs"], ["same_longs"]),
        ],
    )


def write_slow():
    """Multiplies matrices `rounds` times: computes as long as a test needs. The logits are those of no rounds at all.
    """
    body = helper.make_graph(
        [
            node("Identity", ["keep_in"], ["keep_out"]),
            node("MatMul", ["state_in", "turn"], ["state_out"]),
        ],
        "round",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("keep_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_in", TensorProto.FLOAT, [16, 16]),
        ],
        [
            helper.make_tensor_value_info("keep_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_out", TensorProto.FLOAT, [16, 16]),
        ],
    )
    write(
        "slow",
        [EMBEDDING, {"name": "rounds", "dtype": "int64", "shape": [1]}],
        [{"name": "logits", "dtype": "float32", "shape": ["batch", 3]}],
        [
            node("Flatten", ["embedding"], ["flat"]),
            node("MatMul", ["flat", "classify"], ["first"]),
            node("Squeeze", ["rounds", "axis"], ["trips"]),
            node("Loop", ["trips", "yes", "turn"], ["turned"], body=body),
            node("ReduceMean", ["turned"], ["mean"], keepdims=0),
            node("Mul", ["mean", "nothing"], ["zero"]),
            node("Add", ["first", "zero"], ["logits"]),
        ],
        [
            weights("classify", 16, 3),
            constant("axis", [0], np.int64),
            constant("yes", True, np.bool_),
            constant("turn", np.eye(16)),
            constant("nothing", 0),
        ],
        labels=["normal", "benign", "malignant"],
    )


def write_external():
    """Its one constant lies in a file beside it, as the weights of a model of over 2 GB do."""
    write(
        "external",
        [{"name": "x", "dtype": "float32", "shape": [64]}],
        [{"name": "y", "dtype": "float32", "shape": [64]}],
        [node("Add", ["x", "ramp"], ["y"])],
        [constant("ramp", np.arange(64))],
        external=True,
    )


def write_int8():
    """Quantizes as int8 exports do: by the largest number of the whole run, so that an item's answer depends on its
    neighbours.
    """
    write(
        "int8",
        [EMBEDDING],
        [{"name": "same", "dtype": "float32", "shape": ["batch", 4, 2, 2]}],
        [
            node("DynamicQuantizeLinear", ["embedding"], ["bytes", "scale", "zero"]),
            node("DequantizeLinear", ["bytes", "scale", "zero"], ["same"]),
        ],
    )
