"""`python -m medzoo_train.describe --onnx F --name N --labels A B`: writes model.json beside an ONNX file of your own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .export.model_json import model_json, read_encoder, write_json


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--onnx", type=Path, required=True, help="the head's model; dimension 0 of each tensor may be free")
    parser.add_argument("--name", required=True)
    parser.add_argument("--labels", nargs="+", required=True, help="in the order of the model's outputs")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--licence", required=True, help="of the weights")
    parser.add_argument("--temperature", type=float, help="of a classifier, fitted on images it was not trained on")
    parser.add_argument("--encoder", type=Path, help="model.json of the encoder that the head was trained on")
    args = parser.parse_args()
    encoder = read_encoder(args.encoder) if args.encoder else None
    extra: dict[str, Any] = {"calibration": {"temperature": args.temperature}} if args.temperature else {}
    content = model_json(args.onnx, args.name, args.version, args.licence, [], args.labels, encoder, **extra)
    content.pop("code", None)
    out = args.onnx.with_name("model.json")
    write_json(out, content)
    print(f"{out}: {content['model']['bytes']} bytes, SHA-256 {content['model']['sha256']}")


if __name__ == "__main__":
    main()
