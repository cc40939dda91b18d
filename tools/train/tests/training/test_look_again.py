"""Pictures looked at again: the same ones, noted by whom, and never mixed with those of another file of the encoder."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from medzoo_train.domain.__main__ import check_seen
from medzoo_train.look_again import begin
from medzoo_train.training.seen import Item, Seen

VARIANT = "ab" * 32
#: Of what presence is read from; more than the folder holds that was looked at before.
WIDTH = 6


@pytest.fixture
def before(tmp_path: Path) -> Path:
    seen = Seen(
        tmp_path / "before", [Item("plain", "a", row) for row in range(3)], {"embedding": (2, 1, 1), "tokens": (4,)}
    )
    for row in range(3):
        pixels = np.full((3, 256, 256), row, np.uint8)
        seen.put(row, {"pixels": pixels, "embedding": np.ones((2, 1, 1)), "tokens": np.ones(4)})
    seen.mark(3)
    return tmp_path / "before"


def encoder(variant: str | None) -> Any:
    return SimpleNamespace(variant=variant)


def test_pictures_are_the_same_and_nothing_is_looked_at_yet(before: Path, tmp_path: Path) -> None:
    again = begin(before, tmp_path / "after", VARIANT, WIDTH)
    assert (again.done, again.encoder, again.items) == (0, VARIANT, Seen(before).items)
    assert again.arrays["pixels"][2].min() == again.arrays["pixels"][2].max() == 2
    assert again.arrays["embedding"].shape == (3, 2, 1, 1) and not again.arrays["embedding"].any()
    again.put(0, {"embedding": np.full((2, 1, 1), 7), "tokens": np.zeros(WIDTH)})
    again.mark(1)
    assert Seen(before).arrays["embedding"].max() == 1
    # An interrupted run goes on, and not with another encoder.
    assert begin(before, tmp_path / "after", VARIANT, WIDTH).done == 1
    with pytest.raises(SystemExit, match="another encoder"):
        begin(before, tmp_path / "after", "cd" * 32, WIDTH)


def test_domains_are_not_fitted_on_what_another_file_has_seen(before: Path, tmp_path: Path) -> None:
    again = begin(before, tmp_path / "after", VARIANT, WIDTH)
    check_seen(encoder(None), [Seen(before)])
    check_seen(encoder(VARIANT), [again])
    for running, wanted in ((VARIANT, "look_again"), (None, "medzoo_train.look`")):
        with pytest.raises(SystemExit, match=wanted):
            check_seen(encoder(running), [Seen(before), again])
    # Where no variant ships, looking again says what the reference says.
    assert begin(before, tmp_path / "same", "", WIDTH).encoder is None
