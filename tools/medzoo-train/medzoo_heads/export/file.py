"""What an ONNX file says of itself: the entry `model` of a model.json."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import onnx
from onnx.external_data_helper import ExternalDataInfo, uses_external_data

from ..arrays import Json
from ..errors import TrainError
from .check_file import DTYPES, shape_of


def describe_file(path: Path) -> Json:
    """Where the file is, what it must hash to, which tensors it takes and gives; weights beside it too."""
    model = onnx.load(str(path), load_external_data=False)
    weights = {tensor.name for tensor in model.graph.initializer}
    described = {
        **entry_of(path),
        "inputs": [tensor_spec(value) for value in model.graph.input if value.name not in weights],
        "outputs": [tensor_spec(value) for value in model.graph.output],
    }
    data = path.with_name(f"{path.name}.data")
    if data.is_file():
        described["data"] = entry_of(data)
    return described


def check_data(path: Path) -> None:
    """TrainError for weights in several files, or in one of another name: `model.data` of model.json names one."""
    weights = onnx.load(str(path), load_external_data=False).graph.initializer
    beside = {ExternalDataInfo(tensor).location for tensor in weights if uses_external_data(tensor)}
    name = f"{path.name}.data"
    if beside <= {name}:
        return
    raise TrainError(
        f"Weights of {path.name} lie in {', '.join(sorted(beside)[:3])}; expected in it, or in {name} alone. Write "
        f"them into one file: onnx.save(onnx.load('{path.name}'), '{path.name}')."
    )


def entry_of(path: Path) -> Json:
    return {"url": f"./{path.name}", "sha256": digest_of(path), "bytes": path.stat().st_size}


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tensor_spec(value: Any) -> Json:
    return {"name": value.name, "dtype": DTYPES[value.type.tensor_type.elem_type], "shape": shape_of(value)}
