"""Thresholds of presence: as low as held-out negatives let them, where a domain's refusal counts as nothing found."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from medzoo_train.train_presence import LOWEST, Rows, exceeded_by, mixed, thresholds


class Given(nn.Module):
    """Logits are the tokens."""

    def forward(self, tokens: Tensor) -> Tensor:
        return tokens


def rows_of(*parts: tuple[str, list[float], float, bool]) -> Rows:
    """Of each group: its name, its logits of the one target, whether it is there, and whether the domain lets it in."""
    tokens = torch.tensor([[value] for _, values, _, _ in parts for value in values])
    known = torch.tensor([[there] for _, values, there, _ in parts for _ in values])
    inside = torch.tensor([[let_in] for _, values, _, let_in in parts for _ in values])
    return Rows(tokens, known, inside, [name for name, values, _, _ in parts for _ in values])


def test_no_more_than_its_share_exceeds_a_value() -> None:
    logits = torch.arange(100).float()
    assert exceeded_by(logits, 0.02) == 97
    assert exceeded_by(logits, 0.0) == 99
    assert exceeded_by(logits[:0], 0.5) == -float("inf")


def test_photographs_that_get_in_raise_the_threshold_and_refused_ones_do_not() -> None:
    there = ("plain wounds", [3.0] * 50, 1.0, True)
    photographs = ("photo photographs", [-1.0] * 90 + [-0.5] * 10, 0.0, True)
    others = ("plain chests", [-9.0] * 900, 0.0, True)
    assert thresholds(Given(), rows_of(there, photographs, others)).item() == -0.5
    refused = ("photo photographs", photographs[1], 0.0, False)
    assert thresholds(Given(), rows_of(there, refused, others)).item() == LOWEST


def test_no_threshold_misses_more_than_one_in_a_hundred_of_what_is_there_and_answered() -> None:
    photographs = ("photo photographs", [-0.125] * 100, 0.0, True)
    there = ("plain wounds", [-3.0, -2.0] + [3.0] * 98, 1.0, True)
    assert thresholds(Given(), rows_of(there, photographs)).item() == -3.0
    rest = ("plain wounds", [3.0] * 98, 1.0, True)
    refused = ("plain wounds", [-3.0, -2.0], 1.0, False)
    assert thresholds(Given(), rows_of(refused, rest, photographs)).item() == -0.125


def test_fitted_again_on_the_shifted_logits_it_stays_and_moves_with_what_gets_in() -> None:
    def fitted(photographs: float, there: float = 3.0) -> float:
        rows = rows_of(("plain wounds", [there] * 50, 1.0, True), ("photo photographs", [photographs] * 100, 0.0, True))
        return float(thresholds(Given(), rows, lowest=0.0, highest=math.inf).item())

    assert (fitted(-5.0), fitted(0.25), fitted(-5.0, -0.5)) == (0.0, 0.25, -0.5)


def test_mixed_pictures_have_mixed_presence_and_what_is_unknown_of_either_stays_unknown() -> None:
    torch.manual_seed(0)
    y = torch.tensor([[1.0, -1.0], [0.0, 1.0]]).repeat(50, 1)
    x, presence = mixed(y.clone(), y)
    assert ((presence[:, 0] >= 0) & (presence[:, 0] <= 1)).all()
    assert torch.allclose(x[:, 0], presence[:, 0])
    assert (presence[y[:, 1] < 0, 1] == -1).all() and (presence[:, 1] >= 0).any()
