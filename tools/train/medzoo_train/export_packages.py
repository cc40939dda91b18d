"""`python -m medzoo_train.export_packages --weights W --data DIR --packages DIR`: a trained system into the npm packages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

import torch

from .data.sets import SETS
from .export.calibrate import HeldOut
from .export.model_json import InitialWeights
from .export.onnx_file import Precision
from .export.package import TrainedOn, export_packages
from .models.system import system_of
from .training.batches import load_set, usable_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights.pth or last.pth of medzoo_train.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets; val calibrates")
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--precision", choices=get_args(Precision), default="fp16-storage")
    parser.add_argument(
        "--initialised-from", nargs=3, action="append", default=[], metavar=("NAME", "SOURCE", "LICENCE"),
        help="weights that the encoder's training began with; may be repeated",
    )  # fmt: skip
    parser.add_argument("--size", default="tiny", help="last part of the models' names")
    parser.add_argument("--keep-encoder", action="store_true", help="write the heads alone, trained on the packages' encoder")
    args = parser.parse_args()
    if args.keep_encoder and (args.precision == "int8" or args.initialised_from):
        parser.error("--keep-encoder leaves the encoder as it is: --precision int8 and --initialised-from are about the encoder.")
    initialised_from = [InitialWeights(*given) for given in args.initialised_from]
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks)
    train = [TrainedOn(spec, len(usable_rows(spec, args.data, "train"))) for spec in SETS]
    val = [load_set(spec, args.data, "val") for spec in SETS]
    held_out = {task: HeldOut(**entry) for task, entry in saved.get("held_out", {}).items()}
    export_packages(
        system, train, val, args.packages, args.version, args.precision, initialised_from, args.size, args.keep_encoder,
        saved.get("centred", ()), held_out,
    )  # fmt: skip
    for file in sorted(args.packages.glob("*/weights/**/*.onnx")):
        print(f"{file.relative_to(args.packages)}  {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
