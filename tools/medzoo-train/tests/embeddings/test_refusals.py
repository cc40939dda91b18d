"""What is refused, before a minute of training is spent, and the way out that the message names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from medzoo_heads.__main__ import main
from medzoo_heads.embeddings.rows import parse_row
from medzoo_heads.settings import as_option, parse_names, show_names

from ..made_embeddings import DIGEST, SHAPE, Made, made_classes, made_masks

Change = Callable[[Made], None]


def refused(made: Made, folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What the command says; an error unless it ends with 1 and writes no model."""
    emb = made.write(folder / "emb")
    assert (
        main(["--embeddings", str(emb), "--out", str(folder / "model"), "--minutes", "1", "--steps", "2", *options])
        == 1
    )
    assert not (folder / "model" / "head.onnx").exists()
    said = capsys.readouterr().err
    # Names of files may name patients.
    assert "images/" not in said
    return said


def relabel(made: Made) -> None:
    for row in made.rows:
        row["label"] = "flat"


def without_test(made: Made) -> None:
    for row in made.rows:
        row["split"] = row["split"].replace("test", "val")


def three_in_val(made: Made) -> None:
    for row in [row for row in made.rows if row["split"] == "val" and row["label"] == "flat"][3:]:
        row["split"] = "other"


def other_case(made: Made) -> None:
    for row in made.rows[-2:]:
        row["label"] = row["label"].capitalize()


def validation(made: Made) -> None:
    for row in made.rows:
        row["split"] = row["split"].replace("val", "validation")


def not_finite(made: Made) -> None:
    made.embeddings[70, 0, 0, 0] = np.inf


def copy_in_test(made: Made) -> None:
    made.rows[-1]["copy"] = 1


def same_file(made: Made) -> None:
    made.rows[-1]["file"] = made.rows[0]["file"]


def same_content(made: Made) -> None:
    made.rows[0]["sha256"] = made.rows[-1]["sha256"] = "cd" * 32


def same_group(made: Made) -> None:
    made.rows[2]["group"] = made.rows[-1]["group"] = "patient 7"


def nearly_same(made: Made) -> None:
    noise = np.random.default_rng(3).normal(0, 0.05, SHAPE)
    made.embeddings[-1] = made.embeddings[0] + noise.astype(np.float16)


def other_shape(made: Made) -> None:
    made.about["embedding"] = {"shape": [12, 4, 4], "dtype": "float16"}


@pytest.mark.parametrize(
    ("change", "options", "expected"),
    [
        (relabel, [], "There is one label only (flat)"),
        (without_test, [], "have no split test; rows by split: train 96, val 48"),
        (
            other_case,
            [],
            'The labels "Ridge" (2 images) and "ridge" (46 images) differ in case or in spaces around them',
        ),
        (validation, [], 'The split "validation" is unknown. Did you mean val?'),
        (three_in_val, [], 'too few images with the label "flat": 3 in val (at least 5)'),
        (not_finite, [], "The embedding of row 70 holds NaN or infinity"),
        (copy_in_test, [], "is an augmented copy in the split test"),
        (same_file, [], "(the same file: 1)"),
        (same_content, [], "(files of the same content: 1)"),
        (same_group, [], "(the same group: 1)"),
        (nearly_same, [], "(pictures that are nearly the same: 1)"),
        (other_shape, [], "holds F16 [12, 8, 8], and embed.json says F16 [12, 4, 4]"),
        (lambda made: None, ["--labels", "flat,peak"], 'have the label "ridge", which is none of flat, peak'),
        (lambda made: None, ["--labels", "flat,ridge,peak"], 'No train image has the label "peak"'),
        (lambda made: None, ["--labels", "flat,flat"], "--labels names a label twice"),
        (lambda made: None, ["--labels", "flat,,ridge"], "--labels has an empty label"),
        (lambda made: None, ["--leave-out", "peak"], '--leave-out names "peak", which no image has'),
        (lambda made: None, ["--leave-out", "ridge"], "There is one label only (flat)"),
        (lambda made: None, ["--mask-value", "1=a"], "add --task segmentation"),
        (lambda made: None, ["--task", "segmentation"], "hold no masks. Run `medzoo embed` again with --masks"),
        (lambda made: None, ["--id", "skin"], "--title, --intended-use, --modalities is missing"),
        (
            lambda made: None,
            ["--id", "Skin Lesions", "--title", "T", "--intended-use", "Research.", "--modalities", "XC"],
            "expected lower-case words joined by hyphens",
        ),
        (lambda made: None, ["--minutes", "0"], "--minutes 0: expected 0.05 to 1440"),
        (lambda made: None, ["--encoder", "nowhere.json"], "--encoder nowhere.json cannot be read"),
    ],
)
def test_a_set_that_will_not_do(
    change: Change, options: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = made_classes()
    change(made)
    assert expected in refused(made, tmp_path, capsys, *options)


def test_it_advises_to_leave_a_label_out_where_enough_are_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (labels, ending) in enumerate((
        (("flat", "ridge"), "Add images, or move some between the splits by patient."),
        (("flat", "ridge", "peak"), "by patient, or leave the label out with --leave-out."),
    )):  # fmt: skip
        made = made_classes(labels)
        three_in_val(made)
        assert ending in refused(made, tmp_path / str(number), capsys)


def test_a_label_of_several_can_be_left_out_where_it_stands_beside_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = made_classes(("flat", "ridge"))
    three_in_val(made)
    said = refused(made, tmp_path, capsys, "--task", "multilabel", "--separator", "|")
    assert "or leave the label out with --leave-out." in said


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ((1, 2), [], "The masks hold the values 1, 2 beside 0. Say what each target's is"),
        ((1, 2), ["--mask-value", "3=x"], "No mask of train holds the value 3 of --mask-value 3=x; they hold 1, 2"),
        ((1, 2), ["--mask-value", "1=x", "--mask-value", "1=y"], "--mask-value names a value twice"),
        ((1, 2), ["--mask-value", "x"], "--mask-value 'x': expected a value of 0..255 and a label"),
        ((255,), [], "It is not known what the masks show: say it with --labels"),
        ((255,), ["--labels", "a,b"], "--labels names 2, and the masks have one value beside 0"),
        ((1, 2), ["--mask-value", "1=x", "--labels", "x,y"], "--labels has x, y, and --mask-value x"),
    ],
)
def test_masks_that_will_not_do(
    values: tuple[int, ...], options: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert expected in refused(made_masks(values), tmp_path, capsys, "--task", "segmentation", *options)


def test_masks_that_show_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(made_masks(empty=10), tmp_path, capsys, "--task", "segmentation", "--labels", "cell")
    assert 'too few images whose mask shows "cell": 2 in val (at least 5), 2 in test (at least 5)' in said
    assert "--leave-out" not in said


def test_leaks_are_listed_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = made_classes()
    same_content(made)
    (tmp_path / "model").mkdir()
    # As versions before this one left it, in what is published.
    (tmp_path / "model" / "leaks.csv").write_text("reason", encoding="utf-8")
    refused(made, tmp_path, capsys)
    assert not list((tmp_path / "model").iterdir())
    listed = (tmp_path / "emb" / "leaks.csv").read_text(encoding="utf-8").splitlines()
    assert listed[0] == "reason,split,row,file,split_2,row_2,file_2"
    assert listed[1].startswith("files of the same content,train,0,images/flat-train-0.png,test,143,")


def test_another_encoder_than_that_of_the_embeddings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    encoder = tmp_path / "model.json"
    encoder.write_text(json.dumps({"name": "other", "model": {"sha256": "cd" * 32}, "preprocess": {}}))
    said = refused(made_classes(), tmp_path, capsys, "--encoder", str(encoder))
    assert f"encoder tiny with the digest {DIGEST[:12]}" in said
    assert "cdcdcdcdcdcd" in said


def test_another_encoder_than_that_of_the_head_which_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model").mkdir()
    before = {"labels": ["flat", "ridge"], "encoder": {"id": "other", "sha256": "cd" * 32}}
    (tmp_path / "model" / "model.json").write_text(json.dumps(before))
    said = refused(made_classes(), tmp_path, capsys)
    assert "is of a head on the encoder other with the digest cdcdcdcdcdcd" in said


def test_labels_of_the_head_which_is_there_are_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text(json.dumps({"labels": ["flat", "peak"]}))
    assert "has the labels flat, peak, and the train images flat, ridge" in refused(made_classes(), tmp_path, capsys)


def test_a_folder_that_is_unfinished_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emb = made_classes().write(tmp_path / "emb")
    (emb / "embed.json").unlink()
    for folder, expected in ((emb, "`medzoo embed` has not finished there"), (tmp_path / "no", "that is no folder of")):
        assert main(["--embeddings", str(folder), "--out", str(tmp_path / "model")]) == 1
        assert expected in capsys.readouterr().err


def test_a_shard_elsewhere_is_not_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emb = made_classes().write(tmp_path / "emb")
    about = json.loads((emb / "embed.json").read_text())
    (emb / "embed.json").write_text(json.dumps(about | {"shards": ["../shard-00000.safetensors"]}))
    assert main(["--embeddings", str(emb), "--out", str(tmp_path / "model")]) == 1
    assert "is not the name of a file" in capsys.readouterr().err


def test_labels_with_commas_are_shown_as_the_option_takes_them() -> None:
    names = ("cancer, invasive", 'the "other"', "U\u0308bergang")
    assert parse_names(show_names(names)) == (*names[:2], "\u00dcbergang")
    assert as_option(names[0]) == "'\"cancer, invasive\"'"
    assert as_option("No finding") == '"No finding"'


def test_two_spellings_of_an_umlaut_are_one_label_and_one_group() -> None:
    fields = {"row": "0", "index": "0", "copy": "0", "label": "u\u0308", "group": "Mu\u0308ller", "index:u\u0308": "1"}
    row = parse_row(fields, 0, Path("rows.csv"))
    assert (row.label, row.group, dict(row.cells)) == ("\u00fc", "M\u00fcller", {"\u00fc": "1"})
