"""Writes the files of a head all together, so that a full disk leaves no half of one, nor an earlier one in pieces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import TrainError

#: By which a folder is known as a whole head: it is moved last.
LAST = "model.json"


def check_writable(out: Path) -> None:
    """An error where `out` cannot be written to, before minutes are spent on what goes there. It makes no folder."""
    nearest = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not nearest.is_dir():
        raise TrainError(f"--out {out}: {nearest} is a file, and a folder was expected. Name another folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise TrainError(f"--out {out}: nothing can be written to {nearest}. Name another folder.")


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """An empty folder, whose files take the place of those in `out` when all of them are written.

    A TrainError where one cannot be written: what is in `out` is then as it was.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=out) as folder:
            yield Path(folder)
            for file in sorted(Path(folder).iterdir(), key=lambda file: file.name == LAST):
                file.replace(out / file.name)
    except OSError as error:
        raise TrainError(
            f"The head cannot be written to {out}: {error.strerror or error}. What was there before is as it was. Make "
            "room, or name another folder with --out, and train again."
        ) from None
