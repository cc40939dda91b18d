"""Photographs as negatives: which are taken out of packages, what is made of them, and limbs with a wound or
without.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medzoo_train.data.limbs import bare_limb, limb_with_wound
from medzoo_train.data.photographs import frame_box, is_held_out, load_photographs, photograph_picture, recolour
from medzoo_train.photographs import DRAWN, Source, carve, is_thing, keep
from tests.places import TRAIN
from tests.tiny_data import draw_photographs


def test_photographs_are_split_by_name_and_pictures_of_them_are_seeded(tmp_path: Path) -> None:
    folder = draw_photographs(tmp_path / "photographs")
    train, val = load_photographs(folder, "train"), load_photographs(folder, "val")
    with (folder / "index.csv").open(newline="") as file:
        names = [row["id"] for row in csv.DictReader(file)]
    assert len(val) == sum(map(is_held_out, names)) > 0 and len(train) + len(val) == len(names)
    pictures = [photograph_picture(train, row, 48, np.random.default_rng(row)) for row in range(8)]
    assert all(picture.shape == (3, 48, 48) and picture.dtype == np.uint8 for picture in pictures)
    assert np.array_equal(pictures[3], photograph_picture(train, 3, 48, np.random.default_rng(3)))
    assert not np.array_equal(pictures[3], photograph_picture(train, 3, 48, np.random.default_rng(4)))


def test_a_folder_without_photographs_of_a_split_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("id,image,kind\n")
    with pytest.raises(ValueError, match=r"python -m medzoo_train\.photographs"):
        load_photographs(tmp_path, "val")


def test_a_wound_lies_on_its_limb_where_its_mask_says() -> None:
    side = 128
    rows, columns = np.mgrid[0:side, 0:side]
    mask = np.hypot(rows - 64, columns - 64) < 24
    picture = np.full((side, side, 3), (210, 170, 150), np.uint8)
    picture[mask] = (20, 240, 30)  # no ground and no skin is of that colour
    for seed in range(12):
        rng = np.random.default_rng(seed)
        laid, cover = limb_with_wound(picture, mask, [], side, rng)
        green = laid[..., 1].astype(int) - laid[..., 0] > 100
        assert cover.sum() > 30
        assert (green & cover).sum() / cover.sum() > 0.7
        assert (green & ~cover).sum() < 0.35 * cover.sum()


def test_a_wound_that_fills_its_picture_still_gets_skin_of_some_colour() -> None:
    picture, mask = np.full((64, 64, 3), 120, np.uint8), np.ones((64, 64), bool)
    laid, cover = limb_with_wound(picture, mask, [], 64, np.random.default_rng(1))
    assert laid.shape == (64, 64, 3) and cover.any()


def test_a_bare_limb_and_a_recoloured_one_are_pictures() -> None:
    rng = np.random.default_rng(7)
    limb = bare_limb([], 96, rng)
    changed = recolour(limb, rng)
    assert limb.shape == changed.shape == (96, 96, 3) and limb.dtype == changed.dtype == np.uint8
    assert limb.std() > 5


def test_a_frame_lies_within_the_picture() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        left, top, width, height = frame_box(100, rng)
        assert min(left, top) >= 0 and max(left + width, top + height) <= 100 and width * height >= 2500


def test_drawings_and_pictures_of_our_own_kinds_are_not_taken() -> None:
    assert DRAWN.search("usr/share/tuxpaint/stamps/symbols/math/plus.png")
    assert DRAWN.search("usr/lib/python3/dist-packages/skimage/data/retina.jpg")
    assert not DRAWN.search("usr/share/tuxpaint/stamps/animals/dogs/terrier.png")


def test_pictures_are_carved_out_of_a_resource_file_by_their_length(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (120, 100, 3), np.uint8))
    noise.save(tmp_path / "one.jpg")
    content = (tmp_path / "one.jpg").read_bytes()
    assert len(content) > 2000
    lone = b"\xff\xd8\xff\xe0 without a length before it"
    (tmp_path / "all.rcc").write_bytes(b"head" + len(content).to_bytes(4, "big") + content + lone)
    assert list(carve(tmp_path / "all.rcc")) == [content]


def test_what_is_kept_names_its_package_and_licence_and_tells_things_from_scenes(tmp_path: Path) -> None:
    source = Source("walls", "1.0", "CC0-1.0", "usr/share/walls")
    (tmp_path / "x" / source.folder).mkdir(parents=True)
    (tmp_path / "out" / "images").mkdir(parents=True)
    pixels = np.random.default_rng(1).integers(0, 255, (600, 800, 4), np.uint8)
    pixels[..., 3] = 255
    Image.fromarray(pixels).save(tmp_path / "x" / source.folder / "scene.png")
    pixels[:, :400, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "x" / source.folder / "thing.png")
    Image.fromarray(pixels[:40, :40]).save(tmp_path / "x" / source.folder / "small.png")
    (tmp_path / "x" / source.folder / "broken.png").write_bytes(b"nothing")
    rows: list[dict[str, str]] = []
    keep(source, tmp_path / "x", tmp_path / "out", rows)
    assert [(row["kind"], row["package"], row["licence"]) for row in rows] == [
        ("scene", "walls", "CC0-1.0"),
        ("thing", "walls", "CC0-1.0"),
    ]
    for row in rows:
        with Image.open(tmp_path / "out" / row["image"]) as image:
            assert max(image.size) == 512 and is_thing(image.convert("RGBA")) == (row["kind"] == "thing")


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs Debian's dpkg-deb")
def test_a_missing_package_is_named(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "medzoo_train.photographs",
        "--out",
        str(tmp_path / "out"),
        "--packages",
        str(tmp_path),
    ]
    run = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)
    assert run.returncode != 0 and "mate-backgrounds_*.deb: expected version" in run.stderr
