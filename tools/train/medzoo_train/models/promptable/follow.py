"""Masks followed from where a point is, and how a traced graph says so."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

#: What stands for `follow` in a traced graph, until export/graph/loops.py makes it a loop.
DOMAIN, MARK = "medzoo.export", "Follow"
#: A step is two cells each way: a maximum over columns, then over rows, as kernel and padding.
REACH = (((5, 1), (2, 0)), ((1, 5), (0, 2)))


class Follow(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, part: Tensor, mask: Tensor, steps: int) -> Tensor:
        for _ in range(steps):
            before = part
            for kernel, padding in REACH:
                part = F.max_pool2d(part, kernel, 1, padding)
            part = part * mask
            if torch.equal(part, before):
                break
        return part

    @staticmethod
    def symbolic(g: Any, part: Any, mask: Any, steps: int) -> Any:
        return g.op(f"{DOMAIN}::{MARK}", part, mask, steps_i=steps).setType(part.type())


def follow(part: Tensor, mask: Tensor, steps: int) -> Tensor:
    """`part` grown by two cells a step within `mask`, at most `steps` times; both 1 or 0, float32 [B, 1, H, H].

    Ends when a step has changed nothing, for no later one would. It has no gradient.
    """
    return Follow.apply(part, mask, steps)  # type: ignore[no-any-return]
