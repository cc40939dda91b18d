"""What a person says of a head: options that the commands share."""

from __future__ import annotations

import argparse
from typing import Any

from .export.model_json import About
from .settings import parse_names


def add_about(group: Any, needs_licence: bool = False) -> None:
    """`group`: an argument group of argparse."""
    group.add_argument("--version", help="default: that of the model.json that is there, else 0.1.0")
    group.add_argument("--licence", required=needs_licence, help="of the weights")
    group.add_argument("--id", help="of a head without code, such as skin-lesions; --title and the next two go with it")
    group.add_argument("--title", help="of a head without code, for people")
    group.add_argument("--intended-use", help="of a head without code, in a sentence")
    group.add_argument("--modalities", metavar="DX,CR", help="of a head without code: codes of DICOM")
    group.add_argument("--kind", help='the kind of image in words, such as "dermoscopy of skin"; default: the data set')
    group.add_argument("--dataset", help="name of the data set in metrics; default: the data folder's")
    group.add_argument("--data-licence", help="of the data set")
    group.add_argument("--source", help="where the data set is from, as its licence asks to be named")
    group.add_argument("--grouping", help='what is never on both sides of a split, such as "patient"')


def read_about(args: argparse.Namespace) -> About:
    manifest = {
        "id": args.id, "title": args.title, "intendedUse": args.intended_use,
        "modalities": list(parse_names(args.modalities)) or None,
    }  # fmt: skip
    return About(
        name=args.name, version=args.version, licence=args.licence, dataset=args.dataset or "",
        data_licence=args.data_licence, source=args.source, grouping=args.grouping,
        manifest={key: value for key, value in manifest.items() if value is not None},
    )  # fmt: skip
