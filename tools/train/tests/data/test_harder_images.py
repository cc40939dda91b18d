"""Damaged, turned, made and laid-together pictures: what models are hardened and measured with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from medzoo_train.data.collage import collage
from medzoo_train.data.corrupt import CORRUPTIONS, corrupt
from medzoo_train.data.harden import KINDS, Hardening, damage, harden, luminance, turn_and_letterbox
from medzoo_train.data.nothing import is_for_training, made_pictures, negative_rows
from medzoo_train.data.objects import box_of, components, inscribed_ellipse, regions
from medzoo_train.data.sets import ANY_WAY_UP, Augmentation


def picture(height: int = 40, width: int = 60, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 200, (height, width, 3)) * np.linspace(0.3, 1, width)[None, :, None]).astype(np.uint8)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_a_picture_again_and_the_same_for_the_same_seed(name: str) -> None:
    image = picture()
    first, again = corrupt(image, name, 3), corrupt(image, name, 3)
    assert first.dtype == np.uint8 and first.shape[2] == 3
    assert np.array_equal(first, again)
    assert first.shape != image.shape or not np.array_equal(first, image)


def test_a_grey_picture_stays_grey_under_noise() -> None:
    grey = np.repeat(picture()[..., :1], 3, axis=2)
    noisy = corrupt(grey, "noise25", 1)
    assert (noisy[..., 0] == noisy[..., 2]).all()
    assert 15 < (noisy.astype(float) - grey).std() < 26


def test_masks_move_with_the_image() -> None:
    image = picture()
    mask = np.zeros_like(image)
    mask[5:12, 7:20] = 255
    marked = np.where(mask > 0, 255, 0).astype(np.uint8)
    for name in ("rotate90", "rotate180", "flip-x", "flip-y", "crop", "letterbox"):
        assert np.array_equal(corrupt(marked, name, 9), corrupt(mask, name, 9)), name


def test_letterbox_makes_a_square_and_keeps_every_pixel() -> None:
    image = picture() + 1
    boxed = corrupt(image, "letterbox", 0)
    assert boxed.shape == (60, 60, 3)
    assert np.array_equal(boxed[10:50], image)
    assert boxed[:10].max() == 0


@pytest.mark.parametrize("kind", sorted(set(KINDS)))
def test_each_kind_of_damage_changes_an_image_and_keeps_its_shape(kind: str) -> None:
    image = torch.from_numpy(picture(64, 64)).permute(2, 0, 1).float()
    changed = damage(image, kind, 0.8, Hardening(), torch.Generator().manual_seed(1))
    assert changed.shape == image.shape
    assert (changed - image).abs().mean() > 0.5


def test_only_coloured_images_lose_colour_and_only_grey_ones_are_inverted() -> None:
    image = torch.from_numpy(picture(32, 32)).permute(2, 0, 1).float()
    grey = luminance(image).clone()
    always = Hardening(damage=0.0, grey=1.0, invert=1.0)
    found = harden(torch.stack([image, grey]), [True, False], always, torch.Generator().manual_seed(1))
    assert torch.equal(found[0], luminance(image))
    assert torch.allclose(found[1], 255 - grey)


def test_turns_leave_images_without_a_way_up_alone() -> None:
    maps = torch.eye(2, 3).repeat(2, 1, 1)
    turned = turn_and_letterbox(
        maps.clone(), [Augmentation(), ANY_WAY_UP], Hardening(turn=1.0, letterbox=0.0), torch.Generator().manual_seed(2)
    )
    assert not torch.equal(turned[0], maps[0])
    assert torch.equal(turned[1], maps[1])
    assert torch.allclose(turned[0, :, :2] @ turned[0, :, :2].T, torch.eye(2), atol=1e-6)


def test_made_pictures_differ_from_one_another() -> None:
    made = made_pictures(12, 64, np.random.default_rng(0))
    assert made.shape == (12, 3, 64, 64)
    assert len({picture.numpy().tobytes() for picture in made}) == 12


def test_negatives_are_halved_by_group_and_other_folders_refused(tmp_path: Path) -> None:
    folder = tmp_path / "none_things"
    folder.mkdir()
    lines = [f"{i},images/{i}.jpg,test,g{i // 2}" for i in range(40)]
    (folder / "index.csv").write_text("\n".join(["id,image,split,group", *lines]))
    ours, held = negative_rows(folder, training=True), negative_rows(folder, training=False)
    assert len(ours) + len(held) == 40 and ours and held
    assert not {row.group for row in ours} & {row.group for row in held}
    assert all(is_for_training(row.group) for row in ours)
    with pytest.raises(ValueError, match="never trained on"):
        negative_rows(tmp_path / "cxr_lung_jsrt", training=True)


def test_a_collage_says_where_its_object_is() -> None:
    rng = np.random.default_rng(4)
    ground, other = np.full((3, 128, 128), 60, np.uint8), np.full((3, 128, 128), 200, np.uint8)
    for _ in range(6):
        mixed, mask = collage(ground, other, rng)
        assert mixed.shape == ground.shape and 0 < mask.mean() < 0.6
        assert np.abs(mixed[:, mask].astype(float) - 60).mean() > 3 * np.abs(mixed[:, ~mask].astype(float) - 60).mean()


def test_objects_are_found_in_masks_and_in_images_without_any() -> None:
    mask = np.zeros((128, 128), bool)
    mask[10:20, 10:30] = mask[60:90, 60:80] = True
    mask[120, 120] = True
    found = components(mask, np.random.default_rng(0))
    assert sorted(int(part.sum()) for part in found) == [200, 600]
    y, x = np.mgrid[0:128, 0:128]
    image = np.where(np.hypot(x - 50, y - 70) < 18, 200, 40).astype(np.uint8)[None].repeat(3, axis=0)
    region = regions(image, np.random.default_rng(1))[0]
    disc = np.hypot(x - 50, y - 70) < 18
    assert 2 * (region & disc).sum() / (region.sum() + disc.sum()) > 0.7


def test_the_ellipse_touches_its_box() -> None:
    mask = np.zeros((64, 64), bool)
    mask[10:30, 5:45] = True
    ellipse = inscribed_ellipse(box_of(mask), 64)
    assert box_of(ellipse) == box_of(mask)
    assert ellipse.sum() == pytest.approx(np.pi / 4 * 20 * 40, rel=0.03)
