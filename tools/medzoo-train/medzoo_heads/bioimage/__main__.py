"""`medzoo-bioimage` and `python -m medzoo_heads.bioimage`: a head as a package of bioimage.io."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import TrainError
from .package import Said, write_package

URL = "https://github.com/medzoo/medzoo"


def main(arguments: list[str] | None = None) -> int:
    made = argparse.ArgumentParser(
        prog="medzoo-bioimage",
        description="Writes a head as a package of bioimage.io: encoder and head in one file, rdf.yaml, test tensors.",
    )
    made.add_argument("--model", type=Path, required=True, metavar="MODEL.json", help="model.json of the head")
    made.add_argument("--encoder", type=Path, required=True, metavar="ENCODER.json", help="model.json of its encoder")
    made.add_argument("--out", type=Path, required=True, help="a new folder")
    made.add_argument("--author", action="append", required=True, help="who made the head; once for each")
    made.add_argument("--title", help="for people; default: that of the head, else its name")
    made.add_argument("--intended-use", help="in a sentence; default: that of a head without code")
    made.add_argument("--licence", help="of the weights, an SPDX identifier; default: the first word of model.json's")
    made.add_argument("--image", type=Path, help="a picture, of nobody, to make test tensors of; default: one is drawn")
    made.add_argument("--url", default=URL, help="where to read more of the head")
    args = made.parse_args(arguments)
    said = Said(args.title, args.intended_use, tuple(args.author), args.licence, args.image, args.url)
    try:
        write_package(args.model, args.encoder, args.out, said)
    except TrainError as error:
        print(f"medzoo-bioimage: {error}", file=sys.stderr)
        return 1
    print(f"Written to {args.out}. Try it: bioimageio test {args.out / 'rdf.yaml'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
