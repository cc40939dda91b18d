"""`medzoo-describe` and `python -m medzoo_heads.describe`: model.json for an ONNX file from elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..about import add_about, read_about
from ..errors import TrainError
from ..settings import parse_names
from .describe import Given, describe


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="medzoo-describe",
        description="Checks the ONNX file of a head as a zoo does when it starts, and writes model.json beside it. "
        "With --embeddings, also the head's domain and a golden record.",
    )
    file = made.add_argument_group("the file")
    file.add_argument("--onnx", type=Path, required=True, help="the head's model; dimension 0 of its tensors is free")
    file.add_argument("--labels", required=True, metavar="a,b", help="in the order of the model's outputs")
    encoder = made.add_argument_group("the encoder that the head was trained on; one of the two")
    encoder.add_argument("--embeddings", type=Path, metavar="EMB", help="folder that `medzoo embed` wrote")
    encoder.add_argument("--encoder", type=Path, metavar="ENCODER.json", help="model.json of the encoder")
    about = made.add_argument_group("about the head")
    about.add_argument("--name", help="default: that of the model.json that is there, else the name of the file")
    about.add_argument("--temperature", type=float, help="of a classifier, fitted on images it was not trained on")
    add_about(about, needs_licence=True)
    made.add_argument("--replace", action="store_true", help="write a new model.json where one of other weights is")
    return made


#: Options that say something of the images.
OF_IMAGES = ("kind", "dataset", "data_licence", "source", "grouping")


def main(arguments: list[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        notes = describe(read_given(args))
    except TrainError as error:
        print(f"medzoo-describe: {error}", file=sys.stderr)
        return 1
    for note in notes:
        print(note, file=sys.stderr)
    return 0


def read_given(args: argparse.Namespace) -> Given:
    unasked = [name for name in OF_IMAGES if getattr(args, name) and args.embeddings is None]
    if unasked:
        raise TrainError(f"--{unasked[0].replace('_', '-')} is said of images: add --embeddings EMB.")
    return Given(
        onnx=args.onnx, labels=list(parse_names(args.labels)), embeddings=args.embeddings, encoder=args.encoder,
        about=read_about(args), temperature=args.temperature, kind=args.kind, replace=args.replace,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
