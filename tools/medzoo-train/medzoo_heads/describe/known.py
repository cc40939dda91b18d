"""What an earlier model.json of the very same weights says, and a new one keeps."""

from __future__ import annotations

from pathlib import Path

from ..arrays import Json
from ..errors import TrainError

#: What the file and the command say; all else in a model.json is known to people, or was measured, and is kept.
OF_FILE = ("schema", "name", "version", "model", "encoder", "labels", "licence")
#: What is said label by label, and so of these labels only.
BY_LABEL = ("thresholds", "presenceThresholds", "calibration", "quantities", "metrics", "variants")


def keep_known(before: Json, content: Json, file: Path) -> Json:
    """What the command does not say: metrics, data, calibration, thresholds, files in other precisions.

    TrainError where these are of other weights or of other labels: they would be said of what they are not.
    """
    found = before.get("model", {}).get("sha256")
    if found != content["model"]["sha256"]:
        raise TrainError(
            f"{file} describes other weights ({found}). --replace writes a new one, without its metrics, data and "
            "variants."
        )
    of_labels = [key for key in BY_LABEL if before.get(key)]
    if of_labels and before.get("labels") != content["labels"]:
        raise TrainError(
            f"{file} has {', '.join(of_labels)} of the labels {', '.join(before.get('labels', []))}. "
            "--replace writes a new one, without them."
        )
    concepts = {label: before["concepts"][label] for label in content["labels"] if label in before.get("concepts", {})}
    kept = {key: value for key, value in before.items() if key != "concepts"}
    said = {key: content[key] for key in (*OF_FILE, "manifest") if key in content}
    return {**kept, **({"concepts": concepts} if concepts else {}), **said}


def calibration(before: Json, temperature: float) -> Json:
    """Conformal quantiles hold at the temperature that they were measured at."""
    return before if before.get("temperature") == temperature else {"temperature": temperature}
