"""Entries of `domains` in a head's model.json: what may be asked for, and which of them an entry takes the place of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from medzoo_heads.domain.background import Background
from medzoo_heads.domain.score import HeadDomain


def check_asked(
    model: dict[str, Any], background: Background, name: str, labels: Sequence[str], covers: Sequence[str]
) -> None:
    """Ends the command for what a zoo would refuse in the file, before images are looked at."""
    if not name.strip() or not name.isprintable():
        raise SystemExit("--name is empty, or no line of text; expected the kind of image in words.")
    check_known("--label", labels, model["labels"], "The head's labels are")
    check_known("--covers", covers, [kind.name for kind in background.known], "The encoder knows")
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise SystemExit(f'--label names "{twice}" twice.')


def check_known(option: str, given: Sequence[str], known: Sequence[str], say: str) -> None:
    unknown = next((one for one in given if one not in known), None)
    if unknown is None:
        return
    near = get_close_matches(unknown, known, 1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    raise SystemExit(f'{option}: there is no "{unknown}". {say} {", ".join(known)}.{hint}')


def put(file: Path, domain: HeadDomain) -> list[str]:
    """Into the head's model.json, before the metrics, which are long; in the place of every entry about one of its
    labels, since a label has one domain at most. Returns the labels that are left without a domain.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    labels = content["labels"]

    def about(entry: dict[str, Any]) -> set[str]:
        return set(entry.get("labels") or labels)

    new = domain.to_json()
    others = [entry for entry in content.pop("domains", []) if not about(entry) & about(new)]
    order = {label: i for i, label in enumerate(labels)}
    entries = sorted([*others, new], key=lambda entry: order.get((entry.get("labels") or [""])[0], -1))
    items = list(content.items())
    place = list(content).index("metrics") if "metrics" in content else len(items)
    write(file, dict([*items[:place], ("domains", entries), *items[place:]]))
    said = set[str]().union(*(about(entry) for entry in entries))
    return [label for label in labels if label not in said]


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
