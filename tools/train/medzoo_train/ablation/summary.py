"""From scores of single images to the numbers of the table: means, intervals, paired differences, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .experiment import Scores
from .statistics import Floats, bootstrap, verdict

#: What is compared with what: the first is said to be better than the second.
SEGMENTATION_CLAIMS = (
    *(("trained-automed-coordinate", f"trained-{way}") for way in ("point", "box", "points", "boxes")),
    ("trained-automed-coordinate", "trained-automed-squeeze-excite"),
    ("trained-automed-coordinate", "trained-unet"),
    ("automed", "automed-zeroed"),
    ("automed", "automed-swapped"),
)
CLASSIFICATION_CLAIMS = (("trained-medcls", "trained-mean-pooling"), ("trained-medcls", "trained-mobilenet"))


def over_seeds(row: Scores) -> Floats:
    """Each image's score, averaged over seeds: the interval is that of the images, the spread of seeds stands apart."""
    averaged: Floats = np.stack(row.each).mean(axis=0)
    return averaged


def summarise_set(
    name: str, subject: str, groups: Sequence[str], rows: Sequence[Scores], claims: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    scores = {row.row: over_seeds(row) for row in rows}
    table = []
    for row in rows:
        seeds = {"seeds": row.seeds, "of_seeds": [round(float(one.mean()), 4) for one in row.each]} if row.seeds else {}
        table.append(
            {"row": row.row, "parameters": row.parameters, **bootstrap(scores[row.row], groups).to_json(), **seeds}
        )
    compared = []
    for first, second in claims:
        difference = bootstrap(scores[first] - scores[second], groups)
        compared.append({"first": first, "second": second, **difference.to_json(), "verdict": verdict(difference)})
    n = {"n": len(groups), "groups": len(set(groups))}
    return {"set": name, "subject": subject, **n, "rows": table, "differences": compared}
