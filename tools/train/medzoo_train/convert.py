"""`python -m medzoo_train.convert --checkpoint sam-med2d_b.pth --out DIR`: the authors' checkpoint to files the zoo runs.

Writes encoder.onnx, decoder.onnx, model.json (the encoder) and decoder.json (the promptable head).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from .export.model_json import REFERENCE_PREPROCESS, model_json, write_json
from .export.onnx_file import Precision, round_to_half
from .export.package import export_checked, prompt_example
from .export.wrappers import PromptableDecoder
from .models.checkpoint import CheckpointError, encoder_config_of, read_checkpoint
from .models.config import EncoderConfig
from .models.sam_med2d import SamMed2d, sam_med2d_from

LICENCE = "as stated by the authors of the checkpoint (SAM-Med2D's code is Apache-2.0)"


def config_override(path: Path, found: EncoderConfig) -> EncoderConfig:
    """The sizes found in the checkpoint with the fields of a JSON file laid over them."""
    given = json.loads(path.read_text())
    known = EncoderConfig.from_json({**found.to_json(), **given})
    return replace(found, **{k: getattr(known, k) for k in given if k in EncoderConfig.__dataclass_fields__})


def convert(sam: SamMed2d, out: Path, name: str, version: str, precision: Precision) -> None:
    """Exports encoder and promptable decoder of `sam` into the folder `out`, each checked against PyTorch."""
    if precision == "fp16-storage":
        round_to_half(sam)
    config = sam.image_encoder.config
    size = config.image_size
    torch.manual_seed(0)
    image = torch.randn(1, 3, size, size)
    with tqdm(total=2, desc="encoder") as progress:
        encoded = export_checked(sam.image_encoder, {"image": image}, ["embedding"], out / "encoder.onnx", precision)
        progress.update()
        progress.set_description("decoder")
        feeds = {"embedding": encoded["embedding"], **prompt_example(config.grid)}
        free = {"point_coords": {1: "points"}, "point_labels": {1: "points"}}
        export_checked(PromptableDecoder(sam), feeds, ["masks", "iou"], out / "decoder.onnx", precision, free)
        progress.update()
    preprocess = REFERENCE_PREPROCESS | {"size": {"width": size, "height": size}}
    write_json(out / "model.json", model_json(out / "encoder.onnx", name, version, LICENCE, [], preprocess=preprocess))
    decoder = model_json(out / "decoder.onnx", f"{name}-promptable", version, LICENCE, [], ["object"])
    write_json(out / "decoder.json", decoder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True, help=".pth in the authors' format")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, help="JSON that overrides sizes read from the checkpoint")
    parser.add_argument("--name", default="sam-med2d")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--precision", choices=["fp32", "fp16-storage"], default="fp32")
    args = parser.parse_args()
    try:
        state = read_checkpoint(args.checkpoint)
        encoder = encoder_config_of(state)
        sam = sam_med2d_from(state, config_override(args.config, encoder) if args.config else encoder)
    except CheckpointError as error:
        raise SystemExit(str(error)) from error
    convert(sam, args.out, args.name, args.version, args.precision)
    for file in sorted(args.out.iterdir()):
        print(f"{file.name}  {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
