"""A head is written as a whole, or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from medzoo_heads import finish
from medzoo_heads.__main__ import main
from medzoo_heads.errors import TrainError
from medzoo_heads.export.staged import check_writable, staged

from .made_embeddings import made_classes


def test_a_full_disk_leaves_the_head_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    emb, out = made_classes().write(tmp_path / "emb"), tmp_path / "model"
    arguments = ["--embeddings", str(emb), "--out", str(out), "--minutes", "1", "--steps", "2"]
    assert main(arguments) == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    capsys.readouterr()

    def fill(path: Path, _: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(finish, "write_json", fill)
    assert main([*arguments, "--labels", "ridge,flat"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"medzoo-train: The head cannot be written to {out}: No space left on device.")
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_the_files_come_together_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "new" / "model"
    out.mkdir(parents=True)
    (out / "head.int8.onnx").write_text("somebody's")
    with staged(out) as folder:
        (folder / "model.json").write_text("{}")
        (folder / "head.onnx").write_text("new")
        assert [file.name for file in out.iterdir() if file.is_file()] == ["head.int8.onnx"]
    assert sorted(file.name for file in out.iterdir()) == ["head.int8.onnx", "head.onnx", "model.json"]


def test_what_is_said_is_so_where_a_file_cannot_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "model.json").mkdir()
    (tmp_path / "head.onnx").write_text("before")
    with (
        pytest.raises(TrainError, match=r"Of this head, it holds head\.onnx only, and") as said,
        staged(tmp_path) as new,
    ):
        (new / "head.onnx").write_text("new")
        (new / "model.json").write_text("{}")
    assert "as it was" not in str(said.value)
    assert (tmp_path / "head.onnx").read_text() == "new"


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    with staged(tmp_path) as folder:
        left = tmp_path / f"{folder.name}left"
        left.mkdir()
        (left / "head.onnx").write_text("half")
    with staged(tmp_path) as folder:
        (folder / "head.onnx").write_text("whole")
    assert [file.name for file in tmp_path.iterdir()] == ["head.onnx"]


def test_a_folder_that_cannot_be_written_to_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_writable(tmp_path / "new" / "model")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainError, match="is a file, and a folder was expected"):
        check_writable(tmp_path / "file" / "model")
    # For root, every folder is writable but those of a disk that is not.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(TrainError, match="nothing can be written to"):
        check_writable(tmp_path / "new" / "model")
