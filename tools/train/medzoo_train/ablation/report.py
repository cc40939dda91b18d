"""`python -m medzoo_train.ablation.report RESULTS.json --docs FILE`: writes the results into their section of a
Markdown page.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .section import SECTION, SMALL

BEGIN = "<!-- ablation:begin: written by medzoo_train.ablation.report -->"
END = "<!-- ablation:end -->"

#: Steps from which a budget needs no word of caution.
CONVERGED = 2000

PROMPTS = {
    "point": "one centre point",
    "box": "one tight box",
    "points": "a centre point in each component",
    "boxes": "a tight box around each component",
}
AUTOMED = {
    "automed": "AutoMed, no prompt",
    "automed-zeroed": "AutoMed, embedding zeroed",
    "automed-swapped": "AutoMed, another image's embedding",
}
TRAINED = {
    "trained-automed-coordinate": "AutoMed, coordinate attention (ours)",
    "trained-automed-squeeze-excite": "AutoMed, squeeze-and-excite",
    "trained-unet": "plain U-Net",
}
ROWS: Mapping[str, str] = {
    **AUTOMED,
    **TRAINED,
    **{f"trained-{way}": f"promptable head, {words}" for way, words in PROMPTS.items()},
    "medcls": "MedCls as shipped",
    "trained-medcls": "MedCls (attention modules)",
    "trained-mean-pooling": "mean pooling + linear",
    "trained-mobilenet": "MobileNetV3-small from pixels",
}


def number(value: float) -> str:
    return f"{value:.3f}"


def signed(value: float) -> str:
    return f"{value:+.3f}"


def size_of(parameters: int) -> str:
    return f"{parameters / 1e6:.2f} M" if parameters >= 1e5 else f"{parameters / 1e3:.1f} k"


def reads_prompts(sets: Sequence[Mapping[str, Any]]) -> str:
    """How much the trained promptable head minds what it is given: the largest change of its mean Dice from a point to
    a box.
    """
    changes = (row_of(one, "trained-box")["mean"] - row_of(one, "trained-point")["mean"] for one in sets)
    return number(max(map(abs, changes)))


def cell(entry: Mapping[str, Any], show: Callable[[float], str] = number) -> str:
    return f"{show(entry['mean'])} ({show(entry['low'])} to {show(entry['high'])})"


def row_of(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(row for row in one["rows"] if row["row"] == name)


def difference_of(one: Mapping[str, Any], first: str, second: str) -> Mapping[str, Any]:
    return next(d for d in one["differences"] if (d["first"], d["second"]) == (first, second))


def markdown_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines)]


def score_table(sets: Sequence[Mapping[str, Any]], wanted: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    """Rows are arms, columns are sets; a cell is mean and interval, and under it each seed's mean where there are
    several.
    """
    head = ["", "parameters", *(f"{one['subject']} (n {one['n']}, {one['groups']} groups)" for one in sets)]
    lines = []
    for row in sets[0]["rows"]:
        if not wanted(row):
            continue
        cells = []
        for one in sets:
            entry = row_of(one, row["row"])
            spread = (
                f"<br>seeds {', '.join(map(number, entry['of_seeds']))}" if len(entry.get("of_seeds", [])) > 1 else ""
            )
            cells.append(cell(entry) + spread)
        lines.append([ROWS[row["row"]], size_of(row["parameters"]), *cells])
    return markdown_table(head, lines)


def difference_table(sets: Sequence[Mapping[str, Any]], pairs: Sequence[tuple[str, str]], title: str) -> list[str]:
    lines = []
    for first, second in pairs:
        found = [difference_of(one, first, second) for one in sets]
        lines.append([f"{ROWS[first]} less {ROWS[second]}", *(f"{cell(d, signed)}: {d['verdict']}" for d in found)])
    return markdown_table([title, *(one["subject"] for one in sets)], lines)


def in_words(sets: Sequence[Mapping[str, Any]], first: str, second: str, against: str) -> str:
    """One line: where the first beats the second, where it is the other way round, where the images do not tell."""
    groups: dict[str, list[str]] = {}
    for one in sets:
        groups.setdefault(difference_of(one, first, second)["verdict"], []).append(one["subject"])
    words = {"holds": "holds on", "does not hold": "**does not hold** on", "undecided": "is undecided on"}
    said = [f"{word} {', '.join(groups[verdict])}" for verdict, word in words.items() if verdict in groups]
    return f"- Against {against} it {'; '.join(said)}."


def render(results: Mapping[str, Any]) -> str:
    """The section as Markdown: every number of it is computed from `results`."""
    budget, masks, classes = results["budget"], results["segmentation"], results["classification"]

    def differences(sets: Sequence[Mapping[str, Any]], start: str, title: str) -> str:
        pairs = [(d["first"], d["second"]) for d in sets[0]["differences"] if d["first"].startswith(start)]
        return "\n".join(difference_table(sets, pairs, title))

    parts = {
        "shipped": "\n".join(score_table(masks, lambda row: not row["row"].startswith("trained-"))),
        "shipped_differences": differences(masks, "automed", "Dice, difference"),
        "caution": SMALL.format(**budget) if budget["steps"] < CONVERGED else "",
        "trained": "\n".join(score_table(masks, lambda row: row["row"].startswith("trained-"))),
        "trained_differences": differences(masks, "trained-", "Dice, difference"),
        "trained_claims": "\n".join(
            in_words(masks, "trained-automed-coordinate", f"trained-{way}", words) for way, words in PROMPTS.items()
        ),
        "attention": in_words(
            masks, "trained-automed-coordinate", "trained-automed-squeeze-excite", "squeeze-and-excite"
        ),
        "unet": in_words(masks, "trained-automed-coordinate", "trained-unet", "a plain U-Net"),
        "classes": "\n".join(score_table(classes, lambda row: True)),
        "class_differences": differences(classes, "", "accuracy, difference"),
        "pooling": in_words(classes, "trained-medcls", "trained-mean-pooling", "mean pooling"),
        "mobilenet": in_words(classes, "trained-medcls", "trained-mobilenet", "MobileNetV3-small from pixels"),
    }
    copies = f"{budget['copies']} copies of the training images, all but the first augmented"
    drawn = copies if budget["copies"] > 1 else "the training images as they are"
    encoder = f"{results['encoder_parameters'] / 1e6:.2f} M"
    seeds = ", ".join(map(str, results["seeds"]))
    facts = {name: results[name] for name in ("split", "torch")} | {"weights": results["weights"][:12]}
    reads = reads_prompts(masks)
    return SECTION.format(**budget, **facts, **parts, reads_trained=reads, seeds=seeds, encoder=encoder, drawn=drawn)


def insert(page: str, section: str, begin: str = BEGIN, end: str = END) -> str:
    """The page with its marked section replaced, or added at the end; what stands outside the marks is left as
    it is.
    """
    block = f"{begin}\n\n{section}\n\n{end}"
    if (begin in page) != (end in page) or page.count(begin) > 1 or page.count(end) > 1:
        raise SystemExit(f"The page should hold {begin} and {end} once each, or neither.")
    if begin in page:
        before, rest = page.split(begin)
        return before + block + rest.split(end)[1]
    return f"{page.rstrip() or '# Results'}\n\n{block}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m medzoo_train.ablation.report", description="Writes the ablation's results into a Markdown page."
    )
    parser.add_argument("results", type=Path, help="JSON of python -m medzoo_train.ablation")
    parser.add_argument("--docs", type=Path, default=Path(__file__).parents[4] / "docs" / "results.md")
    args = parser.parse_args(arguments)
    page = args.docs.read_text() if args.docs.is_file() else ""
    args.docs.write_text(insert(page, render(json.loads(args.results.read_text()))))


if __name__ == "__main__":
    main()
