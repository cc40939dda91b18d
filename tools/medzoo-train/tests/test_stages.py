"""The encoder's stages beside the embedding: cut out of its file, chosen on val, and carried by the head."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest

from medzoo_heads.__main__ import main
from medzoo_heads.embeddings.embeddings import Embeddings
from medzoo_heads.export.encoder import EncoderFile
from medzoo_heads.export.graph import Graph, open_session, run_model
from medzoo_heads.stages.cut import STAGES, cut_stages
from medzoo_heads.stages.wide import Wide, look_wider
from medzoo_heads.training import Clock

from .made_embeddings import SHAPE, Made, made_classes, made_numbers

SIDE = 32
GRID = (SHAPE[1], SHAPE[2])


def write_encoder(folder: Path, stages: tuple[str, ...] = STAGES) -> Path:
    """Three maps of the embedding's grid from the image's colours, and an embedding of them."""
    rng = np.random.default_rng(1)
    graph = Graph()
    value = graph.add("AveragePool", "image", kernel_shape=[4, 4], strides=[4, 4])
    channels = 3
    for name, wider in zip(stages, (4, 5, 6), strict=True):
        weight = graph.constant(rng.normal(0, 1, (wider, channels, 1, 1)))
        value = graph.add("Add", graph.add("Conv", value, weight), graph.constant(np.ones((1, wider, 1, 1))), out=name)
        channels = wider
    graph.add("Conv", value, graph.constant(rng.normal(0, 1, (SHAPE[0], channels, 1, 1))), out="embedding")
    model = graph.model({"image": ["batch", 3, SIDE, SIDE]}, {"embedding": ["batch", *SHAPE]})
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "encoder.onnx")
    digest = hashlib.sha256((folder / "encoder.onnx").read_bytes()).hexdigest()
    preprocess = {
        "size": {"width": SIDE, "height": SIDE}, "fit": "stretch", "interpolation": "bilinear", "antialias": True,
        "channels": "rgb", "mean": [120.0] * 3, "std": [60.0] * 3,
    }  # fmt: skip
    content = {"model": {"url": "./encoder.onnx", "sha256": digest}, "preprocess": preprocess}
    (folder / "model.json").write_text(json.dumps(content))
    return folder / "model.json"


def with_images(made: Made, encoder: Path, colours: dict[str, int]) -> Made:
    """Each image has a patch whose red says its label, as far as `colours` have it."""
    rng = np.random.default_rng(2)
    images = rng.integers(100, 140, (len(made.rows), 3, SIDE, SIDE)).astype(np.uint8)
    for image, row in zip(images, made.rows, strict=True):
        y, x = rng.integers(0, SIDE - 12, 2)
        image[0, y : y + 12, x : x + 12] = colours.get(row["label"], 120)
    made.tensors["images"] = images
    made.about["encoder"]["digest"] = json.loads(encoder.read_text())["model"]["sha256"]
    return made


def train(emb: Path, out: Path, *options: str) -> Any:
    assert main(["--embeddings", str(emb), "--out", str(out), "--minutes", "3", "--steps", "12", *options]) == 0
    return json.loads((out / "model.json").read_text())


def untold(made: Made) -> Made:
    """Embeddings that say nothing of the label."""
    made.embeddings = np.random.default_rng(3).normal(0, 1, made.embeddings.shape).astype(np.float16)
    return made


def test_a_head_reads_the_image_where_only_that_tells_the_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    made = with_images(untold(made_classes()), encoder, {"flat": 30, "ridge": 230})
    emb = made.write(tmp_path / "emb")
    content = train(emb, tmp_path / "model", "--encoder", str(encoder))
    assert "it takes the image beside the embedding" in capsys.readouterr().err
    declared = {spec["name"]: spec["shape"] for spec in content["model"]["inputs"]}
    assert declared == {"embedding": ["batch", *SHAPE], "image": ["batch", 3, SIDE, SIDE]}
    accuracy = next(metric for metric in content["metrics"] if metric["name"] == "accuracy")
    assert accuracy["value"] > 0.9
    assert json.loads((tmp_path / "model" / "training.json").read_text())["stages"] is True

    # The file by itself, as a zoo runs it: evidence is of the cells, and sums to the margin but for a constant.
    embeddings = Embeddings(emb)
    rows = [row for row in embeddings.rows if row.split == "test"]
    feeds = {
        "embedding": embeddings.take(rows).astype(np.float32),
        "image": ((embeddings.images(rows) - np.float32(120)) / np.float32(60)).astype(np.float32),
    }
    found = run_model(open_session(tmp_path / "model" / "head.onnx"), feeds)
    truth = [content["labels"].index(row.label) for row in rows]
    assert (found["logits"].argmax(1) == truth).mean() == pytest.approx(accuracy["value"])
    assert found["evidence"].shape == (len(rows), *GRID)
    top = found["logits"].argmax(1)
    margin = np.take_along_axis(found["logits"], top[:, None], 1)[:, 0] - found["logits"].min(1)
    for label in (0, 1):
        constants = (found["evidence"].sum((1, 2)) - margin)[top == label]
        assert np.ptp(constants) < 1e-3


def test_a_head_reads_the_embedding_alone_where_that_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    emb = with_images(made_classes(), encoder, {}).write(tmp_path / "emb")
    content = train(emb, tmp_path / "model", "--encoder", str(encoder))
    assert "They are not worth it" in capsys.readouterr().err
    assert [spec["name"] for spec in content["model"]["inputs"]] == ["embedding"]


@pytest.mark.parametrize("told", [True, False])
def test_numbers_and_several_labels_read_the_image_where_only_that_tells_them(told: bool, tmp_path: Path) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    made = with_images(made_numbers() if told else untold(made_numbers()), encoder, {})
    for image, row in zip(made.tensors["images"], made.rows, strict=True):
        if not told:
            image[0] = np.clip(4 * float(row["index:length_mm"]) + image[0].astype(float) - 200, 0, 255)
    emb = made.write(tmp_path / "emb")
    options = ["--encoder", str(encoder)]
    length = train(emb, tmp_path / "length", *options, "--task", "regression", "--quantity", "length=mm")
    assert [spec["name"] for spec in length["model"]["inputs"]] == ["embedding", *([] if told else ["image"])]
    # Lengths deviate by 10.
    assert next(metric["value"] for metric in length["metrics"] if metric["name"] == "mae") < 3
    if not told:
        thick = train(emb, tmp_path / "thick", *options, "--task", "multilabel", "--labels", "thick")
        assert [spec["name"] for spec in thick["model"]["inputs"]] == ["embedding", "image"]
        assert next(metric["value"] for metric in thick["metrics"] if metric["name"] == "auroc") > 0.9


def test_stages_are_of_the_encoders_own_values(tmp_path: Path) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    emb = with_images(made_classes(), encoder, {}).write(tmp_path / "emb")
    embeddings = Embeddings(emb)
    file = EncoderFile(encoder, embeddings.about)
    cut = cut_stages(file, GRID)
    assert cut is not None
    assert cut.channels == (4, 5, 6)
    whole = onnx.load(str(file.find_file()))
    whole.graph.output.extend(onnx.helper.make_tensor_value_info(name, 1, None) for name in STAGES)
    image = np.random.default_rng(4).normal(0, 1, (2, 3, SIDE, SIDE)).astype(np.float32)
    expected, found = (run_model(open_session(model), {"image": image}) for model in (whole, cut.model))
    for name, output in zip(STAGES, cut.outputs, strict=True):
        np.testing.assert_array_equal(found[output], expected[name])


def test_a_channel_without_deviation_stays_small(tmp_path: Path) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    made = with_images(made_classes(), encoder, {"flat": 30, "ridge": 230})
    embeddings = Embeddings(made.write(tmp_path / "emb"))
    cut = cut_stages(EncoderFile(encoder, embeddings.about), GRID)
    assert cut is not None
    wide = Wide(embeddings, cut, embeddings.rows, embeddings.rows[:20])
    assert wide.look(Clock(3))
    maps = wide.maps.astype(np.float32)
    maps[:, 0] = 7
    wide.maps[:] = maps
    wide.standardise()
    assert np.abs(wide.maps[:, 0]).max() == 0
    assert wide.scale.max() <= 20.001 * np.median(wide.scale)


def test_nothing_is_looked_at_without_images_stages_file_or_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    made = with_images(made_classes(), encoder, {})
    embeddings = Embeddings(made.write(tmp_path / "emb"))
    rows = embeddings.rows
    file = EncoderFile(encoder, embeddings.about)
    assert look_wider(embeddings, file, rows, rows, Clock(3)) is not None
    assert look_wider(embeddings, None, rows, rows, Clock(3)) is None
    assert look_wider(embeddings, file, rows, rows, Clock(1e-6)) is None
    assert "more than half of the --minutes" in capsys.readouterr().err
    assert cut_stages(file, (GRID[0] + 1, GRID[1])) is None

    other = write_encoder(tmp_path / "other", ("first", "second", "third"))
    with_images(made, other, {})
    assert cut_stages(EncoderFile(other, Embeddings(made.write(tmp_path / "emb")).about), GRID) is None

    del made.tensors["images"]
    with_images(made, encoder, {})
    del made.tensors["images"]
    bare = Embeddings(made.write(tmp_path / "bare"))
    assert look_wider(bare, file, bare.rows, bare.rows, Clock(3)) is None
    file.find_file().unlink()
    assert cut_stages(file, GRID) is None


def test_a_disk_without_room_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = write_encoder(tmp_path / "encoder")
    embeddings = Embeddings(with_images(made_classes(), encoder, {}).write(tmp_path / "emb"))
    rows = embeddings.rows
    # 15 channels of 8 x 8 in half precision for each row.
    needed = 2 * 15 * 64 * len(rows)
    for free, is_left_out in ((needed, True), (2 * needed, False)):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        wide = look_wider(embeddings, EncoderFile(encoder, embeddings.about), rows, rows, Clock(5))
        assert (wide is None) == is_left_out
    assert "The encoder's stages are left out: they need 0.0 GB" in capsys.readouterr().err
