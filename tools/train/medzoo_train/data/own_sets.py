"""Data sets of your own beside ours: a JSON file, which MEDZOO_OWN_SETS names, of entries with the fields of
`SetSpec`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from .set_spec import Augmentation, SetSpec

VARIABLE = "MEDZOO_OWN_SETS"
NEEDED = ("name", "kind", "modality", "licence", "source", "grouping", "subject")
KINDS = ("segmentation", "classification")


class OwnSetError(ValueError):
    """What a person has to mend in the file."""


def read_own_sets(path: Path, ours: Sequence[SetSpec]) -> tuple[SetSpec, ...]:
    """Sets with more images of what the models know already: a target of AutoMed, or a task of MedCls with its classes.

    A new target or task is a head of its own, which `medzoo-train` makes without these models being trained again.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OwnSetError(f"{path}, which {VARIABLE} names, cannot be read as JSON: {error}") from None
    if not isinstance(entries, list):
        raise OwnSetError(f"{path}: expected a list of data sets.")
    specs = [to_spec(entry, f"{path}, set {place}", ours) for place, entry in enumerate(entries, start=1)]
    names = [spec.name for spec in (*ours, *specs)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise OwnSetError(f'{path}: two sets are called "{twice}". A set has the name of its folder.')
    return tuple(specs)


def to_spec(entry: Any, where: str, ours: Sequence[SetSpec]) -> SetSpec:
    if not isinstance(entry, dict):
        raise OwnSetError(f"{where}: expected an object.")
    known = [field.name for field in fields(SetSpec)]
    unknown = next((key for key in entry if key not in known), None)
    if unknown is not None:
        raise OwnSetError(f'{where}: there is no field "{unknown}"; there are {", ".join(known)}.')
    missing = [key for key in NEEDED if not isinstance(entry.get(key), str) or not entry[key]]
    if missing:
        raise OwnSetError(f"{where}: {', '.join(missing)} is missing.")
    if entry["kind"] not in KINDS:
        raise OwnSetError(f"{where}: expected a kind of {' or '.join(KINDS)}; got {entry['kind']}.")
    return SetSpec(
        **{key: entry[key] for key in NEEDED}, augmentation=to_augmentation(entry.get("augmentation", {}), where),
        classes=classes_of(entry, where, ours), shows=tuple(entry.get("shows", ())),
        drop_empty=bool(entry.get("drop_empty")),
    )  # fmt: skip


def classes_of(entry: Mapping[str, Any], where: str, ours: Sequence[SetSpec]) -> tuple[str, ...]:
    """In the order of the model's outputs, which are those of the set that has the task already."""
    alike = [spec for spec in ours if spec.kind == entry["kind"]]
    same = next((spec for spec in alike if spec.subject == entry["subject"]), None)
    if same is None:
        known = ", ".join(sorted({spec.subject for spec in alike}))
        raise OwnSetError(
            f'{where}: no model answers "{entry["subject"]}"; they answer {known}. Anything else is a head of its own: '
            "npm create @medzoo/head."
        )
    given = tuple(entry.get("classes", same.classes))
    if given != same.classes:
        raise OwnSetError(
            f"{where}: expected the classes {', '.join(same.classes)}, in this order; got {', '.join(given)}."
        )
    return given


def to_augmentation(given: Any, where: str) -> Augmentation:
    known = [field.name for field in fields(Augmentation)]
    unknown = next((key for key in given if key not in known), None) if isinstance(given, dict) else "augmentation"
    if unknown is not None:
        raise OwnSetError(f'{where}: augmentation has no "{unknown}"; it has {", ".join(known)}.')
    return Augmentation(**given)
