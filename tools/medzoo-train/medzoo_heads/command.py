"""`medzoo-train`: the command line. Read before JAX is imported, which takes its number of threads from the
environment.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .about import add_about, read_about
from .errors import TrainError
from .settings import Settings, parse_mask_values, parse_names, parse_quantities

TASKS = ("classification", "segmentation", "regression", "keypoints", "multilabel")
#: Options of one task alone.
OF_TASK = {
    "mask_value": "segmentation", "overlapping": "segmentation", "quantity": "regression", "separator": "multilabel",
}  # fmt: skip
#: Of what reads the number of threads once, as it is loaded.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

MINUTES = (
    "wall time of the whole command, at most (default 5): loading, training, measuring and writing. Where the minutes "
    "are few, loading and writing alone may take longer"
)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="medzoo-train",
        description="Trains a head for medzoo from what `medzoo embed` wrote; writes head.onnx and model.json.",
    )
    data = made.add_argument_group("data")
    data.add_argument("--embeddings", type=Path, required=True, metavar="EMB", help="folder that `medzoo embed` wrote")
    data.add_argument("--task", choices=TASKS, default="classification")
    data.add_argument(
        "--labels", metavar="a,b", help="in the order of the outputs; default: that of the model.json in --out"
    )
    data.add_argument("--leave-out", metavar="a,b", help="labels whose images are not looked at")
    data.add_argument(
        "--mask-value", action="append", default=[], metavar="2=nucleus",
        help="segmentation: what a stored value of the masks means; once for each target",
    )  # fmt: skip
    data.add_argument(
        "--overlapping", action="store_true",
        help="segmentation of several values: each target by itself; default: a pixel belongs to one at most",
    )  # fmt: skip
    data.add_argument(
        "--quantity", action="append", default=[], metavar='"bone age=mo"',
        help="regression: a number, which is the name of a column, and its unit in UCUM; once for each",
    )  # fmt: skip
    data.add_argument(
        "--separator", metavar='"|"',
        help="multilabel: what is between the labels of an image in the column label; default: a column for each",
    )  # fmt: skip
    data.add_argument("--drop-leaks", action="store_true", help="leave out images that are in a later split too")
    training = made.add_argument_group("training")
    training.add_argument("--minutes", type=float, default=5, help=MINUTES)
    training.add_argument("--steps", type=int, help="at most so many steps; default: by the number of images")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--threads", type=int, help="processor cores to use; default: all that there are")
    about = made.add_argument_group("about the head")
    about.add_argument("--out", type=Path, required=True, metavar="MODEL", help="folder for head.onnx and model.json")
    about.add_argument("--name", help="default: that of the model.json in --out, else the data set's")
    about.add_argument(
        "--encoder", type=Path, help="model.json of the encoder: for the domain, and for a golden record"
    )
    add_about(about)
    return made


def read_settings(arguments: list[str] | None) -> tuple[Settings, int | None]:
    """The settings, and on how many threads to run."""
    args = parser().parse_args(arguments)
    if not 0.05 <= args.minutes <= 24 * 60:
        raise TrainError(f"--minutes {args.minutes:g}: expected 0.05 to 1440.")
    for name in ("steps", "threads"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            raise TrainError(f"--{name} {getattr(args, name)}: expected 1 or more.")
    if not 0 <= args.seed < 2**31:
        raise TrainError(f"--seed {args.seed}: expected 0 to {2**31 - 1}.")
    for name, task in OF_TASK.items():
        if getattr(args, name) and args.task != task:
            raise TrainError(f"--{name.replace('_', '-')} is for another task: add --task {task}.")
    settings = Settings(
        embeddings=args.embeddings, out=args.out, task=args.task, labels=parse_names(args.labels),
        leave_out=parse_names(args.leave_out), mask_values=parse_mask_values(args.mask_value),
        overlapping=args.overlapping, quantities=parse_quantities(args.quantity), separator=args.separator or None,
        minutes=args.minutes, seed=args.seed,
        steps=args.steps, encoder=args.encoder, drop_leaks=args.drop_leaks, kind=args.kind, about=read_about(args),
    )  # fmt: skip
    return settings, args.threads


def limit_threads(threads: int | None) -> None:
    """Processor cores for this process, where the system can say so; a graphics card is never looked for."""
    os.environ["JAX_PLATFORMS"] = "cpu"
    if threads is None:
        return
    for name in THREADS:
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        # XLA has no setting of its own that holds; it starts as many threads as it may use cores.
        there = sorted(os.sched_getaffinity(0))
        first = os.getpid() % len(there)
        if threads < len(there):
            # Two trainings at once are not to meet on one core.
            os.sched_setaffinity(0, (there[first:] + there[:first])[:threads])
