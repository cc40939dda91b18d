"""Builds an ONNX graph node by node, checks it, and runs it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ..arrays import Singles
from ..errors import TrainError

#: As the heads of medzoo have it; ONNX Runtime in Node reads 7 to 26.
OPSET = 17
#: The oldest that has this opset: whatever reads the opset reads the file.
IR_VERSION = 8
#: Largest difference allowed between the network that was trained and the file, relative to the output's largest value.
TOLERANCE = 1e-4


class Graph:
    """Nodes in the order of their adding; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.taken = 0

    def name(self, stem: str) -> str:
        self.taken += 1
        return f"{stem}_{self.taken}"

    def add(self, op: str, *inputs: str, out: str | None = None, **attributes: Any) -> str:
        """One node with one output, whose name comes back."""
        result = out or self.name(op.lower())
        self.nodes.append(helper.make_node(op, list(inputs), [result], name=f"{op}_{result}", **attributes))
        return result

    def constant(self, values: Any, stem: str = "weight") -> str:
        """Numbers as float32 (or int64, of whole numbers)."""
        array = np.asarray(values)
        array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float32)
        name = self.name(stem)
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def signs(self, values: Any) -> str:
        """Whole numbers of -128..127 as float32, of which the file keeps a byte each."""
        name = self.name("signs")
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.int8), name))
        return self.add("Cast", name, to=TensorProto.FLOAT)

    def model(self, inputs: Mapping[str, Sequence[Any]], outputs: Mapping[str, Sequence[Any]]) -> Any:
        """The checked model; inputs and outputs by name with their shapes, all float32."""

        def declare(tensors: Mapping[str, Sequence[Any]]) -> list[Any]:
            return [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in tensors.items()
            ]

        graph = helper.make_graph(self.nodes, "head", declare(inputs), declare(outputs), self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="medzoo", ir_version=IR_VERSION
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def open_session(model: Any) -> Any:
    """A session on the CPU, of a file, its bytes, or a model; on as many cores as this process may use."""
    options = onnxruntime.SessionOptions()
    has_affinity = hasattr(os, "sched_getaffinity")
    options.intra_op_num_threads = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    content = str(model) if isinstance(model, Path) else model
    content = content if isinstance(content, str | bytes) else content.SerializeToString()
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def run_model(session: Any, feeds: Mapping[str, Singles]) -> dict[str, Singles]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(feeds)), strict=True))


def check_same(found: Mapping[str, Singles], expected: Mapping[str, Singles]) -> None:
    """An error unless the file answers as the network that was trained; NaN and infinity are never the same."""
    for name, wanted in expected.items():
        came = found[name]
        if came.shape != wanted.shape or not np.isfinite(came).all() or not np.isfinite(wanted).all():
            raise TrainError(
                f"The exported {name} is not finite or of another shape: training diverged. Try another --seed."
            )
        difference = float(np.abs(came - wanted).max())
        allowed = TOLERANCE * max(1.0, float(np.abs(wanted).max()))
        if difference > allowed:
            raise TrainError(
                f"The exported {name} differs from the trained network by {difference:.1e} (allowed {allowed:.1e}). "
                "This is a fault of medzoo-train: report it with the versions of jax and onnxruntime."
            )
