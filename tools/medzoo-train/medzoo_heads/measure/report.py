"""Metrics in words, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays import Json
from ..training import say


def say_metrics(metrics: Sequence[Json]) -> None:
    say("On test, by which nothing was chosen (95 % interval):")
    for metric in metrics:
        about = f" ({metric['label']})" if "label" in metric else ""
        interval = " to ".join(f"{bound:.3f}" for bound in metric.get("interval95", []))
        say(f"  {metric['name']}{about}: {metric['value']:.3f}{f' ({interval})' if interval else ''}, n {metric['n']}")
    auroc = next((metric["value"] for metric in metrics if metric["name"] == "auroc"), 1.0)
    if auroc < 0.5:
        say("  An AUROC below 0.5 is worse than chance. Are labels swapped in one of the splits?")
