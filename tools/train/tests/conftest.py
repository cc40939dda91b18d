"""Where the data that may not be copied into the project lies, and what is said when it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medzoo_train.models.read_checkpoint import read_checkpoint
from medzoo_train.models.sam_med2d import SamMed2d, sam_med2d_from

SHARED = Path(os.environ.get("MEDZOO_SHARED", Path(__file__).parents[4] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"left out: the shared data folder is not beside the repository ({SHARED.name}/ not found)")
    return SHARED


@pytest.fixture(scope="module")
def mini(shared: Path) -> Path:
    return shared / "fixtures" / "sammed2d-mini"


@pytest.fixture(scope="module")
def sam(mini: Path) -> SamMed2d:
    return sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth"))
