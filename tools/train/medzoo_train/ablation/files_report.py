"""`python -m medzoo_train.ablation.files_report RESULTS.json --docs FILE`: writes what the shipped files answer
into their section of a Markdown page.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .files import ARMS, MOST_PARTS
from .report import insert, markdown_table
from .section import FILES

BEGIN = "<!-- files:begin: written by medzoo_train.ablation.files_report -->"
END = "<!-- files:end -->"

PROMPTS = {
    "point": "one point",
    "points": "a point in each part",
    "box": "one tight box",
    "boxes": "a tight box around each part",
}
OPPONENT = {f"opponent_{way}": PROMPTS[way] for way in ("box", "boxes")}
ROWS = {
    "automed": "AutoMed, no prompt",
    **{way: f"the promptable head, {words}" for way, words in PROMPTS.items()},
    **{arm: f"LiteMedSAM, {words}" for arm, words in OPPONENT.items()},
}
VERDICTS = {"holds": "better", "does not hold": "**worse**", "undecided": "undecided"}
Report = Mapping[str, Any]


def interval(entry: Report, form: str) -> str:
    return f"{entry['mean']:{form}} ({entry['low']:{form}} to {entry['high']:{form}})"


def score_table(reports: Sequence[Report]) -> str:
    """Rows are arms, columns are sets."""
    head = ["", *(f"{one['label']} (n {one['n']}, {one['groups']} groups)" for one in reports)]
    lines = [[ROWS[arm], *(interval(one["dice"][arm], ".3f") for one in reports)] for arm in ARMS]
    return "\n".join(markdown_table(head, lines))


def difference_table(reports: Sequence[Report]) -> str:
    """What AutoMed is above or below each other arm."""
    lines = []
    for arm in ARMS[1:]:
        cells = (f"{interval(d, '+.3f')}: {VERDICTS[d['verdict']]}" for d in (one["less"][arm] for one in reports))
        lines.append([ROWS[arm], *cells])
    return "\n".join(markdown_table(["AutoMed less", *(one["label"] for one in reports)], lines))


def in_words(reports: Sequence[Report], arm: str) -> str:
    """One line: on which sets AutoMed is better, worse, or neither."""
    groups: dict[str, list[str]] = {}
    for one in reports:
        groups.setdefault(one["less"][arm]["verdict"], []).append(one["label"])
    words = {"holds": "better on", "does not hold": "**worse** on", "undecided": "undecided on"}
    said = [f"{words[verdict]} {', '.join(groups[verdict])}" for verdict in words if verdict in groups]
    line = f"- against {ROWS[arm].replace(', ', ' with ', 1)}: {'; '.join(said)}."
    return textwrap.fill(line, 120, subsequent_indent="  ")


def render(results: Report) -> str:
    """The section as Markdown: every number of it, and every verdict, is computed from `results`."""
    reports, limit = results["sets"], results["limit"]
    images = f"{limit} images of each set, drawn with seed 2, split" if limit else "Every image of each set's split"
    return FILES.format(
        images=images,
        split=results["split"],
        parts=MOST_PARTS,
        scores=score_table(reports),
        differences=difference_table(reports),
        claims="\n".join(in_words(reports, arm) for arm in ARMS[1:]),
        **{name: digest[:12] for name, digest in results["files"].items()},
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m medzoo_train.ablation.files_report",
        description="Writes what the shipped files answer into a Markdown page.",
    )
    parser.add_argument("results", type=Path, help="JSON of python -m medzoo_train.ablation.files")
    parser.add_argument("--docs", type=Path, default=Path(__file__).parents[4] / "docs" / "results.md")
    args = parser.parse_args(arguments)
    page = args.docs.read_text() if args.docs.is_file() else ""
    args.docs.write_text(insert(page, render(json.loads(args.results.read_text())), BEGIN, END))


if __name__ == "__main__":
    main()
