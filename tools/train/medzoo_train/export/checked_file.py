"""Exports a model to a file that answers as the model does, or says where it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from ..models.system import System
from .graph.onnx_file import Precision, export_onnx, run_onnx

#: Largest difference allowed between PyTorch and the exported file, relative to the output's largest value. int8 is
#: judged by what it costs on held-out images (gate.py); here it only has to be the same model.
TOLERANCE: dict[Precision, float] = {"fp32": 2e-4, "fp16-storage": 2e-4, "int8": 0.1}


class ExportError(RuntimeError):
    """The exported file does not answer as the model does."""


def export_checked(
    module: nn.Module,
    feeds: dict[str, Tensor],
    outputs: Sequence[str],
    path: Path,
    precision: Precision,
    free: dict[str, dict[int, str]] | None = None,
) -> dict[str, Tensor]:
    """Exports, runs the file, and returns PyTorch's outputs (in int8 the file's own); an error if they differ or hold
    NaN.
    """
    check_finite(
        dict(module.state_dict()), f"{path.name}: not exported, since weights are not finite (NaN or infinite)"
    )
    export_onnx(module, list(feeds.values()), list(feeds), outputs, path, precision, free)
    with torch.no_grad():
        result = module(*feeds.values())
    expected = dict(zip(outputs, (result,) if isinstance(result, Tensor) else result, strict=True))
    check_finite(expected, f"{path.name}: outputs of PyTorch are not finite (NaN or infinite)")
    found = run_onnx(path, feeds)
    check_finite(found, f"{path.name}: outputs of the file are not finite (NaN or infinite)")
    for name, values in found.items():
        difference = (values - expected[name]).abs().max().item()
        allowed = TOLERANCE[precision] * max(1.0, expected[name].abs().max().item())
        if difference > allowed:
            raise ExportError(f"{path.name}: {name} differs from PyTorch by {difference:.2e}, allowed {allowed:.2e}.")
    return found if precision == "int8" else expected


def check_finite(tensors: Mapping[str, Tensor], words: str) -> None:
    """An error that names the tensors which hold NaN or an infinity: no comparison would find them, for NaN exceeds
    nothing.
    """
    broken = [name for name, tensor in tensors.items() if not tensor.isfinite().all()]
    if broken:
        more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise ExportError(f"{words}: {', '.join(broken[:3])}{more}.")


def check_encoder(system: System, image: Tensor, path: Path) -> Tensor:
    """The embedding of the encoder file that is kept; an error unless the system's own encoder answers the same."""
    if not path.is_file():
        raise ExportError(f"There is no {path.name} to keep; export the encoder too.")
    found = run_onnx(path, {"image": image})["embedding"]
    with torch.no_grad():
        own = system.encode(image)
    check_finite(
        {"embedding": found}, f"{path.name}: outputs of the file that is kept are not finite (NaN or infinite)"
    )
    check_finite(
        {"embedding": own}, f"{path.name}: outputs of the encoder that the heads were trained on are not finite"
    )
    if own.shape != found.shape or (own - found).abs().max() > TOLERANCE["fp16-storage"] * found.abs().max():
        raise ExportError(f"The heads were trained on another encoder than {path.name}; export the encoder too.")
    return found
