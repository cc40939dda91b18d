"""Where things lie that tests read."""

from __future__ import annotations

from pathlib import Path

#: tools/train, from which its commands are called.
TRAIN = Path(__file__).parents[1]
REPOSITORY = TRAIN.parents[1]
PACKAGES = REPOSITORY / "packages"
