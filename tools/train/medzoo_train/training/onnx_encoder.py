"""The encoder in ONNX Runtime: on a CPU without AMX twice as fast as in PyTorch."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnxruntime
import torch
from torch import Tensor, nn

from ..export.graph.onnx_file import export_onnx
from ..models.pixels import normalise
from ..models.system import System


def session_of(
    module: nn.Module, inputs: Sequence[Tensor], names: Sequence[str], output: str, threads: int = 1
) -> onnxruntime.InferenceSession:
    """A session of a module with one output, that leaves the other cores alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.onnx"
        export_onnx(module, inputs, names, [output], path)
        return open_file(path, threads)


def open_file(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # A variant's weights lie in the reference's file, so it is opened by its path.
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class OnnxEncoder:
    """float32 [B, 3, S, S] of 0..255 -> embedding float32 [B, C, G, G]."""

    def __init__(self, source: System | Path, threads: int = 1) -> None:
        """`source`: the encoder of a system, or a file of one."""
        if isinstance(source, Path):
            self.session = open_file(source, threads)
            return
        side = source.sam.image_encoder.config.image_size
        image = torch.zeros(1, 3, side, side)
        self.session = session_of(source.sam.image_encoder, [image], ["image"], "embedding", threads)

    def __call__(self, pixels: Tensor) -> Tensor:
        # One by one: a batch is no faster on a CPU.
        image = normalise(pixels.float())
        return torch.cat(
            [torch.from_numpy(self.session.run(None, {"image": one.numpy()})[0]) for one in torch.split(image, 1)]
        )
