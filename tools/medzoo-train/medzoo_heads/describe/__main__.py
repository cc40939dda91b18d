"""`medzoo-describe` and `python -m medzoo_heads.describe`: model.json for an ONNX file from elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import TrainError
from ..export.model_json import About
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
    about.add_argument("--licence", required=True, help="of the weights")
    about.add_argument("--name", help="default: that of the model.json that is there, else the name of the file")
    about.add_argument("--version", help="default: that of the model.json that is there, else 0.1.0")
    about.add_argument("--temperature", type=float, help="of a classifier, fitted on images it was not trained on")
    about.add_argument("--id", help="of a head without code, such as skin-lesions; --title and the next two go with it")
    about.add_argument("--title", help="of a head without code, for people")
    about.add_argument("--intended-use", help="of a head without code, in a sentence")
    about.add_argument("--modalities", metavar="DX,CR", help="of a head without code: codes of DICOM")
    about.add_argument("--kind", help='the kind of image in words, such as "dermoscopy of skin"; default: the data set')
    about.add_argument("--dataset", help="name of the data set; default: the data folder's")
    about.add_argument("--data-licence", help="of the data set")
    about.add_argument("--source", help="where the data set is from, as its licence asks to be named")
    about.add_argument("--grouping", help='what is never on both sides of a split, such as "patient"')
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
    manifest = {
        "id": args.id, "title": args.title, "intendedUse": args.intended_use,
        "modalities": list(parse_names(args.modalities)) or None,
    }  # fmt: skip
    about = About(
        name=args.name, version=args.version, licence=args.licence, dataset=args.dataset or "",
        data_licence=args.data_licence, source=args.source, grouping=args.grouping,
        manifest={key: value for key, value in manifest.items() if value is not None},
    )  # fmt: skip
    return Given(
        onnx=args.onnx, labels=list(parse_names(args.labels)), embeddings=args.embeddings, encoder=args.encoder,
        about=about, temperature=args.temperature, kind=args.kind, replace=args.replace,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
