"""Writes model.json: the one place where facts about a model are kept (decision 5 of docs/architecture.md)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from medzoo_heads.export.file import describe_file

from ..models.pixels import PIXEL_MEAN, PIXEL_STD

SCHEMA = 1
#: Preprocessing of the weights we train; SAM-Med2D's own is `nearest` without antialias.
TRAINED_PREPROCESS: dict[str, Any] = {
    "size": {"width": 256, "height": 256},
    "fit": "stretch",
    "interpolation": "bilinear",
    "antialias": True,
    "channels": "rgb",
    "mean": list(PIXEL_MEAN),
    "std": list(PIXEL_STD),
}
REFERENCE_PREPROCESS: dict[str, Any] = {
    **{k: v for k, v in TRAINED_PREPROCESS.items() if k != "antialias"},
    "interpolation": "nearest",
}


@dataclass(frozen=True)
class InitialWeights:
    """Weights of somebody else that training began with."""

    name: str
    #: Where they are to be had, or who to cite.
    source: str
    licence: str


def code_version(folder: Path) -> str | None:
    """The commit of the code, if it stands in a repository."""
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def encoder_identity(trained: dict[str, Any]) -> dict[str, str]:
    """The `encoder` entry of a head's model.json, from the model.json of the encoder that it was trained on."""
    return {"id": trained["name"], "sha256": trained["model"]["sha256"]}


def file_that_runs(trained: dict[str, Any], is_reference: bool = False) -> dict[str, Any]:
    """Of an encoder's model.json the file that a CPU runs: the first variant that is for it, or else `model`, the
    reference.
    """
    variants = [] if is_reference else trained.get("variants", [])
    return next((dict(one) for one in variants if "cpu" in one["providers"]), dict(trained["model"]))


def read_encoder(file: Path) -> dict[str, Any]:
    """The model.json of an encoder, for a command; ends it with what to do if the file is none."""
    where = "give that of the encoder, such as packages/sam-med2d/weights/model.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        encoder_identity(content)
    except OSError as error:
        raise SystemExit(f"--encoder {file} cannot be read ({error.strerror}); {where}.") from None
    except (ValueError, KeyError, TypeError):
        raise SystemExit(f"--encoder {file} is no model.json of an encoder; {where}.") from None
    return dict(content)


def running_encoder(packages: Path, precision: str = "auto") -> Path:
    """The encoder's file in these packages: `auto` the one that a CPU runs, `reference` the reference."""
    file = packages / "sam-med2d" / "weights" / "model.json"
    return file.parent / str(file_that_runs(read_encoder(file), precision == "reference")["url"])


def model_json(
    file: Path,
    name: str,
    version: str,
    licence: str,
    trained_on: Sequence[dict[str, Any]],
    labels: Sequence[str] = (),
    encoder: dict[str, Any] | None = None,
    initialised_from: Sequence[InitialWeights] = (),
    **extra: Any,
) -> dict[str, Any]:
    """The content of a model.json for `file`; metrics are recorded later, from the evaluation of the SDK itself.

    `encoder`, of a head, is the content of the model.json of the encoder that it was trained on.
    """
    content = {
        "schema": SCHEMA,
        "name": name,
        "version": version,
        "model": describe_file(file),
        **({"encoder": encoder_identity(encoder)} if encoder else {}),
        "labels": list(labels),
        **extra,
        "metrics": [],
        "trainedOn": list(trained_on),
        "licence": licence,
    }
    if initialised_from:
        content["initialisedFrom"] = [asdict(weights) for weights in initialised_from]
    code = code_version(Path(__file__).parent)
    return content | ({"code": code} if code else {})


def keep_concepts(before: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """What labels mean in codes is known to a person, who writes it into the file: it stays for each label that
    stays.
    """
    concepts = {label: before["concepts"][label] for label in content["labels"] if label in before.get("concepts", {})}
    rest = {key: value for key, value in content.items() if key != "concepts"}
    return rest | ({"concepts": concepts} if concepts else {})


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Keeps what was measured on the very same weights and recorded in an earlier file, and domains of the very same
    encoder.
    """
    if path.is_file():
        before = json.loads(path.read_text())
        content = keep_concepts(before, content)
        if before.get("model", {}).get("sha256") == content["model"]["sha256"]:
            content = content | {
                key: before[key] for key in ("metrics", "speed", "domain", "variants") if key in before
            }
        if "domains" in before and before.get("encoder") == content.get("encoder"):
            content = content | {"domains": before["domains"]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
