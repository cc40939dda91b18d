"""Golden records of tensors, in medzoo-train's form: what a model gave for one picture, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from medzoo_heads.export import golden
from torch import Tensor

Numbers = npt.NDArray[np.float32]


def numbers_of(tensor: Tensor) -> Numbers:
    return np.asarray(tensor.detach().float().numpy())


def class_answer(logits: Tensor, labels: Sequence[str], temperature: float) -> dict[str, Any]:
    """What logits, float32 [1, labels], mean: a probability for each label."""
    return golden.class_answer(numbers_of(logits), labels, temperature)


def mask_answer(masks: Tensor, presence: Tensor, quality: Tensor, labels: Sequence[str]) -> dict[str, Any]:
    """What mask logits, float32 [1, labels, height, width], and two numbers for each label, float32 [1, labels],
    mean.
    """
    said = {"masks": masks, "presence": presence, "iou": quality}
    return golden.mask_answer({name: numbers_of(tensor) for name, tensor in said.items()}, labels)


def write_golden(
    folder: Path,
    picture: npt.NDArray[np.uint8],
    stages: Mapping[str, Tensor],
    labels: Sequence[str],
    answer: dict[str, Any],
) -> None:
    golden.write_golden(folder, picture, {name: numbers_of(tensor) for name, tensor in stages.items()}, labels, answer)
