"""Models of the tasks that came after segmentation and classification."""

import numpy as np
from model_files import EMBEDDING, constant, node, weights, write


def write_values():
    """Two numbers with units: one with an interval and in units of the training set's spread, the other as it is."""
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


def write_keypoints():
    """Two places, as shares of the encoder's input, one of which the model may call absent."""
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


def write_heat_maps():
    """A heat map for each of two places."""
    write(
        "heatmaps",
        [EMBEDDING],
        [{"name": "heatmaps", "dtype": "float32", "shape": ["batch", 2, 8, 8]}],
        [node("ConvTranspose", ["embedding", "warm"], ["heatmaps"], strides=[4, 4])],
        [weights("warm", 4, 2, 4, 4)],
        labels=["tip", "carina"],
    )


def write_multilabel():
    """Three labels, each by itself."""
    write(
        "multilabel",
        [EMBEDDING],
        [{"name": "label_logits", "dtype": "float32", "shape": ["batch", 3]}],
        [node("Flatten", ["embedding"], ["flat"]), node("MatMul", ["flat", "tell"], ["label_logits"])],
        [weights("tell", 16, 3)],
        labels=["effusion", "mass", "fracture"],
        thresholds={"mass": 0.3},
    )


def write_exclusive():
    """Two targets that exclude one another, behind a channel for the background."""
    write(
        "exclusive",
        [EMBEDDING],
        [{"name": "exclusive_masks", "dtype": "float32", "shape": ["batch", 3, 8, 8]}],
        [node("ConvTranspose", ["embedding", "share"], ["exclusive_masks"], strides=[4, 4])],
        [weights("share", 4, 3, 4, 4)],
        labels=["liver", "spleen"],
    )
