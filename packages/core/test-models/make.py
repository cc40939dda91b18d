"""Writes the tiny models that stand in for real weights in tests: NAME.onnx and NAME.json, as an exporter writes it.

Run `pip install onnx numpy && python make.py` in this folder; the numbers are seeded, so the files come out the same as
long as the models are written in the same order.
"""

import json

import numpy as np
from hard_models import write_external, write_int8, write_nan, write_slow, write_types
from model_files import EMBEDDING, HERE, borrow, build, constant, describe, node, weights, write
from onnx import load, numpy_helper
from task_models import write_exclusive, write_heat_maps, write_keypoints, write_multilabel, write_values


def read_encoder():
    return json.loads((HERE / "encoder.json").read_text())


def write_encoder():
    """Means of quarters of the image, mixed into four channels."""
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


def write_masks():
    """Two targets, logits at half the encoder's input."""
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
        presenceThresholds={"left": 0.05, "right": 0.05},
    )


def write_classes():
    """Three classes and where the model looked."""
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


def write_encoder_variants():
    """The encoder with its weights rounded, as a variant has them: another file, other embeddings, the same tensors."""
    encoder = read_encoder()
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


def write_classes_variants():
    """The classes with their weights rounded by the graph, which takes them from the file of the model itself."""
    classes = json.loads((HERE / "classes.json").read_text())
    reference = (HERE / "classes.onnx").read_bytes()
    rounded = build(
        "classes-rounded",
        classes["model"]["inputs"],
        classes["model"]["outputs"],
        [
            node("Flatten", ["embedding"], ["flat"]),
            node("Mul", ["classify", "steps"], ["scaled"]),
            node("Round", ["scaled"], ["whole"]),
            node("Div", ["whole", "steps"], ["rounded"]),
            node("MatMul", ["flat", "rounded"], ["logits"]),
            node("ReduceMean", ["embedding"], ["mean"], axes=[1], keepdims=0),
            node("Sigmoid", ["mean"], ["attention"]),
        ],
        [constant("steps", 8), load(HERE / "classes.onnx").graph.initializer[0]],
    )
    borrow(rounded.graph.initializer[1], "classes.onnx", reference)
    content = rounded.SerializeToString(deterministic=True)
    (HERE / "classes-rounded.onnx").write_bytes(content)
    variant = {
        "precision": "int8-static",
        "providers": ["cpu"],
        **describe("./classes-rounded.onnx", content),
        "data": describe("./classes.onnx", reference),
        "gate": [{"dataset": "drawn", "metric": "accuracy", "split": "val", "n": 9, "before": 0.9, "after": 0.899}],
    }
    (HERE / "classes-variants.json").write_text(json.dumps({**classes, "variants": [variant]}, indent=2) + "\n")


if __name__ == "__main__":
    write_encoder()
    write_masks()
    write_classes()
    write_nan()
    write_types()
    write_slow()
    write_external()
    write_int8()
    write_values()
    write_keypoints()
    write_heat_maps()
    write_multilabel()
    write_exclusive()
    write_encoder_variants()
    write_classes_variants()
