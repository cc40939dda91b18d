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

from ...models.fold import fold_batch_norms
from .few_bits import unpack_few
from .onnx_file import export_onnx
from .shuffles import ONES

Array = npt.NDArray[Any]


class ReadBackError(ValueError):
    """The file is not an export of this module; the message says where they part."""


def read_back(
    module: nn.Module, inputs: Sequence[Tensor], input_names: Sequence[str], outputs: Sequence[str], path: Path
) -> list[str]:
    """Fills `module` with the weights of `path`, which `export_onnx` made of a module like it; folds its batch norms,
    as there.

    Returns the names of the parameters that serve training alone and are in no graph; they stay as they were.

    A graph holds some weights transposed, joined or under names of its own. So the module is exported once more with
    random weights: where each of those went in that graph is where the file's are. Throws ReadBackError where the two
    graphs part.
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
        raise ReadBackError(
            f"{path.name} is of another model: of {len(found)} tensors, where this one has {len(pattern)}."
        )
    state = {name: tensor.numpy() for name, tensor in marked.state_dict().items()}
    filled: dict[str, Array] = {}
    slices: dict[str, dict[int, Array]] = {}
    for place, ((name, marks), (own, values)) in enumerate(zip(pattern, found, strict=True)):
        if marks.shape != values.shape:
            expected = f"expected {list(marks.shape)} ({name})"
            raise ReadBackError(f"{path.name}: tensor {place} ({own}) is {list(values.shape)}, {expected}.")
        filled |= trace_back(marks, values, state)
        for name, index in slice_of(marks, state):
            slices.setdefault(name, {})[index] = values
    for name, parts in slices.items():
        if len(parts) == len(state[name]):
            filled[name] = np.stack([parts[index] for index in range(len(parts))])
    module.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in filled.items()}, strict=False)
    return sorted(set(dict(module.named_parameters())) - set(filled))


def constants_of(path: Path) -> list[tuple[str, Array]]:
    """Floating-point constants of a graph as its nodes use them, in order; halves as float32.

    By use, since an exporter writes tensors of the same numbers once: parts that began as copies share what did not
    change.
    """
    graph = onnx.load(str(path)).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer} | unpack_few(graph)
    alias: dict[str, str] = {}
    used = []
    for node in graph.node:
        own = [alias.get(name, name) for name in node.input]
        if node.op_type in ("Cast", "Identity") and own[0] in tensors:
            alias[node.output[0]] = own[0]
        else:
            used += [(name, tensors[name]) for name in own if name in tensors and not name.startswith(ONES)]
    return [(name, values.astype(np.float32)) for name, values in used if values.dtype.kind == "f"]


def trace_back(marks: Array, values: Array, state: dict[str, Array]) -> dict[str, Array]:
    """The weights that a constant of the marked graph is made of, with the file's values: one, perhaps transposed, or
    several.
    """
    for name, own in state.items():
        if own.size != marks.size:
            continue
        if np.array_equal(own.reshape(-1), marks.reshape(-1)):
            return {name: values.reshape(own.shape)}
        if own.ndim == marks.ndim == 2 and np.array_equal(own.T, marks):
            return {name: values.T}
    return rows_of(marks, values, state)


def slice_of(marks: Array, state: dict[str, Array]) -> list[tuple[str, int]]:
    """Which weight's slice, and which of its slices, a constant is; the exporter takes them apart where the
    model does.
    """
    alike = [(name, own) for name, own in state.items() if own.ndim > 1 and own.shape[1:] == marks.shape]
    return [(name, index) for name, own in alike for index, part in enumerate(own) if np.array_equal(part, marks)]


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
