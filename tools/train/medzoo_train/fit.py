"""`python -m medzoo_train.fit classes|presence`: what heads say of probabilities, on the embeddings that a CPU gives
them.

Temperatures, conformal sets and presence thresholds, as training fits them, but by the files of the packages: the
encoder that runs on a CPU, which may be a variant of the one that heads were trained on, and the heads themselves. No
head's weights change. Domains are fitted the same way by `medzoo_train.domain`.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .data.sets import SETS
from .domain.entries import write
from .export.calibrate import HeldOut, calibration_of
from .export.golden import class_answer
from .export.graph.onnx_file import open_onnx
from .export.model_json import running_encoder
from .models.system import system_of
from .train_presence import gate_of, joined, load_rows, thresholds
from .training.batches import load_set
from .training.class_copies import HARD, held_copies
from .training.onnx_encoder import OnnxEncoder
from .training.seen import Seen

PRECISIONS = ("auto", "reference")


def logits_of(head: Path, embeddings: Tensor) -> Tensor:
    run = open_onnx(head)
    return torch.cat([run({"embedding": one[None].float()})["logits"] for one in embeddings])


def fit_classes(args: argparse.Namespace) -> None:
    """`calibration` of every classifier, and the answer of its golden record, whose logits stay."""
    encode = OnnxEncoder(running_encoder(args.packages, args.precision))
    for spec in SETS:
        if spec.kind != "classification" or spec.subject not in (args.tasks or [spec.subject]):
            continue
        file = args.packages / "medcls" / "weights" / spec.subject / "model.json"
        content = json.loads(file.read_text(encoding="utf-8"))
        held = held_copies(encode, load_set(spec, args.data, "val"), HARD)
        plain, *hard = [logits_of(file.with_name("medcls.onnx"), copy) for copy in held.embedding]
        more = HeldOut(plain, torch.cat(hard), held.labels.repeat(len(hard)))
        before = content["calibration"]
        now = calibration_of(plain, held.labels, spec.classes, spec.name, more)
        tell(spec.subject, before, now)
        write(file, {**content, "calibration": now})
        put_answer(args.packages / "medcls" / "golden" / spec.subject / "golden.json", spec.classes, now["temperature"])


def tell(task: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    quantiles = ", ".join(
        f"{label} {before['conformal']['quantiles'][label]:.4f} -> {value:.4f}"
        for label, value in now["conformal"]["quantiles"].items()
    )
    print(
        f"{task}: temperature {before['temperature']} -> {now['temperature']}; quantiles {quantiles}; n {now['n']}",
        flush=True,
    )


def put_answer(file: Path, labels: tuple[str, ...], temperature: float) -> None:
    record = json.loads(file.read_text(encoding="utf-8"))
    logits = torch.tensor([record["stages"]["logits"]["values"]])
    record["answer"] = class_answer(logits, labels, temperature)
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def fit_presence(args: argparse.Namespace) -> None:
    """`presenceThresholds` of AutoMed, by the rule that its presence was trained with; after its domains, which it
    counts on.
    """
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    automed = system_of(saved, tasks).eval().automed
    targets = automed.config.targets
    gate = gate_of(args.packages, targets)
    rows = joined([load_rows(Seen(folder), targets, gate) for folder in args.held])
    # Its logits are shifted already, and 0 is the least that its rule allowed; they go lower only where more would be
    # missed.
    at = thresholds(automed.presence, rows, lowest=0.0, highest=math.inf)
    file = args.packages / "automed" / "weights" / "model.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    now = {target: round(torch.sigmoid(value).item(), 4) for target, value in zip(targets, at, strict=True)}
    print(f"presence thresholds {content['presenceThresholds']} -> {now}; n {len(rows.tokens)}", flush=True)
    write(file, {**content, "presenceThresholds": now})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m medzoo_train.fit", description=(__doc__ or "").split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    classes = commands.add_parser("classes", help="temperature and conformal sets of the classifiers")
    classes.add_argument("--data", type=Path, required=True, help="folder of the data sets, whose val it fits")
    classes.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="which of the encoder's files is asked"
    )
    tasks = [spec.subject for spec in SETS if spec.kind == "classification"]
    classes.add_argument("--tasks", nargs="+", choices=tasks, help="of these classifiers alone; all if left out")
    presence = commands.add_parser("presence", help="presence thresholds of AutoMed")
    presence.add_argument(
        "--weights", type=Path, required=True, help="whose presence reads the tokens: those of the packages"
    )
    presence.add_argument(
        "--held", type=Path, nargs="+", required=True, help="folders of look or look_again, split val"
    )
    for command in (classes, presence):
        command.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.command == "classes":
        fit_classes(args)
    else:
        fit_presence(args)


if __name__ == "__main__":
    main()
