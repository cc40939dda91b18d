"""`python -m medzoo_train.describe --onnx F --name N --labels A B`: checks an ONNX file and writes model.json beside
it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from medzoo_heads.errors import TrainError
from medzoo_heads.export.check_file import check_file

from .export.model_json import model_json, read_encoder, write_json

#: What the file itself says; everything else in a model.json is known to people and kept.
OF_FILE = ("schema", "name", "version", "model", "encoder", "labels", "licence")
#: What is said label by label, and so of these labels only.
BY_LABEL = ("thresholds", "presenceThresholds", "calibration", "metrics")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--onnx", type=Path, required=True, help="the head's model; dimension 0 of its tensors is the batch")
    parser.add_argument("--name", required=True)
    parser.add_argument("--labels", nargs="+", required=True, help="in the order of the model's outputs")
    parser.add_argument("--version", help="default: that of the model.json that is there, else 0.1.0")
    parser.add_argument("--licence", required=True, help="of the weights")
    parser.add_argument("--temperature", type=float, help="of a classifier, fitted on images it was not trained on")
    parser.add_argument("--encoder", type=Path, help="model.json of the encoder that the head was trained on")
    parser.add_argument("--replace", action="store_true", help="write a new model.json where one of other weights or labels is")
    args = parser.parse_args()
    if args.temperature is not None and not args.temperature > 0:
        raise SystemExit(f"--temperature {args.temperature}: expected a number above 0.")
    encoder = read_encoder(args.encoder) if args.encoder else None
    try:
        notes = check_file(args.onnx, args.labels, encoder)
    except TrainError as error:
        raise SystemExit(str(error)) from None
    out = args.onnx.with_name("model.json")
    before = read_before(out)
    version = args.version or before.get("version", "0.1.0")
    content = model_json(args.onnx, args.name, version, args.licence, [], args.labels, encoder)
    content.pop("code", None)
    if before and not args.replace:
        content = keep(before, content, out)
    if args.temperature is not None:
        content["calibration"] = calibration(content.get("calibration", {}), args.temperature)
    if args.replace:
        out.unlink(missing_ok=True)
    write_json(out, content)
    for note in notes:
        print(f"note: {note}")
    print(f"{out}: {content['model']['bytes']} bytes, SHA-256 {content['model']['sha256']}")


def read_before(file: Path) -> dict[str, Any]:
    """The model.json that is there; empty if there is none."""
    if not file.is_file():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise SystemExit(f"{file} is there and is no JSON. Mend it, or write a new one with --replace.") from None


def keep(before: dict[str, Any], content: dict[str, Any], file: Path) -> dict[str, Any]:
    """What the file and the command say, and of a finished model.json all else: metrics, data, calibration, thresholds.

    Ends the command where that is of other weights or of other labels: it would be said of what it is not.
    """
    found = before.get("model", {}).get("sha256")
    if found != content["model"]["sha256"]:
        raise SystemExit(f"{file} describes other weights ({found}). --replace writes a new one, without its metrics and data.")
    said = [key for key in BY_LABEL if before.get(key)]
    if said and before.get("labels") != content["labels"]:
        raise SystemExit(
            f"{file} has {', '.join(said)} of the labels {', '.join(before.get('labels', []))}. "
            "--replace writes a new one, without them."
        )
    return before | {key: content[key] for key in OF_FILE if key in content}


def calibration(before: dict[str, Any], temperature: float) -> dict[str, Any]:
    """Conformal quantiles hold at the temperature that they were measured at."""
    return before if before.get("temperature") == temperature else {"temperature": temperature}


if __name__ == "__main__":
    main()
