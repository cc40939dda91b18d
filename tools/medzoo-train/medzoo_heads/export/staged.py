"""Writes the files of a head all together, so that a full disk leaves no half of one, nor an earlier one in pieces."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import TrainError

#: By which a folder is known as a whole head: it is moved last.
LAST = "model.json"
#: Before the name of the folder in `out` where files wait until all of them are written.
UNFINISHED = ".unfinished-head-"


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

    A TrainError where one cannot be written, which says whether what is in `out` is as it was.
    """
    moved: list[str] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        forget_unfinished(out)
        with TemporaryDirectory(prefix=UNFINISHED, dir=out, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
            for file in sorted(Path(folder).iterdir(), key=lambda file: file.name == LAST):
                file.replace(out / file.name)
                moved.append(file.name)
    except OSError as error:
        state = (
            f"Of this head, it holds {', '.join(moved)} only, and what is beside may be of an earlier one."
            if moved
            else "What was there before is as it was."
        )
        raise TrainError(
            f"The head cannot be written to {out}: {error.strerror or error}. {state} Make room, or name another "
            "folder with --out, and train again."
        ) from None


def forget_unfinished(out: Path) -> None:
    """Removes what a run that was killed while it wrote has left, which would be published with the head."""
    for folder in out.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)
