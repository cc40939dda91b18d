"""Where the data that may not be copied into the project lies, and what is said when it is not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from medzoo_train.export.int8 import activation_ranges, gate_pictures
from medzoo_train.models.checkpoints.read_checkpoint import read_checkpoint
from medzoo_train.models.promptable.sam_med2d import SamMed2d, sam_med2d_from
from tests.int8.small_automed import write_packages

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


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages with a small encoder and a small AutoMed, which nobody may change."""
    root = tmp_path_factory.mktemp("exported")
    write_packages(root)
    return root


@pytest.fixture
def packages(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of them, and a gate that asks few pictures."""
    monkeypatch.setattr(gate_pictures, "MADE", 6)
    # Ranges need not be the best here, and are most of the time.
    monkeypatch.setattr(activation_ranges, "SHARES", np.linspace(0.5, 1, 3))
    return Path(shutil.copytree(exported, tmp_path / "packages"))
