"""Weights stored in half precision: half the file, the same arithmetic."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from ...models.fold import fold_batch_norms

#: Tensors with fewer elements stay float32: they are no weight on the disk, and norms and biases are the touchy ones.
HALF_FROM = 1024


def store_half(model: Any, folder: Path | None = None) -> None:
    """Stores large float32 matrices and kernels as float16 and casts them back in the graph: half the file, the same
    arithmetic.

    ONNX Runtime folds the casts when it opens the session, so a run costs the same. Weights in files of `folder` are
    read one by one.
    """
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2 or prod(tensor.dims) < HALF_FROM:
            continue
        # A copy: what is read into a tensor of the model stays in the model's memory, even if it is replaced.
        stored = TensorProto()
        stored.CopyFrom(tensor)
        values = numpy_helper.to_array(stored, str(folder or ""))
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


def round_to_half(module: nn.Module) -> None:
    """Rounds a module's weights as `store_half` does, so that PyTorch and the file hold the same numbers; eval mode
    only.
    """
    fold_batch_norms(module)
    for parameter in module.parameters():
        if parameter.ndim >= 2 and parameter.numel() >= HALF_FROM:
            parameter.data = parameter.data.half().float()
