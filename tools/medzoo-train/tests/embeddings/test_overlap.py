"""What stands on both sides of a split."""

from __future__ import annotations

from medzoo_heads.embeddings.overlap import find_overlap


def test_the_row_of_the_earlier_split_is_the_one_that_can_be_spared() -> None:
    rows = {"test": ["a1", "b1"], "train": ["a2", "c1", "a3", ""], "val": ["b2", "d1"]}
    pairs = find_overlap(rows, lambda row: row[:1])
    assert pairs == [("b2", "b1"), ("a2", "a1"), ("a3", "a1")]


def test_rows_of_one_split_may_share_what_they_like() -> None:
    assert find_overlap({"train": ["a", "a"], "val": ["b"], "test": []}, lambda row: row) == []
