"""Which numbers a regression answers, and in which unit."""

from __future__ import annotations

import re

from ..arrays import Json
from ..errors import TrainError
from ..settings import Settings

#: As model.json has it: symbols of UCUM, without spaces.
UNIT = re.compile(r"[!-~]{1,16}")


def choose_quantities(settings: Settings, before: Json) -> dict[str, str]:
    """The unit of each label in the order of the outputs: as --quantity says, else as the model.json in --out."""
    known: Json = before.get("quantities") or {}
    said = {**{label: str(about.get("unit", "")) for label, about in known.items()}, **settings.quantities}
    labels = list(settings.labels or settings.quantities or before.get("labels", []))
    if not labels:
        raise TrainError(
            "A regression needs the name and the unit of each number: --quantity LABEL=UNIT, such as "
            '--quantity "bone age=mo". The column of index.csv has that name (bone_age, or bone_age_mo).'
        )
    if len(set(labels)) < len(labels):
        raise TrainError("--labels names a label twice.")
    unnamed = [label for label in settings.quantities if label not in labels]
    if unnamed:
        raise TrainError(f'--quantity names "{unnamed[0]}", which --labels does not.')
    without = [label for label in labels if not said.get(label)]
    if without:
        raise TrainError(
            f'The unit of "{without[0]}" is not known. Say it with --quantity "{without[0]}=mm" (1 for a number '
            "without a unit)."
        )
    for label in labels:
        if not UNIT.fullmatch(said[label]):
            raise TrainError(
                f'The unit {said[label]!r} of "{label}": expected symbols of UCUM without spaces, such as mo, mm, mL, '
                "% or 1."
            )
    return {label: said[label] for label in labels}
