"""Weights back from an exported file, so that training can go on from what a package ships."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ..models.fold import fold_batch_norms
from .onnx_file import export_onnx

Array = npt.NDArray[Any]


class ReadBackError(ValueError):
    """The file is not an export of this module; the message says where they part."""


def read_back(
    module: nn.Module, inputs: Sequence[Tensor], input_names: Sequence[str], outputs: Sequence[str], path: Path
) -> list[str]:
    """Fills `module` with the weights of `path`, which `export_onnx` made of a module like it; folds its batch norms, as there.

    Returns the names of the parameters that serve training alone and are in no graph; they stay as they were.

    A graph holds some weights transposed, joined or under names of its own. So the module is exported once more with random
    weights: where each of those went in that graph is where the file's are. Throws ReadBackError where the two graphs part.
    """
    module.eval()
    fold_batch_norms(module)
    marked = copy.deepcopy(module)
    for tensor in [*marked.parameters(), *marked.buffers()]:
        if tensor.is_floating_point():
            tensor.data = torch.rand_like(tensor) + 0.5
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder) / "example.onnx"
        export_onnx(marked, inputs, input_names, outputs, example)
        pattern, found = constants_of(example), constants_of(path)
    if len(pattern) != len(found):
        raise ReadBackError(f"{path.name} is of another model: of {len(found)} tensors, where this one has {len(pattern)}.")
    state = {name: tensor.numpy() for name, tensor in marked.state_dict().items()}
    filled: dict[str, Array] = {}
    for place, ((name, marks), (own, values)) in enumerate(zip(pattern, found, strict=True)):
        if marks.shape != values.shape:
            expected = f"expected {list(marks.shape)} ({name})"
            raise ReadBackError(f"{path.name}: tensor {place} ({own}) is {list(values.shape)}, {expected}.")
        filled |= trace_back(marks, values, state)
    module.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in filled.items()}, strict=False)
    return sorted(set(dict(module.named_parameters())) - set(filled))


def constants_of(path: Path) -> list[tuple[str, Array]]:
    """Floating-point constants of a graph in order; halves as float32."""
    tensors = [(tensor.name, numpy_helper.to_array(tensor)) for tensor in onnx.load(str(path)).graph.initializer]
    return [(name, values.astype(np.float32)) for name, values in tensors if values.dtype.kind == "f"]


def trace_back(marks: Array, values: Array, state: dict[str, Array]) -> dict[str, Array]:
    """The weights that a constant of the marked graph is made of, with the file's values: one, perhaps transposed, or several."""
    for name, own in state.items():
        if own.size != marks.size:
            continue
        if np.array_equal(own.reshape(-1), marks.reshape(-1)):
            return {name: values.reshape(own.shape)}
        if own.ndim == marks.ndim == 2 and np.array_equal(own.T, marks):
            return {name: values.T}
    return rows_of(marks, values, state)


def rows_of(marks: Array, values: Array, state: dict[str, Array]) -> dict[str, Array]:
    """Tables that the exporter joined row by row; nothing for a constant that is no weight."""
    found: dict[str, Array] = {}
    row = 0
    while marks.ndim == 2 and row < len(marks):
        for name, own in state.items():
            rows = own.shape[0] if own.ndim == 2 else 0
            if rows and own.shape[1:] == marks.shape[1:] and np.array_equal(own, marks[row : row + rows]):
                found[name] = values[row : row + rows]
                row += rows
                break
        else:
            return found
    return found
