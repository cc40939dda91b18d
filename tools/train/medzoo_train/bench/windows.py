"""`python -m medzoo_train.bench.windows`: what windowed attention without the work on padding saves, both graphs in one
process.

Prints the largest difference between the two, the ratio of their times on the CPU and that of their multiply-adds.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from ..export.graph.onnx_file import export_onnx, open_onnx
from ..models.config import EncoderConfig
from ..models.encoder.image_encoder import ImageEncoder
from .encoders import random_encoder, random_image
from .timing import median_ms


@dataclass(frozen=True)
class Comparison:
    #: Largest difference of an embedding's number between the graphs.
    difference: float
    #: Milliseconds (medians) and multiply-adds of an image, as the reference has it and rewritten.
    padded_ms: float
    rewritten_ms: float
    padded_macs: int
    rewritten_macs: int

    def __str__(self) -> str:
        return (
            f"largest difference {self.difference:.1e}\n"
            f"time {self.padded_ms:.0f} ms -> {self.rewritten_ms:.0f} ms, ratio "
            f"{self.rewritten_ms / self.padded_ms:.3f}\n"
            f"multiply-adds {self.padded_macs / 1e9:.2f} G -> {self.rewritten_macs / 1e9:.2f} G, "
            f"ratio {self.rewritten_macs / self.padded_macs:.3f}"
        )


def multiply_adds(encoder: ImageEncoder, image: Tensor) -> int:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        encoder(image)
    return int(counter.get_total_flops()) // 2


def compare(config: EncoderConfig, rounds: int, threads: int) -> Comparison:
    """Exports a random encoder of this size both ways and runs the files in turns."""
    encoder, image = random_encoder(config), random_image(config)
    sessions, macs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, padded in (("padded", True), ("rewritten", False)):
            for block in encoder.blocks:
                block.pad_windows = padded  # type: ignore[assignment]
            path = Path(folder) / f"{name}.onnx"
            export_onnx(encoder, [image], ["image"], ["embedding"], path)
            macs[name] = multiply_adds(encoder, image)
            sessions[name] = open_onnx(path, threads)
            path.unlink()
    feeds = {"image": image}
    first, second = (session(feeds)["embedding"] for session in sessions.values())
    times = median_ms({name: lambda run=session: run(feeds) for name, session in sessions.items()}, rounds)  # type: ignore[misc]
    difference = (first - second).abs().max().item()
    return Comparison(difference, times["padded"], times["rewritten"], macs["padded"], macs["rewritten"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    print(f"ViT-B at 256, {args.threads} thread(s), median of {args.rounds}")
    print(compare(EncoderConfig(), args.rounds, args.threads))


if __name__ == "__main__":
    main()
