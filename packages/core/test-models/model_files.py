"""What each of the tiny models is written with: NAME.onnx, and NAME.json, a model file as an exporter writes it."""

import hashlib
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
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


def borrow(tensor, name, content):
    """The tensor's numbers lie in another model's file, which has them somewhere."""
    raw = tensor.raw_data
    assert content.count(raw) == 1
    set_external_data(tensor, name, offset=content.index(raw), length=len(raw))
    tensor.ClearField("raw_data")


def name_encoder():
    """What a head says of the encoder that it reads; a zoo refuses a head that does not say it."""
    encoder = json.loads((HERE / "encoder.json").read_text())
    return {"id": "test-encoder", "sha256": encoder["model"]["sha256"]}


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
        **({"encoder": name_encoder()} if labels else {}),
        **fields,
    }
    (HERE / f"{name}.json").write_text(json.dumps(trained, indent=2) + "\n")


node = helper.make_node
