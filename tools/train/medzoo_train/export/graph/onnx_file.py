"""PyTorch modules to ONNX files that ONNX Runtime runs anywhere: plain operators, a free batch, weights as wanted."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import onnx
import onnxruntime
import torch
from medzoo_heads.export.file import digest_of
from onnx import TensorProto, helper
from onnx.external_data_helper import load_external_data_for_model
from torch import Tensor, nn

from .few_bits import store_few
from .half import store_half
from .loops import write_loops
from .quantize import to_int8
from .shuffles import write_shuffles
from .simpler import simplify

OPSET = 17
Precision = Literal["fp32", "fp16-storage", "int8"]
#: Protobuf's limit is 2 GiB; above this the weights go to a file beside the graph.
EXTERNAL_FROM = 1_900_000_000
#: Key of the graph's note on the weights that lie beside it.
DATA_DIGEST = "medzoo.data.sha256"


def export_onnx(
    module: nn.Module,
    inputs: Sequence[Tensor],
    input_names: Sequence[str],
    output_names: Sequence[str],
    path: Path,
    precision: Precision = "fp32",
    free: Mapping[str, Mapping[int, str]] | None = None,
) -> None:
    """Writes `module` as ONNX; dimension 0 of every tensor is free and called `batch`, others as `free` says.

    In `int8`, matrix products by weights are quantised and the other weights stored in half.
    """
    axes = {name: {0: "batch", **(free or {}).get(name, {})} for name in [*input_names, *output_names]}
    module.eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    # In a folder of its own, since the exporter puts each weight of a module of over 2 GB into a file of its own.
    with torch.no_grad(), warnings.catch_warnings(), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        # The exporter that traces is the one whose graphs stay small; its deprecation and its notes on shapes are
        # known.
        warnings.simplefilter("ignore")
        traced = Path(folder) / "traced.onnx"
        torch.onnx.export(
            module, tuple(inputs), str(traced), input_names=list(input_names), output_names=list(output_names),
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        model = onnx.load(str(traced), load_external_data=False)
        write_loops(model)
        simplify(model)
        write_shuffles(model)
        if precision == "fp16-storage":
            store_few(model)
            store_half(model, traced.parent)
        load_external_data_for_model(model, str(traced.parent))
    declare_outputs(model, module, inputs, axes)
    if precision == "int8":
        model = to_int8(model)
        store_half(model)
    write(model, path)


def declare_outputs(
    model: Any, module: nn.Module, inputs: Sequence[Tensor], axes: Mapping[str, Mapping[int, str]]
) -> None:
    """Writes the true output shapes into the graph; tracing leaves names of its own where it lost track."""
    with torch.no_grad():
        results = module(*inputs)
    results = (results,) if isinstance(results, Tensor) else results
    for output, result in zip(model.graph.output, results, strict=True):
        shape = [axes[output.name].get(i, size) for i, size in enumerate(result.shape)]
        output.type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, shape))


def write(model: Any, path: Path, external_from: int = EXTERNAL_FROM) -> None:
    """Writes the file and checks it; a model of more than `external_from` bytes keeps its weights in `<name>.data`
    beside it.

    The graph then notes the digest of those weights, so that its own digest, by which a model is known, stands for
    both. The same model gives the same bytes.
    """
    model.producer_name, model.producer_version, model.doc_string = "medzoo", "", ""
    for node in model.graph.node:
        node.doc_string = ""
    data = path.with_name(f"{path.name}.data")
    # onnx appends to a file of this name.
    data.unlink(missing_ok=True)
    if sum(tensor.ByteSize() for tensor in model.graph.initializer) > external_from:
        onnx.save_model(model, str(path), save_as_external_data=True, location=data.name, all_tensors_to_one_file=True)
        graph = onnx.load(str(path), load_external_data=False)
        graph.metadata_props.add(key=DATA_DIGEST, value=digest_of(data))
        path.write_bytes(graph.SerializeToString(deterministic=True))
        # onnx lets nobody but the user who wrote it read this file, though whoever serves the model is often another.
        data.chmod(path.stat().st_mode)
    else:
        path.write_bytes(model.SerializeToString(deterministic=True))
    onnx.checker.check_model(str(path))


def open_onnx(
    path: Path, threads: int = 1, prepack: bool = True, settings: Mapping[str, str] | None = None
) -> Callable[[Mapping[str, Tensor]], dict[str, Tensor]]:
    """A session on the CPU, as a function of tensors by name. `prepack` lays weights out anew: faster, and twice the
    memory.

    `settings`: entries of ONNX Runtime's session configuration.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    for key, value in (settings or {}).items():
        options.add_session_config_entry(key, value)
    if not prepack:
        options.add_session_config_entry("session.disable_prepacking", "1")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(feeds: Mapping[str, Tensor]) -> dict[str, Tensor]:
        results = session.run(names, {name: value.numpy() for name, value in feeds.items()})
        return {name: torch.from_numpy(value) for name, value in zip(names, results, strict=True)}

    return run


def run_onnx(path: Path, feeds: Mapping[str, Tensor], threads: int = 1) -> dict[str, Tensor]:
    """Runs a file once on the CPU, by name."""
    return open_onnx(path, threads, prepack=False)(feeds)
