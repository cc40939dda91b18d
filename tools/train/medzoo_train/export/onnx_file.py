"""PyTorch modules to ONNX files that ONNX Runtime runs anywhere: plain operators, a free batch, weights stored in half."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

OPSET = 17
Precision = Literal["fp32", "fp16-storage"]
#: Tensors with fewer elements stay float32: they are no weight on the disk, and norms and biases are the touchy ones.
HALF_FROM = 1024
#: Protobuf's limit is 2 GiB; above this the weights go to a file beside the graph.
EXTERNAL_FROM = 1_900_000_000

_DTYPES = {TensorProto.FLOAT: "float32", TensorProto.UINT8: "uint8", TensorProto.INT64: "int64"}


def export_onnx(
    module: nn.Module,
    inputs: Sequence[Tensor],
    input_names: Sequence[str],
    output_names: Sequence[str],
    path: Path,
    precision: Precision = "fp32",
    free: Mapping[str, Mapping[int, str]] | None = None,
) -> None:
    """Writes `module` as ONNX; dimension 0 of every tensor is free and called `batch`, others as `free` says."""
    axes = {name: {0: "batch", **(free or {}).get(name, {})} for name in [*input_names, *output_names]}
    module.eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), warnings.catch_warnings():
        # The exporter that traces is the one whose graphs stay small; its deprecation and its notes on shapes are known.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, tuple(inputs), str(path), input_names=list(input_names), output_names=list(output_names),
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    model = onnx.load(str(path))
    declare_outputs(model, module, inputs, axes)
    if precision == "fp16-storage":
        store_half(model)
    write(model, path)


def declare_outputs(model: Any, module: nn.Module, inputs: Sequence[Tensor], axes: Mapping[str, Mapping[int, str]]) -> None:
    """Writes the true output shapes into the graph; tracing leaves names of its own where it lost track."""
    with torch.no_grad():
        results = module(*inputs)
    results = (results,) if isinstance(results, Tensor) else results
    for output, result in zip(model.graph.output, results, strict=True):
        shape = [axes[output.name].get(i, size) for i, size in enumerate(result.shape)]
        output.type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, shape))


def store_half(model: Any) -> None:
    """Stores large float32 weights as float16 and casts them back in the graph: half the file, the same arithmetic.

    ONNX Runtime folds the casts when it opens the session, so a run costs the same.
    """
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < HALF_FROM:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(halved(values), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


def halved(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """float16, an error where a value would overflow."""
    if np.abs(values).max(initial=0) > np.finfo(np.float16).max:
        raise ValueError("A weight is too large for float16; export with --precision fp32.")
    return values.astype(np.float16)


def fold_batch_norms(module: nn.Module) -> None:
    """Folds each BatchNorm into the convolution before it, as the exporter would: rounding has to come after folding."""
    for child in module.children():
        fold_batch_norms(child)
    if not isinstance(module, nn.Sequential):
        return
    for i in range(len(module) - 1):
        convolution, norm = module[i], module[i + 1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module[i] = fuse_conv_bn_eval(convolution, norm)
            module[i + 1] = nn.Identity()


def round_to_half(module: nn.Module) -> None:
    """Rounds a module's weights as `store_half` does, so that PyTorch and the file hold the same numbers; eval mode only."""
    fold_batch_norms(module)
    for parameter in module.parameters():
        if parameter.numel() >= HALF_FROM:
            parameter.data = parameter.data.half().float()


def write(model: Any, path: Path) -> None:
    model.producer_name, model.producer_version, model.doc_string = "medzoo", "", ""
    for node in model.graph.node:
        node.doc_string = ""
    if model.ByteSize() > EXTERNAL_FROM:
        onnx.save_model(model, str(path), save_as_external_data=True, location=f"{path.name}.data", all_tensors_to_one_file=True)
    else:
        onnx.save_model(model, str(path))
    onnx.checker.check_model(str(path))


def run_onnx(path: Path, feeds: Mapping[str, Tensor], threads: int = 1) -> dict[str, Tensor]:
    """Runs a file once on the CPU, by name."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    results = session.run(names, {name: value.numpy() for name, value in feeds.items()})
    return {name: torch.from_numpy(value) for name, value in zip(names, results, strict=True)}


def describe_file(path: Path) -> dict[str, Any]:
    """The `model` entry of a model.json: where the file is, what it must hash to, which tensors it takes and gives."""
    model = onnx.load(str(path), load_external_data=False)
    digest = hashlib.sha256(path.read_bytes())
    described = {
        "url": f"./{path.name}",
        "sha256": digest.hexdigest(),
        "bytes": path.stat().st_size,
        "inputs": [tensor_spec(value) for value in model.graph.input],
        "outputs": [tensor_spec(value) for value in model.graph.output],
    }
    data = path.with_name(f"{path.name}.data")
    if data.is_file():
        described["data"] = {
            "url": f"./{data.name}", "sha256": hashlib.sha256(data.read_bytes()).hexdigest(), "bytes": data.stat().st_size
        }  # fmt: skip
    return described


def tensor_spec(value: Any) -> dict[str, Any]:
    tensor = value.type.tensor_type
    shape = [d.dim_param or d.dim_value for d in tensor.shape.dim]
    return {"name": value.name, "dtype": _DTYPES[tensor.elem_type], "shape": shape}
