"""Writes head.onnx: two classes out of an embedding, after a loop that has no end.

Run `pip install onnx numpy && python make.py` in this folder.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
value = helper.make_tensor_value_info
node = helper.make_node

body = helper.make_graph(
    [node("Identity", ["keep_in"], ["keep_out"]), node("Add", ["sum_in", "zero"], ["sum_out"])],
    "round",
    [value("round", INT64, []), value("keep_in", BOOL, []), value("sum_in", FLOAT, [])],
    [value("keep_out", BOOL, []), value("sum_out", FLOAT, [])],
)
graph = helper.make_graph(
    [
        node("ReduceMean", ["embedding"], ["mean"], axes=[2, 3], keepdims=0),
        node("MatMul", ["mean", "weigh"], ["first"]),
        node("Loop", ["", "yes", "zero"], ["sum"], body=body),
        node("Add", ["first", "sum"], ["logits"]),
    ],
    "head",
    [value("embedding", FLOAT, ["batch", 256, 16, 16])],
    [value("logits", FLOAT, ["batch", 2])],
    [
        numpy_helper.from_array(np.eye(256, 2, dtype=np.float32), "weigh"),
        numpy_helper.from_array(np.array(True), "yes"),
        numpy_helper.from_array(np.array(0, dtype=np.float32), "zero"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
save(model, Path(__file__).with_name("head.onnx"))
