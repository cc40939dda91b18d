"""`python -m medzoo_train.export_packages --weights W --data DIR --packages DIR`: a trained system into the npm
packages.

With `--precision int8-static` the encoder and AutoMed get a variant in int8 beside them, calibrated on train and judged
on val by what is in the packages; without --weights, nothing else is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import torch

from .data.nothing import load_negatives, negative_folders
from .data.sets import SETS
from .export.calibrate import HeldOut
from .export.graph.onnx_file import Precision
from .export.head_files import TrainedOn
from .export.int8.gate import Change, GateError
from .export.int8.static_gate import PRECISION
from .export.int8.variant import AUTOMED_CALIBRATION, calibration_images, write_automed_variant, write_variant
from .export.model_json import InitialWeights
from .export.package import HEADS, export_packages
from .models.system import system_of
from .training.batches import STORED, LoadedSet, load_set, usable_rows

#: Exit status where the gate refuses a variant; everything else is written.
REFUSED = 3
#: What has a variant in int8, in the order in which they are made: AutoMed reads what the encoder's says.
VARIED = ("encoder", "automed")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, help="weights.pth or last.pth of medzoo_train.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets; val calibrates")
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument(
        "--precision", choices=(*get_args(Precision), PRECISION), default="fp16-storage",
        help=f"{PRECISION}: fp16-storage, and variants of the encoder and of AutoMed in int8 beside them",
    )  # fmt: skip
    parser.add_argument(
        "--variant-of",
        nargs="+",
        choices=VARIED,
        help=f"with {PRECISION}: of these alone; by default of those that are there",
    )
    parser.add_argument(
        "--negatives",
        type=Path,
        help="folder with none_* sets; AutoMed's variant is judged by the half that is trained on",
    )
    parser.add_argument(
        "--initialised-from", nargs=3, action="append", default=[], metavar=("NAME", "SOURCE", "LICENCE"),
        help="weights that the encoder's training began with; may be repeated",
    )  # fmt: skip
    parser.add_argument("--size", default="tiny", help="last part of the models' names")
    parser.add_argument(
        "--keep-encoder", action="store_true", help="write the heads alone, trained on the packages' encoder"
    )
    parser.add_argument(
        "--heads", nargs="+", choices=HEADS, default=list(HEADS), help="with --keep-encoder: these heads alone"
    )
    args = parser.parse_args()
    if not args.keep_encoder and len(set(args.heads)) < len(HEADS):
        parser.error(
            "--heads needs --keep-encoder: heads that are not written would be left on an encoder that is gone."
        )
    if args.keep_encoder and (args.precision == "int8" or args.initialised_from):
        parser.error(
            "--keep-encoder leaves the encoder as it is: --precision int8 and --initialised-from are about the encoder."
        )
    is_varied = args.precision == PRECISION
    if not is_varied and (args.variant_of or args.negatives):
        parser.error(f"--variant-of and --negatives are about variants: give --precision {PRECISION} too.")
    if args.weights is None and not is_varied:
        parser.error(f"--weights is missing: what is exported? Only --precision {PRECISION} can do without.")
    held = [load_set(spec, args.data, "val") for spec in SETS if args.weights or (args.data / spec.name).is_dir()]
    if args.weights is not None:
        export(args, held, "fp16-storage" if is_varied else args.precision)
    if is_varied:
        vary(args, held)
    for file in sorted(args.packages.glob("*/weights/**/*.onnx")):
        print(f"{file.relative_to(args.packages)}  {file.stat().st_size / 1e6:.2f} MB")


def vary(args: argparse.Namespace, held: Sequence[LoadedSet]) -> None:
    """Makes each variant, even where the gate has refused the one before."""
    wanted = args.variant_of or [name for name in VARIED if name != "automed" or has_automed(args.packages)]
    is_refused = False
    for name in VARIED:
        if name not in wanted:
            continue
        try:
            changes = write_variant_of(name, args, held)
        except GateError as error:
            print(f"{name}: {error}", file=sys.stderr)
            is_refused = True
            continue
        for change in changes:
            print(change)
    if is_refused:
        raise SystemExit(REFUSED)


def has_automed(packages: Path) -> bool:
    return (packages / "automed" / "weights" / "automed.onnx").is_file()


def write_variant_of(name: str, args: argparse.Namespace, held: Sequence[LoadedSet]) -> list[Change]:
    if name == "encoder":
        return write_variant(args.packages, calibration_images(args.data), held)
    if not has_automed(args.packages):
        raise SystemExit(f"There is no automed.onnx in {args.packages}; export it first, or leave out `automed`.")
    folder = args.negatives
    negatives = load_negatives(folder, negative_folders(folder), training=True, size=STORED) if folder else None
    return write_automed_variant(args.packages, calibration_images(args.data, AUTOMED_CALIBRATION), held, negatives)


def export(args: argparse.Namespace, val: Sequence[LoadedSet], precision: Precision) -> None:
    initialised_from = [InitialWeights(*given) for given in args.initialised_from]
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks)
    train = [TrainedOn(spec, len(usable_rows(spec, args.data, "train"))) for spec in SETS]
    held_out = {task: HeldOut(**entry) for task, entry in saved.get("held_out", {}).items()}
    export_packages(
        system, train, val, args.packages, args.version, precision, initialised_from, args.size, args.keep_encoder,
        saved.get("centred", ()), held_out, args.heads,
    )  # fmt: skip


if __name__ == "__main__":
    main()
