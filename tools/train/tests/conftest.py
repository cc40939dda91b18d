"""Where the data that may not be copied into the project lies, and what is said when it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MEDZOO_SHARED", Path(__file__).parents[4] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"left out: the shared data folder is not beside the repository ({SHARED.name}/ not found)")
    return SHARED
