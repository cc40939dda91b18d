"""Writes the folder: model.onnx, rdf.yaml, README.md, and a tensor for each input and output."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from ..arrays import Json
from ..errors import TrainError
from .document import write_document
from .merge import merge_models, opset_of
from .test_tensors import Tests, choose_tests

FORMAT = "0.5.4"
MODEL = "model.onnx"
TASK_OF = {
    "logits": "classification", "masks": "segmentation", "exclusive_masks": "segmentation", "values": "regression",
    "keypoints": "keypoints", "heatmaps": "keypoints", "label_logits": "multilabel",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What no model file says."""

    title: str | None
    intended_use: str | None
    authors: tuple[str, ...]
    #: SPDX identifier; the first word of the model file's licence if None.
    licence: str | None
    #: What the test tensors are of; drawn if None.
    picture: Path | None
    #: Where to read more, and what is cited.
    url: str


def write_package(head_json: Path, encoder_json: Path, out: Path, said: Said) -> None:
    """Throws TrainError for files that do not belong together; `out` is new or empty."""
    head, encoder = read_model(head_json), read_model(encoder_json)
    wanted, given = head.get("encoder", {}).get("sha256"), encoder["model"]["sha256"]
    if wanted != given:
        raise TrainError(
            f"The head was trained on the encoder {str(wanted)[:12]}, and --encoder {encoder_json} is {given[:12]}. "
            "Give the model.json of the head's own encoder."
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainError(f"--out {out} is not empty. Give a new folder.")
    licence = licence_of(head, said)
    merged = merge_models(onnx.load(file_of(encoder_json, encoder)), onnx.load(file_of(head_json, head)))
    tests = choose_tests(merged, encoder, head, said.picture)
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(merged, str(out / MODEL))
    for name, tensor in tests.files.items():
        np.save(out / name, tensor)
    (out / "README.md").write_text(write_document(head, said.title, said.intended_use), encoding="utf-8")
    described = rdf(head, said, licence, tests, merged, out)
    # JSON is YAML.
    (out / "rdf.yaml").write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_model(path: Path) -> Json:
    try:
        content: Json = json.loads(path.read_text(encoding="utf-8"))
        content["model"]["sha256"]
    except OSError as error:
        raise TrainError(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise TrainError(f"{path} is no model.json of medzoo.") from None
    return content


def file_of(path: Path, content: Json) -> str:
    """The ONNX file beside a model.json; an error unless it is the one that is described there."""
    url = str(content["model"]["url"])
    file = path.parent / url
    if "://" in url or not file.is_file():
        raise TrainError(f"{path} names the weights {url}, which are no file beside it. Fetch them first.")
    if hashlib.sha256(file.read_bytes()).hexdigest() != content["model"]["sha256"]:
        raise TrainError(f"{file} is not the file that {path} describes.")
    return str(file)


def rdf(head: Json, said: Said, licence: str, tests: Tests, merged: Any, out: Path) -> Json:
    title = said.title or head.get("manifest", {}).get("title") or head["name"]
    names = [entry["id"] for entry in tests.outputs]
    task = next((TASK_OF[name] for name in names if name in TASK_OF), "medical imaging")
    intended = said.intended_use or head.get("manifest", {}).get("intendedUse") or "Not for diagnosis."
    kept = ("labels", "calibration", "thresholds", "presenceThresholds", "quantities", "concepts", "trainedOn")
    return {
        "format_version": FORMAT,
        "type": "model",
        "name": re.sub(r"[^\w+\- ()]+", " ", title).strip()[:128],
        "description": intended,
        "version": head["version"],
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "authors": [{"name": name} for name in said.authors],
        "license": licence,
        "cite": [{"text": f"{title}, a head for medzoo", "url": said.url}],
        "documentation": "README.md",
        "tags": ["medzoo", "medical-imaging", task, *head.get("labels", [])],
        "inputs": tests.inputs,
        "outputs": tests.outputs,
        "weights": {
            "onnx": {
                "source": MODEL,
                "sha256": hashlib.sha256((out / MODEL).read_bytes()).hexdigest(),
                "opset_version": opset_of(merged),
            }
        },
        # What medzoo knows of the head, for programs that ask.
        "config": {"medzoo": {key: head[key] for key in kept if key in head}},
    }


def licence_of(head: Json, said: Said) -> str:
    found = said.licence or re.split(r"[\s;,(]", str(head.get("licence", "")), maxsplit=1)[0]
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", found) and found.lower() not in ("to", "not", "unlicensed"):
        return found
    raise TrainError('The licence of the weights is not known: give --licence with an SPDX identifier, "Apache-2.0".')
