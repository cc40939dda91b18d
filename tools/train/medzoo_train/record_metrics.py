"""`python -m medzoo_train.record_metrics EVALUATION.json ...`: what `npm run evaluate --json` measured, into the model files.

The numbers in a model.json are those of the SDK itself, not of PyTorch: the same decoder, the same rounding, the same files. An
evaluation names the digest of the weights it ran; it is recorded in the model file of those weights and in no other.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: Metrics worth keeping in a model file; an evaluation holds more.
KEPT = ("dice", "iou", "accuracy", "balanced_accuracy", "macro_f1", "auroc", "ece")


def metrics_of(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    """The `metrics` entries of one evaluation, each with its data set, split, n and interval."""
    common = {"dataset": evaluation["dataset"], "split": evaluation["split"], "n": evaluation["n"]}
    recorded = []
    for name in KEPT:
        found = evaluation["metrics"].get(name)
        if found is None:
            continue
        interval = {"interval95": [round(v, 4) for v in found["interval95"]]} if found.get("interval95") else {}
        recorded.append({"name": name, "value": round(found["value"], 4), **interval, **common})
    return recorded


def merge(before: Iterable[dict[str, Any]], new: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """New entries replace old ones of the same name, data set and split."""
    kept = {(m["dataset"], m["split"], m["name"]): m for m in before}
    kept.update({(m["dataset"], m["split"], m["name"]): m for m in new})
    return [kept[key] for key in sorted(kept, key=lambda k: (k[0], k[1], KEPT.index(k[2])))]


def record(evaluation: dict[str, Any], model_files: Iterable[Path]) -> Path:
    """Writes an evaluation into the model file with its digest; an error that lists the digests there are, if none has it."""
    digest = evaluation["digests"]["head"]
    there = {}
    for path in model_files:
        content = json.loads(path.read_text())
        there[content["model"]["sha256"]] = (path, content)
    if digest not in there:
        known = "\n  ".join(f"{sha} {path.parent}" for sha, (path, _) in there.items())
        raise SystemExit(f"The evaluation ran weights {digest}, which no model file here describes:\n  {known}")
    path, content = there[digest]
    content["metrics"] = merge(content["metrics"], metrics_of(evaluation))
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("evaluations", type=Path, nargs="+")
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    args = parser.parse_args()
    for file in args.evaluations:
        files = sorted(args.packages.glob("*/weights/**/*.json"))
        written = record(json.loads(file.read_text()), files)
        print(f"{file.name} -> {written.relative_to(args.packages)}")


if __name__ == "__main__":
    main()
