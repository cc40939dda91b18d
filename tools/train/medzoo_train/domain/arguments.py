"""What `python -m medzoo_train.domain` is called with."""

from __future__ import annotations

import argparse
from pathlib import Path

from medzoo_heads.domain.score import USE


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m medzoo_train.domain", description=(__doc__ or "").split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    packages = Path(__file__).parents[4] / "packages"
    ground = commands.add_parser("background", help="what the encoder knows of the world, into its model.json")
    ours = commands.add_parser("ours", help="domains and thresholds of our own heads, into theirs")
    for command in (ground, ours):
        command.add_argument("--packages", type=Path, default=packages)
        command.add_argument("--data", type=Path, required=True)
        command.add_argument(
            "--seen", type=Path, nargs="+", required=True, help="folders that medzoo_train.look has filled"
        )
        command.add_argument(
            "--kept", type=Path, help="folder that remembers pooled embeddings of this file of the encoder"
        )
        command.add_argument(
            "--precision", choices=("auto", "reference"), default="auto",
            help="of the encoder's files: the one that a CPU runs, or the one that heads are trained on",
        )  # fmt: skip
    ours.add_argument("--held", type=Path, nargs="+", required=True, help="the same of the split val")
    ground.add_argument(
        "--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is used"
    )
    head = commands.add_parser("head", help="the domain of any head, from its images")
    head.add_argument("--encoder", type=Path, required=True, help="model.json of the encoder, which has a background")
    head.add_argument("--model", type=Path, required=True, help="model.json of the head, to write into")
    head.add_argument(
        "--data", type=Path, required=True, help="folder with index.csv; train is fitted, val sets the thresholds"
    )
    head.add_argument("--name", required=True, help='the kind of image in words, such as "chest film of a child"')
    head.add_argument("--label", nargs="+", help="labels that it is about; the whole head if left out")
    head.add_argument(
        "--covers", nargs="+", help="known domains that are its own by another name; found by itself if left out"
    )
    head.add_argument(
        "--use", type=float, choices=(0.01, 0.05), default=USE, help="which false refusals are the default"
    )
    head.add_argument("--golden", type=Path, help="golden record of the head; golden.json beside --model by default")
    head.add_argument("--most", type=int, default=1000, help="training images that are looked at")
    again = commands.add_parser("thresholds", help="thresholds anew, by the rule of today; the domain stays as it is")
    again.add_argument("--model", type=Path, required=True, help="model.json of the head, to write into")
    again.add_argument("--golden", type=Path, help="golden record of the head, which holds its thresholds too")
    again.add_argument(
        "--data", type=Path, help="the set they were chosen on; by default the scores kept in model.json"
    )
    again.add_argument("--encoder", type=Path, help="model.json of the encoder, with --data")
    return parser
