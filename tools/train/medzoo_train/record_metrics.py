"""`python -m medzoo_train.record_metrics REPORT.json ...`: what `npm run evaluate --json` measured, into the model
files.

The numbers in a model.json are those of the SDK itself, not of PyTorch: the same decoder, the same rounding, the same
files. A report names the digests of the weights it ran, the encoder's too; it is recorded in the model file of those
weights and no other.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

#: `medzoo evaluate --record` reads the same file.
NAMES: dict[str, list[str]] = json.loads((Path(__file__).parents[3] / "packages/cli/metric-names.json").read_text())
#: Kinds of negatives by the key under which a report of presence keeps their sets.
SETS_OF_NEGATIVES = {"other": "negative", "background": "positive", "empty": "positive", "near": "near"}


def split_name(name: str, labels: Sequence[str]) -> tuple[str, str | None, str | None]:
    """`presence_auroc_fetal_head_near` as `presence_auroc`, `fetal_head`, `near`; what is not in a name is None."""
    # Of a metric over all labels none is in the name: a label may be called "size".
    if name in NAMES["whole"]:
        return name, None, None
    told_apart = name.startswith(("presence_auroc_", "presence_specificity_"))
    kind = next((k for k in SETS_OF_NEGATIVES if told_apart and name.endswith(f"_{k}")), None)
    stem = name.removesuffix(f"_{kind}") if kind else name
    # The longest first: a label may end as another does.
    label = next((one for one in sorted(labels, key=len, reverse=True) if stem.endswith(f"_{one}")), None)
    if label is None:
        return name, None, None
    base = stem.removesuffix(f"_{label}")
    return base, label, kind or ("other" if base in ("presence_auroc", "presence_specificity") else None)


#: Of a report on corrupted images; cards and clients would drown in all of it.
OF_CORRUPTIONS = ("drop", "refused", "ece", "ece_if_calibrated")


def entry_of(name: str, found: Json, report: Json, dataset: str, label: str | None) -> Json:
    """One number with its interval, and what it was measured on."""
    entry: Json = {"name": name, "value": round(found["value"], 4)}
    if found.get("interval95"):
        entry["interval95"] = [round(v, 4) for v in found["interval95"]]
    entry |= {"dataset": dataset, "split": report["split"], "n": found.get("n", report["n"])}
    return entry | ({"label": label} if label else {})


def corruption_metrics_of(report: Json) -> list[Json]:
    """What corruptions cost, by `evaluate --corrupt`; the report has more, as the numbers of the same images as they
    are.
    """
    prompt = {"prompt": report["prompt"]} if report.get("prompt") else {}
    return [
        entry_of(name, found, report, report["dataset"], report.get("target")) | prompt | {"corruption": corruption}
        for corruption, metrics in report["corruptions"].items()
        for name, found in metrics.items()
        if name in OF_CORRUPTIONS
    ]


def domain_metrics_of(report: Json) -> list[Json]:
    """Those of `evaluate --domain`: by target where a head has several domains."""
    recorded = []
    for domain in report["domains"]:
        label = ", ".join(domain["labels"]) if domain["labels"] else None
        for at in domain["thresholds"]:
            # Of targets the threshold in use: a head may have many.
            if label and not at["in_use"]:
                continue
            entry = entry_of("refused", at["refused"], report, report["dataset"], label)
            recorded.append(entry | {"falseRefusals": at["false_refusals"]})
        if domain["auroc"] and not label:
            recorded.append(entry_of("domain_auroc", domain["auroc"], report, report["dataset"], label))
    for full_name, found in report["answers"].items():
        name, label = full_name, None
        if full_name.startswith("answered_"):
            name, _, label = full_name.partition("_")
        elif full_name != "present_any":
            continue
        recorded.append(entry_of(name, found, report, report["dataset"], label))
    return recorded


def metrics_of(report: Json, labels: Sequence[str]) -> list[Json]:
    """The `metrics` entries of one evaluation, each with its data set, split, n, interval and what else it
    depends on.
    """
    if "corruptions" in report:
        return corruption_metrics_of(report)
    if "domains" in report:
        return domain_metrics_of(report)
    presence: Json = report.get("presence") or {}
    recorded = []
    for full_name, found in report["metrics"].items():
        name, label, kind = split_name(full_name, labels)
        label = label or report.get("target")
        entry = entry_of(name, found, report, dataset_of(report, label), label)
        if report.get("prompt"):
            entry["prompt"] = report["prompt"]
        if report.get("excluded_labels"):
            entry["excludedLabels"] = sorted(report["excluded_labels"])
        if label in presence and kind:
            about = presence[label]
            entry["negatives"] = {
                "kind": kind,
                "sets": about["sets"][SETS_OF_NEGATIVES[kind]],
                "n": about["images"][kind],
            }
        recorded.append(entry)
    return recorded


def dataset_of(report: Json, label: str | None) -> str:
    """A report of presence is of a folder of sets, whose name says nothing: its data are the sets that show what it
    asks for.
    """
    presence: Json = report.get("presence") or {}
    shown = [presence[label]] if label in presence else presence.values()
    return ", ".join(sorted({name for about in shown for name in about["sets"]["positive"]})) or str(report["dataset"])


def identity(metric: Json) -> tuple[Any, ...]:
    """What makes two entries the same measurement, in the order in which files list them."""
    name, order = metric["name"], NAMES["order"]
    return (
        metric["dataset"], metric["split"], metric.get("excludedLabels", []), metric.get("prompt", ""),
        order.index(name) if name in order else len(order), name,
        metric.get("label", ""), metric.get("negatives", {}).get("kind", ""),
        metric.get("corruption", ""), metric.get("falseRefusals", 0),
    )  # fmt: skip


def merge(before: Iterable[Json], new: Iterable[Json]) -> list[Json]:
    """New entries replace old ones of the same measurement; all others stay, known or not."""
    kept = {json.dumps(identity(m)): m for m in [*before, *new]}
    return sorted(kept.values(), key=identity)


#: What an evaluation measures; what it does not know is somebody's own.
OF_EVALUATION = re.compile("|".join(NAMES["ofEvaluation"]))
#: What only a report on domains has, besides shares of refusals at a threshold.
OF_DOMAINS = ("domain_auroc", "present", "present_any", "answered")


def is_outdated(entry: Json, report: Json) -> bool:
    """Whether an entry is of what the report has measured again, be it that the report has no such number.

    Where every image is refused now, the report has no accuracy and no drop, and the old ones would stand beside the
    new refusals. And a domain may have gone over to another threshold.
    """
    if (entry["dataset"], entry["split"]) != (report["dataset"], report["split"]):
        return False
    if "corruption" in entry:
        of_report = (report.get("target"), report.get("prompt"))
        return (entry.get("label"), entry.get("prompt")) == of_report and entry["corruption"] in report.get(
            "corruptions", {}
        )
    if "falseRefusals" in entry or entry["name"] in OF_DOMAINS:
        return "domains" in report
    if "corruptions" in report or "domains" in report or report.get("presence"):
        return False
    if not OF_EVALUATION.fullmatch(entry["name"]):
        return False
    asked = (entry.get("prompt"), entry.get("excludedLabels", []))
    is_same = asked == (report.get("prompt"), sorted(report.get("excluded_labels") or []))
    return is_same and report.get("target") in (None, entry.get("label"))


def merge_speed(before: Iterable[Json], report: Json, machine: str) -> list[Json]:
    """The milliseconds of an evaluation, one image after another and nothing cached; one entry for each machine and
    provider.
    """
    method = f"npm run evaluate, {dataset_of(report, report.get('target'))}, {report['split']}"
    entry = {"machine": machine, "provider": report["provider"], "method": method, "n": report["n"]}
    kept = {(s["machine"], s["provider"]): s for s in before}
    kept[machine, report["provider"]] = {**entry, "medianMs": report["timings_ms_median"]}
    return [kept[key] for key in sorted(kept)]


def find_model(report: Json, model_files: Iterable[Path]) -> tuple[Path, Json]:
    """The model file of the very weights of a report; an error that lists the digests there are, if there is none."""
    there: dict[str, tuple[Path, Json]] = {}
    for path in model_files:
        content = json.loads(path.read_text())
        # A variant is what a CPU runs.
        for file in [content["model"], *content.get("variants", [])]:
            there[file["sha256"]] = (path, content)
    digests = report.get("digests") or {}
    for role in ("head", "encoder"):
        digest = digests.get(role)
        if digest not in there or (role == "encoder" and "preprocess" not in there[digest][1]):
            known = "\n  ".join(f"{sha} {path.parent.name}/{path.name}" for sha, (path, _) in there.items())
            raise SystemExit(
                f"The report is of {role} weights {digest}, which no model file here describes. Measure these "
                f"again:\n  {known}"
            )
    return there[digests["head"]]


def record(report: Json, model_files: Iterable[Path], machine: str | None = None) -> Path:
    """Writes a report into the model file of its weights; its milliseconds too, if a machine is named that they
    are of.
    """
    path, content = find_model(report, model_files)
    before = [entry for entry in content["metrics"] if not is_outdated(entry, report)]
    content["metrics"] = merge(before, metrics_of(report, content["labels"]))
    if machine:
        content["speed"] = merge_speed(content.get("speed", []), report, machine)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("reports", type=Path, nargs="+")
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    parser.add_argument(
        "--machine", help="what the reports were made on, in words, if it was idle: their milliseconds are recorded too"
    )
    args = parser.parse_args()
    for file in args.reports:
        files = sorted(args.packages.glob("*/weights/**/*.json"))
        written = record(json.loads(file.read_text()), files, args.machine)
        print(f"{file.name} -> {written.relative_to(args.packages)}")


if __name__ == "__main__":
    main()
