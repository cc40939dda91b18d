"""Metrics in words, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays import Json
from ..training import say
from .bootstrap import LEAST_GROUPS

#: From as many groups on, a percentile interval of a mean holds the true one at least 9 times in 10, if it is skewed.
ENOUGH_GROUPS = 20


def say_metrics(metrics: Sequence[Json], groups: Sequence[str]) -> None:
    """groups: of each image of test."""
    say("On test, by which nothing was chosen (95 % interval):")
    for metric in metrics:
        about = f" ({metric['label']})" if "label" in metric else ""
        interval = " to ".join(f"{bound:.3f}" for bound in metric.get("interval95", []))
        say(f"  {metric['name']}{about}: {metric['value']:.3f}{f' ({interval})' if interval else ''}, n {metric['n']}")
    for sentence in say_few_groups(len(set(groups))):
        say(f"  {sentence}")
    auroc = next((metric["value"] for metric in metrics if metric["name"] == "auroc"), 1.0)
    if auroc < 0.5:
        say("  An AUROC below 0.5 is worse than chance. Are labels swapped in one of the splits?")


def say_few_groups(groups: int) -> list[str]:
    """What a reader of intervals over so few groups, such as patients, should know."""
    if groups < LEAST_GROUPS:
        return [
            f"Groups: {groups}. An interval takes {LEAST_GROUPS}, and of fewer there is one only for a share that is 0 "
            "or 1 in all of them."
        ]
    if groups >= ENOUGH_GROUPS:
        return []
    return [
        f"Groups: {groups}. Resampling so few makes intervals too narrow: of 6 they hold the true number about 85 "
        "times in 100, of 10 about 88, and of 20 about 92, not 95."
    ]
