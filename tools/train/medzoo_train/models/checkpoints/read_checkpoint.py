"""Reads the tensors of a checkpoint without running code that it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import torch
from torch import Tensor
from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

#: What training scripts save beside the weights: the authors' own keep their optimiser as an object, others their
#: arguments.
COMPANIONS = re.compile(
    r"argparse\.Namespace|torch\.optim(\.\w+)+|collections\.defaultdict|builtins\.(dict|set|list|tuple)"
)


class CheckpointError(ValueError):
    """A checkpoint that does not hold the tensors this model needs; the message names them."""


class Ignored:
    """Stands in the place of a companion's class while the file is read: takes what is given and does nothing."""

    def __new__(cls, *_: object, **__: object) -> Ignored:
        return object.__new__(cls)

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __setstate__(self, _: object) -> None:
        pass


def empty_dict(*_: object) -> dict[object, object]:
    """Stands in the place of `defaultdict`, since the loader sets items of dicts only."""
    return {}


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint, `{"model": state_dict, ...}` or a bare state_dict, by name.

    PyTorch's loader of weights only does the work, so nothing in the file is run. Optimisers and arguments beside the
    weights are read as nothing; a file that names any other class or function is refused.
    """
    if path.is_dir():
        raise CheckpointError(f"{path.name} is a folder; expected a .pth of SAM-Med2D. Name the file in it.")
    if not path.is_file():
        raise CheckpointError(f"There is no file {path.name}; expected a .pth of SAM-Med2D.")
    foreign = foreign_names(path)
    strangers = [name for name in foreign if not COMPANIONS.fullmatch(name)]
    if strangers:
        raise CheckpointError(
            f"{path.name} is refused: loaded with weights_only it may hold tensors, optimisers and arguments, but "
            f"it names {strangers[:5]}, which would run code. If you trust the file, save its "
            "state_dict alone and give that."
        )
    try:
        with safe_globals([(empty_dict if name.endswith("defaultdict") else Ignored, name) for name in foreign]):
            # Mapped, not read: a ViT-H has 8 GB. Files in the format of before 2020 are no zip and cannot be.
            loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=is_zipfile(path))
    except Exception as error:
        raise CheckpointError(
            f"{path.name} is not a PyTorch checkpoint that holds tensors: loading it with weights_only failed "
            f"({type(error).__name__}). Expected a .pth of SAM-Med2D."
        ) from error
    state = loaded.get("model", loaded) if isinstance(loaded, Mapping) else loaded
    if not isinstance(state, Mapping) or not state or not all(isinstance(v, Tensor) for v in state.values()):
        held = f" It holds {describe(state)}." if isinstance(state, Mapping) else ""
        raise CheckpointError(f"{path.name} holds no state_dict; expected {{'model': {{name: tensor}}}}.{held}")
    return {str(name): tensor for name, tensor in state.items()}


def foreign_names(path: Path) -> list[str]:
    """Classes and functions that a file names and PyTorch does not allow by itself; found without loading it."""
    try:
        return sorted(get_unsafe_globals_in_checkpoint(path))
    except Exception:
        # Not a zip of today's format: the loader of weights only says what is wrong, or reads the old format as it is.
        return []


def describe(state: Mapping[Any, Any]) -> str:
    shown = [f"{name!r} ({type(value).__name__})" for name, value in list(state.items())[:5]]
    return ", ".join(shown) or "nothing"
