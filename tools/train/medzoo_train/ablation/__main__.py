"""`python -m medzoo_train.ablation --data DIR --weights W --out FILE.json`: trains and measures every arm; resumes what
is done.

Choose on --split val (the default); measure once on --split test. `python -m medzoo_train.ablation.report` writes the
table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from ..data.sets import SETS
from ..models.unet import parameters_of
from .experiment import Budget, Experiment
from .summary import CLASSIFICATION_CLAIMS, SEGMENTATION_CLAIMS, summarise_set


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m medzoo_train.ablation", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    parser.add_argument("--weights", type=Path, required=True, help="weights.pth of a training run")
    parser.add_argument("--out", type=Path, required=True, help="results, JSON; a folder of that name keeps the models")
    parser.add_argument("--split", default="val", help="split to measure on: val while choosing, test once")
    parser.add_argument("--budget", type=int, default=3000, help="steps of each arm that is trained on masks")
    parser.add_argument("--batch", type=int, default=15, help="images in each such step")
    parser.add_argument(
        "--pool", type=int, help="augmented images to draw from (default: as many as the steps see, at most 24000)"
    )
    parser.add_argument("--class-budget", type=int, help="steps of each classifier (default: --budget)")
    parser.add_argument("--class-batch", type=int, default=32)
    parser.add_argument("--copies", type=int, default=4, help="augmented copies of each classification image")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args(arguments)
    low = [name for name in ("budget", "batch", "class_batch", "copies", "threads") if getattr(args, name) < 1]
    if low:
        parser.error(f"--{low[0].replace('_', '-')} is {getattr(args, low[0])}, expected at least 1.")
    if len(set(args.seeds)) < len(args.seeds):
        parser.error(f"--seeds are {args.seeds}, expected different ones.")
    if not args.weights.is_file():
        parser.error(f"There is no file {args.weights}; give the weights.pth of a run of medzoo_train.train.")
    return args


def main(arguments: Sequence[str] | None = None) -> None:
    args = parse_arguments(arguments)
    torch.set_num_threads(args.threads)
    budget = Budget(
        steps=args.budget,
        batch=args.batch,
        pool=args.pool or min(24000, args.budget * args.batch),
        class_steps=args.class_budget or args.budget,
        class_batch=args.class_batch,
        copies=args.copies,
    )
    experiment = Experiment(args.weights, args.data, args.out.with_suffix(""), budget, args.seeds)
    # Everything is trained before anything held out is read.
    experiment.train()
    by_name = {spec.name: spec for spec in SETS}
    results: dict[str, Any] = {
        "split": args.split,
        "weights": experiment.digest,
        "budget": asdict(budget),
        "seeds": args.seeds,
        "encoder_parameters": parameters_of(experiment.system.sam.image_encoder),
        "torch": torch.__version__,
    }
    results["segmentation"] = [
        summarise_set(held.name, by_name[held.name].subject, held.groups, rows, SEGMENTATION_CLAIMS)
        for held, rows in experiment.segmentation(args.split)
    ]
    results["classification"] = []
    for spec in SETS:
        if spec.kind == "classification":
            groups, rows = experiment.classification(spec, args.split)
            results["classification"].append(
                summarise_set(spec.name, spec.subject, groups, rows, CLASSIFICATION_CLAIMS)
            )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{args.out}: split {args.split}, {budget.steps} steps, seeds {args.seeds}", file=sys.stderr)


if __name__ == "__main__":
    main()
