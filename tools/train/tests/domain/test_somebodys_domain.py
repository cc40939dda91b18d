"""`python -m medzoo_train.domain head`: what it refuses, and what it does to the files of somebody's head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.background import Background
from medzoo_heads.domain.gaussian import Gaussian
from medzoo_heads.domain.score import HeadDomain, fit_head
from PIL import Image

from medzoo_train.domain.__main__ import renew_golden
from medzoo_train.domain.background import Domain, fit_background
from medzoo_train.domain.entries import check_asked, put
from medzoo_train.domain.pooled import PooledEncoder

RNG = np.random.default_rng(0)


def cloud(at: float, n: int = 200) -> Floats:
    """Images of one kind: they differ from another kind's in the first three numbers only."""
    x = RNG.normal(0, 1, (n, 12))
    x[:, :3] += at
    return x


def a_background() -> Background:
    kinds = (("one", 0.0), ("two", 4.0), ("three", -5.0))
    return fit_background({name: Domain(cloud(at), (name,)) for name, at in kinds}, directions=6)


def test_an_entry_takes_the_place_of_all_about_one_of_its_labels(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"labels": ["a", "b", "c"]}))
    own = (Gaussian(np.zeros(1), np.eye(1), 0.0, 5, "mine", ("m",)),)

    def add(*labels: str) -> list[str]:
        return put(file, HeadDomain(own, (), {0.05: 1.0}, 0.05, 5, ("m",), labels))

    def labels() -> list[list[str] | None]:
        return [entry.get("labels") for entry in json.loads(file.read_text())["domains"]]

    # One of the whole head, as medzoo-describe writes it, and one of a label would be two of this label.
    assert (add(), labels()) == ([], [None])
    assert (add("b"), labels()) == (["a", "c"], [["b"]])
    assert (add("a", "c"), labels()) == ([], [["a", "c"], ["b"]])
    assert (add("c"), labels()) == (["a"], [["b"], ["c"]])
    assert (add(), labels()) == ([], [None])


@pytest.mark.parametrize(
    ("name", "labels", "covers", "words"),
    [
        (" ", [], [], "--name is empty"),
        ("film\nof a hand", [], [], "no line of text"),
        (
            "film",
            ["lung"],
            [],
            '--label: there is no "lung". The head\'s labels are lungs, ribs. Did you mean "lungs"?',
        ),
        ("film", ["ribs", "ribs"], [], '--label names "ribs" twice'),
        ("film", [], ["tow"], '--covers: there is no "tow". The encoder knows one, two, three. Did you mean "two"?'),
    ],
)
def test_what_a_zoo_would_refuse_is_not_written(name: str, labels: list[str], covers: list[str], words: str) -> None:
    background = a_background()
    with pytest.raises(SystemExit) as ended:
        check_asked({"labels": ["lungs", "ribs"]}, background, name, labels, covers)
    assert words in str(ended.value)
    check_asked({"labels": ["lungs", "ribs"]}, background, "film", ["ribs"], ["two"])


def test_the_golden_record_learns_of_a_new_domain(tmp_path: Path) -> None:
    background = a_background()
    fitted = fit_head(
        background, [background.fit(cloud(0.0), "mine", ["set"])], cloud(0.0, 40), ["set"], covers=("one",)
    )
    golden, model = tmp_path / "golden.json", tmp_path / "model.json"
    model.write_text(json.dumps({"labels": ["a"], "domains": [fitted.to_json()]}))
    golden.write_text(json.dumps({"image": "golden.png", "labels": ["a"], "stages": {}}))
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / "golden.png")

    class Reference:
        def pooled_exactly(self, image: Floats) -> Floats:
            assert image.shape == (4, 6, 3)
            return np.asarray(cloud(0.0, 1)[0])

    renew_golden(golden, model, background, cast(PooledEncoder, Reference()))
    record = json.loads(golden.read_text())
    assert [said["threshold"] for said in record["domains"]] == [fitted.threshold]
    assert record["labels"] == ["a"]
