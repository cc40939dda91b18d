"""Truth in columns of the index, and where a place goes when a copy is mirrored and turned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medzoo_heads.embeddings.columns import (
    check_inside,
    find_column,
    listed_in,
    move_places,
    numbers_in,
    presences_in,
)
from medzoo_heads.embeddings.rows import Row, read_rows
from medzoo_heads.errors import TrainError
from medzoo_heads.settings import parse_names

from ..made_embeddings import made_numbers

STRETCHED: dict[str, Any] = {"size": {"width": 32, "height": 32}, "fit": "stretch"}


def row_with(cells: dict[str, str], label: str = "", augmentation: str = "") -> Row:
    return Row(0, "s", 0, "f", "train", label, "", 0, "f", "", (40, 30), augmentation, "", cells)


def test_columns_of_the_index_are_read(tmp_path: Path) -> None:
    rows = read_rows(made_numbers().write(tmp_path / "emb") / "rows.csv")
    assert rows[1].size == (40, 30)
    assert set(rows[1].cells) == {"length_mm", "age", "thick", "old"}
    # An empty cell is left out.
    assert "age" not in rows[0].cells


def test_a_column_is_found_by_the_label_with_or_without_its_unit() -> None:
    rows = [row_with({"bone_age_mo": "12", "spacing": "1"})]
    assert find_column(rows, "Bone age", ("_mo", "")) == "bone_age_mo"
    with pytest.raises(TrainError, match=r"such as height_mm\. There are bone_age_mo, spacing"):
        find_column(rows, "height", ("_mm", ""))


def test_the_column_with_the_unit_goes_before_one_that_may_be_in_another() -> None:
    rows = [row_with({"age": "3", "age_mo": "36"})]
    assert find_column(rows, "age", ("_mo", "")) == "age_mo"
    assert find_column(rows, "age", ("_a", "")) == "age"


def test_columns_that_are_called_nearly_alike_are_told_apart() -> None:
    rows = [row_with({"her2+": "1", "her2-": "0", "t 1": "1", "t_1": "0"})]
    assert [find_column(rows, label) for label in ("HER2-", "HER2+", "T 1")] == ["her2-", "her2+", "t 1"]
    with pytest.raises(TrainError, match=r'The columns t 1 and t_1 of index\.csv are both called as the label "T-1"'):
        find_column(rows, "T-1")


def test_what_is_not_known_is_nan_and_text_is_refused() -> None:
    rows = [row_with({"a": "1"}), row_with({}), row_with({"a": "-1"})]
    assert presences_in(rows, ["a"]).ravel() == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    with pytest.raises(TrainError, match="has 2 in the column a"):
        presences_in([row_with({"a": "2"})], ["a"])
    for text in ("12,5", "nan", "inf", "none"):
        with pytest.raises(TrainError, match=r"Row 0 of rows\.csv has text in the column a"):
            numbers_in([row_with({"a": text})], ["a"])


def test_text_in_every_row_is_told_from_a_column_that_is_not_there() -> None:
    # `medzoo embed` passes on what holds a number somewhere: "3,5" and "yes" are none.
    with pytest.raises(TrainError, match=r"No column has any: write them with a point, such as 12\.5, and yes and no"):
        find_column([row_with({})], "age")


def test_a_name_with_a_comma_stands_in_quotes() -> None:
    assert parse_names('a, "b, c" ,d') == ("a", "b, c", "d")
    assert parse_names("a,,b") == ("a", "", "b")
    assert parse_names(None) == ()


def test_several_labels_in_one_cell() -> None:
    rows = [row_with({}, "mass|effusion"), row_with({}, "nothing"), row_with({})]
    found = listed_in(rows, ["effusion", "mass"], "|")
    assert found.ravel() == pytest.approx([1, 1, 0, 0, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_place_goes_where_its_pixel_goes(flip: bool, rotate: int) -> None:
    """Held against a picture of one white pixel that is moved as `medzoo embed` moves it."""
    picture = np.zeros((30, 40))
    picture[7, 11] = 1
    moved = picture[:, ::-1] if flip else picture
    # np.rot90 turns anticlockwise.
    moved = np.rot90(moved, -rotate // 90)
    y, x = np.argwhere(moved)[0]
    row = row_with({}, augmentation=f'{{"flip": {str(flip).lower()}, "rotate": {rotate}}}')
    (found,) = move_places(row, np.array([[11.5, 7.5]]), STRETCHED)
    assert found == pytest.approx([(x + 0.5) / moved.shape[1], (y + 0.5) / moved.shape[0]])


def test_a_letterboxed_image_covers_a_part_of_the_input() -> None:
    (found,) = move_places(row_with({}), np.array([[40.0, 30.0]]), {**STRETCHED, "fit": "letterbox"})
    assert found.tolist() == [1, 0.75]


def test_a_place_outside_of_its_image_is_refused() -> None:
    check_inside(row_with({}), ("a_x", "a_y"), np.array([40.0, np.nan]))
    with pytest.raises(TrainError, match="has 31 in the column a_y, and its image goes from 0 to 30 pixels"):
        check_inside(row_with({}), ("a_x", "a_y"), np.array([1.0, 31.0]))
    with pytest.raises(TrainError, match="no width and height"):
        check_inside(replace(row_with({}), size=(0, 0)), ("a_x", "a_y"), np.array([1.0, 1.0]))
