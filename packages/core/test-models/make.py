"""Writes the tiny models that stand in for real weights in tests: NAME.onnx and NAME.json (a model file as an exporter writes it).

Run `pip install onnx numpy && python make.py` in this folder; the numbers are seeded, so the files come out the same.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, load, numpy_helper
from onnx.external_data_helper import set_external_data

HERE = Path(__file__).parent
DTYPES = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8, "int64": TensorProto.INT64}
EMBEDDING = {"name": "embedding", "dtype": "float32", "shape": ["batch", 4, 2, 2]}

random = np.random.default_rng(7)


def weights(name, *shape):
    return numpy_helper.from_array(random.normal(0, 0.5, shape).astype(np.float32), name)


def constant(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def value(spec):
    return helper.make_tensor_value_info(spec["name"], DTYPES[spec["dtype"]], spec["shape"])


def describe(url, content):
    return {"url": url, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def build(name, inputs, outputs, nodes, constants):
    graph = helper.make_graph(nodes, name, [value(i) for i in inputs], [value(o) for o in outputs], list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model, full_check=True)
    return model


def write(name, inputs, outputs, nodes, constants=(), labels=(), external=False, **fields):
    model = build(name, inputs, outputs, nodes, constants)
    data = {}
    if external:
        (tensor,) = model.graph.initializer
        (HERE / f"{name}.onnx.data").write_bytes(tensor.raw_data)
        data = {"data": describe(f"./{name}.onnx.data", tensor.raw_data)}
        set_external_data(tensor, f"{name}.onnx.data")
        tensor.ClearField("raw_data")
    content = model.SerializeToString(deterministic=True)
    (HERE / f"{name}.onnx").write_bytes(content)
    trained = {
        "schema": 1,
        "name": f"test-{name}",
        "version": "1.0.0",
        "model": {
            **describe(f"./{name}.onnx", content),
            **data,
            "inputs": inputs,
            "outputs": outputs,
        },
        "labels": list(labels),
        "metrics": [],
        "trainedOn": [],
        "licence": "Apache-2.0",
        **fields,
    }
    (HERE / f"{name}.json").write_text(json.dumps(trained, indent=2) + "\n")


node = helper.make_node

# Means of quarters of the image, mixed into four channels.
write(
    "encoder",
    [{"name": "image", "dtype": "float32", "shape": ["batch", 3, 16, 16]}],
    [EMBEDDING],
    [
        node("AveragePool", ["image"], ["quarters"], kernel_shape=[8, 8], strides=[8, 8]),
        node("Conv", ["quarters", "mix"], ["embedding"]),
    ],
    [weights("mix", 4, 3, 1, 1)],
    preprocess={
        "size": {"width": 16, "height": 16},
        "fit": "stretch",
        "interpolation": "bilinear",
        "antialias": True,
        "channels": "rgb",
        "mean": [128, 128, 128],
        "std": [64, 64, 64],
    },
)

# Two targets, logits at half the encoder's input. It says which encoder it was made for; `classes` leaves that open.
encoder = json.loads((HERE / "encoder.json").read_text())
write(
    "masks",
    [EMBEDDING],
    [
        {"name": "masks", "dtype": "float32", "shape": ["batch", 2, 8, 8]},
        {"name": "presence", "dtype": "float32", "shape": ["batch", 2]},
    ],
    [
        node("ConvTranspose", ["embedding", "paint"], ["masks"], strides=[4, 4]),
        node("ReduceMean", ["masks"], ["presence"], axes=[2, 3], keepdims=0),
    ],
    [weights("paint", 4, 2, 4, 4)],
    labels=["left", "right"],
    encoder={"id": "test-encoder", "sha256": encoder["model"]["sha256"]},
    presenceThresholds={"left": 0.05, "right": 0.05},
)

# Three classes and where the model looked.
write(
    "classes",
    [EMBEDDING],
    [
        {"name": "logits", "dtype": "float32", "shape": ["batch", 3]},
        {"name": "attention", "dtype": "float32", "shape": ["batch", 2, 2]},
    ],
    [
        node("Flatten", ["embedding"], ["flat"]),
        node("MatMul", ["flat", "classify"], ["logits"]),
        node("ReduceMean", ["embedding"], ["mean"], axes=[1], keepdims=0),
        node("Sigmoid", ["mean"], ["attention"]),
    ],
    [weights("classify", 16, 3)],
    labels=["normal", "benign", "malignant"],
)

# Not a number, whatever comes in.
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

# One of each element type, to go in and come out unchanged but for the sum.
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

# Multiplies matrices `rounds` times: computes as long as a test needs. The logits are those of no rounds at all.
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

# Its one constant lies in a file beside it, as the weights of a model of over 2 GB do.
write(
    "external",
    [{"name": "x", "dtype": "float32", "shape": [64]}],
    [{"name": "y", "dtype": "float32", "shape": [64]}],
    [node("Add", ["x", "ramp"], ["y"])],
    [constant("ramp", np.arange(64))],
    external=True,
)

# Quantizes as int8 exports do: by the largest number of the whole run, so that an item's answer depends on its neighbours.
write(
    "int8",
    [EMBEDDING],
    [{"name": "same", "dtype": "float32", "shape": ["batch", 4, 2, 2]}],
    [
        node("DynamicQuantizeLinear", ["embedding"], ["bytes", "scale", "zero"]),
        node("DequantizeLinear", ["bytes", "scale", "zero"], ["same"]),
    ],
)

# Two numbers with units: one with an interval and in units of the training set's spread, the other as it is.
write(
    "values",
    [EMBEDDING],
    [{"name": "values", "dtype": "float32", "shape": ["batch", 2]}],
    [node("Flatten", ["embedding"], ["flat"]), node("MatMul", ["flat", "weigh"], ["values"])],
    [weights("weigh", 16, 2)],
    labels=["bone age", "hand length"],
    quantities={
        "bone age": {
            "unit": "mo",
            "mean": 120,
            "std": 40,
            "interval": {"coverage": 0.9, "halfWidth": 14.5, "n": 200, "dataset": "hands", "split": "val"},
        },
        "hand length": {"unit": "mm"},
    },
)

# Two places, as shares of the encoder's input, one of which the model may call absent.
write(
    "keypoints",
    [EMBEDDING],
    [
        {"name": "keypoints", "dtype": "float32", "shape": ["batch", 2, 2]},
        {"name": "presence", "dtype": "float32", "shape": ["batch", 2]},
    ],
    [
        node("Flatten", ["embedding"], ["flat"]),
        node("MatMul", ["flat", "place"], ["places"]),
        node("Sigmoid", ["places"], ["shares"]),
        node("Reshape", ["shares", "pairs"], ["keypoints"]),
        node("MatMul", ["flat", "see"], ["seen"]),
        node("Sigmoid", ["seen"], ["presence"]),
    ],
    [weights("place", 16, 4), weights("see", 16, 2), constant("pairs", [-1, 2, 2], np.int64)],
    labels=["tip", "carina"],
    presenceThresholds={"carina": 0.05},
)

# A heat map for each of two places.
write(
    "heatmaps",
    [EMBEDDING],
    [{"name": "heatmaps", "dtype": "float32", "shape": ["batch", 2, 8, 8]}],
    [node("ConvTranspose", ["embedding", "warm"], ["heatmaps"], strides=[4, 4])],
    [weights("warm", 4, 2, 4, 4)],
    labels=["tip", "carina"],
)

# Three labels, each by itself.
write(
    "multilabel",
    [EMBEDDING],
    [{"name": "label_logits", "dtype": "float32", "shape": ["batch", 3]}],
    [node("Flatten", ["embedding"], ["flat"]), node("MatMul", ["flat", "tell"], ["label_logits"])],
    [weights("tell", 16, 3)],
    labels=["effusion", "mass", "fracture"],
    thresholds={"mass": 0.3},
)

# Two targets that exclude one another, behind a channel for the background.
write(
    "exclusive",
    [EMBEDDING],
    [{"name": "exclusive_masks", "dtype": "float32", "shape": ["batch", 3, 8, 8]}],
    [node("ConvTranspose", ["embedding", "share"], ["exclusive_masks"], strides=[4, 4])],
    [weights("share", 4, 3, 4, 4)],
    labels=["liver", "spleen"],
)

# The encoder with its weights rounded, as a variant of it has them: another file, other embeddings, the same tensors.
mixed = numpy_helper.to_array(load(HERE / "encoder.onnx").graph.initializer[0])
rounded = build(
    "encoder-rounded",
    encoder["model"]["inputs"],
    encoder["model"]["outputs"],
    [
        node("AveragePool", ["image"], ["quarters"], kernel_shape=[8, 8], strides=[8, 8]),
        node("Conv", ["quarters", "mix"], ["embedding"]),
    ],
    [constant("mix", np.round(mixed * 4) / 4)],
).SerializeToString(deterministic=True)
(HERE / "encoder-rounded.onnx").write_bytes(rounded)
variant = {
    "precision": "int8-static",
    "providers": ["cpu"],
    **describe("./encoder-rounded.onnx", rounded),
    "gate": [{"dataset": "drawn", "metric": "dice", "split": "val", "n": 9, "before": 0.9, "after": 0.899}],
}
(HERE / "encoder-variants.json").write_text(json.dumps({**encoder, "variants": [variant]}, indent=2) + "\n")
