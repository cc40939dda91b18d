"""When training ends, and which weights are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from medzoo_heads.training import LOOKS, PATIENCE, Clock, Plan, train

START = {"w": np.array([3.0, -2.0], np.float32)}
GOAL = np.array([1.0, 1.0], np.float32)


def plan(judge: Any, steps: int) -> Plan:
    """Towards a point; the loss is the square of the distance."""
    return Plan(
        step=lambda weights, key, goal: ((weights["w"] - goal) ** 2).sum(),
        batch=lambda rng: (GOAL,),
        judge=judge,
        steps=steps,
        rate=0.1,
        decay=0.0,
        average=0.5,
    )


def away(weights: Any) -> tuple[float, str]:
    return float(((np.asarray(weights["w"]) - GOAL) ** 2).sum()), "away"


def test_it_goes_where_the_loss_is_small() -> None:
    outcome = train(plan(away, 150), START, Clock(5), 1)
    assert outcome.loss < 0.05
    assert (outcome.steps, outcome.why) == (150, "all steps are done")


def test_the_best_weights_on_val_are_kept_and_it_stops_when_they_are_old() -> None:
    """Val is best at the third look, and never again."""
    seen: list[Any] = []

    def judge(weights: Any) -> tuple[float, str]:
        seen.append(np.asarray(weights["w"]).copy())
        return abs(len(seen) - 3.0), "look"

    outcome = train(plan(judge, 1000), START, Clock(5), 1)
    assert np.array_equal(outcome.weights["w"], seen[2])
    assert len(seen) == 3 + PATIENCE
    assert "has not improved" in outcome.why


def test_it_stops_when_the_time_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that each reading puts on by a second."""
    now = [0.0]

    def tick() -> float:
        now[0] += 1
        return now[0]

    monkeypatch.setattr("medzoo_heads.training.time.monotonic", tick)
    looks: list[float] = []

    def judge(weights: Any) -> tuple[float, str]:
        looks.append(now[0])
        return -float(len(looks)), "look"

    outcome = train(plan(judge, 100_000), START, Clock(5, start=0.0), 1)
    assert outcome.why == "the time is used"
    assert outcome.steps < 300
    # By steps it would have looked once, at the end: every 2000.
    assert 5 < len(looks) <= LOOKS


def test_it_leaves_time_for_a_slow_look_and_for_what_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reading puts the clock on by a tenth of a second, and a look at val takes 20."""
    now = [0.0]

    def tick() -> float:
        now[0] += 0.1
        return now[0]

    def judge(weights: Any) -> tuple[float, str]:
        now[0] += 20
        return 0.0, "look"

    monkeypatch.setattr("medzoo_heads.training.time.monotonic", tick)
    for began, ends in ((0.0, 300 * 0.88), (100.0, 300 - 75)):
        now[0] = began
        assert train(plan(judge, 100_000), START, Clock(5, start=0.0), 1).why == "the time is used"
        assert ends - 45 < now[0] <= ends


def test_it_says_so_when_the_time_was_used_before_it_had_begun(capsys: pytest.CaptureFixture[str]) -> None:
    train(plan(away, 100_000), START, Clock(0.0), 1)
    assert "warning: the time was used after 1 of its steps" in capsys.readouterr().err
    train(plan(away, 20), START, Clock(5), 1)
    assert "warning" not in capsys.readouterr().err
