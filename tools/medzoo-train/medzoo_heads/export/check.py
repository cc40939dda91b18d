"""What a zoo would refuse at start-up or at the first image, checked before the file is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx

from ..errors import TrainError
from .check_file import find_wrong_weight
from .graph import open_session, run_model

#: Outputs with one entry for each label along axis 1.
PER_LABEL = ("logits", "masks", "iou", "presence", "values", "label_logits", "keypoints")
#: Of these, the first entry is of what has no label.
WITH_BACKGROUND = ("exclusive_masks",)


def check_head(content: bytes, labels: Sequence[str]) -> None:
    """Of what was trained just now: finite weights, a place for each label, and the same answers alone as in a batch.

    check_file.py has the checks of files that somebody else exported.
    """
    model = onnx.load_from_string(content)
    wrong = find_wrong_weight(model)
    if wrong is not None:
        raise TrainError(f"The weights {wrong[0]} are not finite: training diverged. Try another --seed.")
    session = open_session(content)
    rng = np.random.default_rng(1)
    shapes: dict[str, list[Any]] = {value.name: value.shape[1:] for value in session.get_inputs()}
    two = {name: rng.standard_normal([2, *shape]).astype(np.float32) for name, shape in shapes.items()}
    both = run_model(session, two)
    alone = [run_model(session, {name: values[i : i + 1] for name, values in two.items()}) for i in range(2)]
    for name, values in both.items():
        wanted = len(labels) + (name in WITH_BACKGROUND)
        if name in (*PER_LABEL, *WITH_BACKGROUND) and values.shape[:2] != (2, wanted):
            raise TrainError(
                f"The output {name} is of shape {list(values.shape)} for 2 images and {len(labels)} labels "
                f"({', '.join(labels)}); expected [2, {wanted}, ...]. This is a fault of medzoo-train: report it with "
                "the command and the versions in training.json."
            )
        joined = np.concatenate([one[name] for one in alone])
        if not np.isfinite(values).all() or not np.allclose(values, joined, rtol=1e-3, atol=1e-3):
            raise TrainError(f"The output {name} is not finite, or differs when two images are asked about at once.")
