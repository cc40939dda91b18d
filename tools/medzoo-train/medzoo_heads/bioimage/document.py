"""README.md of a package: what people read on bioimage.io."""

from __future__ import annotations

from ..arrays import Json


def write_document(head: Json, title: str | None, intended_use: str | None) -> str:
    manifest: Json = head.get("manifest", {})
    labels = ", ".join(map(str, head.get("labels", [])))
    parts = [
        f"# {title or manifest.get('title') or head['name']}",
        intended_use or manifest.get("intendedUse") or "Not for diagnosis.",
        "## Use",
        "The ONNX file is the encoder and the head in one: it takes the image and gives the head's outputs. Resize the "
        "whole image as the description of the input says; what is normalised, and what becomes of the outputs, stands "
        "in rdf.yaml. medzoo itself also refuses images of other kinds than the head learnt from, which this file does "
        "not do.",
        f"Labels, in the order of the outputs: {labels}." if labels else "",
        numbers_of(head),
        "## Data",
        "\n".join(f"- {data_line(entry)}" for entry in head.get("trainedOn", [])) or "Not stated.",
        "## Validation",
        metrics_table(head.get("metrics", [])) or "No metrics are recorded.",
        f"Licence: {head.get('licence', 'not stated')}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def numbers_of(head: Json) -> str:
    """What of the model file decides, in words."""
    said = []
    for label, quantity in head.get("quantities", {}).items():
        interval = quantity.get("interval")
        within = f"; {interval['coverage']:.0%} of true values lie within {interval['halfWidth']:g}" if interval else ""
        said.append(f"- {label} is in {quantity['unit']} (UCUM){within}.")
    for label, threshold in head.get("thresholds", {}).items():
        said.append(f"- An image has {label} from a probability of {threshold:g} on.")
    for label, threshold in head.get("presenceThresholds", {}).items():
        said.append(f"- Without a presence of {threshold:g}, the mask of {label} is to be taken as empty.")
    return "\n".join(said)


def data_line(entry: Json) -> str:
    source = f", {entry['source']}" if entry.get("source") else ""
    return f"{entry['dataset']}{source}: {entry.get('n', 'unknown number of')} images, {entry.get('licence')}"


def metrics_table(metrics: list[Json]) -> str:
    if not metrics:
        return ""
    rows = ["| metric | label | value | 95 % interval | data | n |", "| --- | --- | --- | --- | --- | --- |"]
    for metric in metrics:
        interval = " to ".join(f"{bound:g}" for bound in metric.get("interval95", []))
        data = f"{metric.get('dataset', '')}, {metric.get('split', '')}"
        label = metric.get("label", "")
        cells = [metric["name"], label, f"{metric['value']:g}", interval, data, str(metric.get("n", ""))]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
