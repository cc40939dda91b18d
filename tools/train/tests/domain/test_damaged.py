"""Damaged copies as kinds with a name: what is heavy is refused by it, what happens to files on their way is not."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.score import fit_head, score

from medzoo_train.data.corrupt import corrupt
from medzoo_train.data.harden import Hardening, Harm, harden, turn_and_letterbox
from medzoo_train.data.sets import ANY_WAY_UP, SETS, Augmentation
from medzoo_train.domain.background import DamagedKind, Domain, fit_background
from medzoo_train.domain.damaged import CHANGES, damaged_kinds
from medzoo_train.domain.kinds import COVERED, DAMAGED, HEADS, REFUSED, TARGETS, damaged_name, damaged_names
from medzoo_train.domain.pooled import Pixels, PooledEncoder
from medzoo_train.training import pictures
from medzoo_train.training.pictures import bend, harms_of, seed_of
from medzoo_train.training.seen import SIDE, Item


class Quarters:
    """In the place of the encoder: mean and deviation of each quarter of an image, and what differs between
    neighbours.
    """

    def pooled(self, image: Pixels) -> Floats:
        grey = image.astype(np.float64).mean(2)
        h, w = (side // 2 for side in grey.shape)
        parts = [grey[:h, :w], grey[:h, w:], grey[h:, :w], grey[h:, w:]]
        rough = np.abs(np.diff(grey, axis=1)).mean()
        return np.array([*(part.mean() for part in parts), *(part.std() for part in parts[:3]), rough])


def film(rng: np.random.Generator) -> Pixels:
    """Dark below, light above, as no turned or inverted copy is."""
    ramp = np.linspace(170, 40, 48)[:, None] + rng.normal(0, 6, (1, 1)) + np.linspace(0, 12, 40)[None]
    return np.repeat((ramp + rng.normal(0, 2, (48, 40)))[..., None], 3, 2).clip(0, 255).astype(np.uint8)


def test_a_head_refuses_damaged_images_by_their_name_and_answers_about_light_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    films = {row: film(rng) for row in range(200)}
    encoder = cast(PooledEncoder, Quarters())
    own = np.stack([encoder.pooled(films[row]) for row in range(120)])
    held = np.stack([encoder.pooled(films[row]) for row in range(120, 200)])
    scenes = np.stack([encoder.pooled(rng.integers(0, 255, (48, 40, 3)).astype(np.uint8)) for _ in range(60)])
    domains = {"film": Domain(own, ("films",)), "scene": Domain(scenes, ("scenes",))}
    background = fit_background(domains, directions=8)

    def copies(_: object, __: Path, ___: str, damage: str, *____: object) -> Floats:
        return np.stack([encoder.pooled(CHANGES[damage][1](films[row], row)) for row in range(120)])  # type: ignore[index]

    monkeypatch.setattr("medzoo_train.domain.damaged.damaged_of", copies)
    monkeypatch.setattr(
        "medzoo_train.domain.damaged.DAMAGED", {"film": (("films",), ("inverted", "noisy", "upside down"))}
    )
    monkeypatch.setattr("medzoo_train.domain.damaged.plain_rows", lambda *_: ([], own))
    kinds = damaged_kinds(encoder, tmp_path, None)
    assert [kind.name for kind in kinds] == [
        "film with inverted grey levels",
        "film with heavy noise",
        "film upside down",
    ]
    before = fit_head(background, [background.known[0]], held, ["films"], use=0.05, covers=["film"])
    known = fit_background(domains, kinds, directions=8)
    assert [gaussian.name for gaussian in known.known] == ["film", "scene", *(kind.name for kind in kinds)]
    after = fit_head(known, [known.known[0]], held, ["films"], use=0.05, covers=["film"])
    for name, words in (("inverted", kinds[0].name), ("noise25", kinds[1].name), ("rotate180", kinds[2].name)):
        damaged = np.stack([encoder.pooled(corrupt(films[row], name, row)) for row in range(120, 200)])
        scores, nearest = score(known, after.own, after.covers, damaged)
        assert (scores > after.threshold).mean() > 0.95, name
        assert nearest.count(words) > 70, name
    for name in ("jpeg20", "brighter"):
        light = np.stack([encoder.pooled(corrupt(films[row], name, row)) for row in range(120, 200)])
        scores, _ = score(known, after.own, after.covers, light)
        # Refused no more than without the damaged kinds, but for a film or two.
        foreign, _ = score(background, before.own, before.covers, light)
        assert (scores > after.threshold).sum() <= (foreign > before.threshold).sum() + 4, name


def test_a_direction_for_each_damage_tells_what_differences_between_kinds_do_not() -> None:
    rng = np.random.default_rng(9)

    def images(first: float, last: float, n: int = 300) -> Floats:
        """Kinds differ in their first number, damage in the last, which varies little."""
        x = rng.normal(0, 1, (n, 12))
        x[:, 0] += first
        x[:, -1] = rng.normal(last, 0.2, n)
        return x

    domains = {name: Domain(images(at, 0), (name,)) for name, at in (("film", 0.0), ("scene", 9.0))}
    kind = DamagedKind("film, damaged", domains["film"].pooled, images(0, 1), ("film",))
    without, known = fit_background(domains, directions=2), fit_background(domains, [kind, kind], directions=2)
    # The second of equal kinds says nothing more.
    assert (len(without.projection), len(known.projection)) == (2, 3)
    assert np.allclose(known.projection[:2], without.projection)
    # What medzoo-train takes for granted of the coordinates: within kinds they vary by about one and apart.
    z = known.project(domains["film"].pooled)
    assert np.cov(z.T) == pytest.approx(np.eye(3), abs=0.25)
    held, damaged = images(0, 0), images(0, 1)
    refused = []
    for background in (without, known):
        head = fit_head(background, [background.known[0]], held, ["film"], covers=["film"])
        refused.append((score(background, head.own, head.covers, damaged)[0] > head.threshold).mean())
    assert refused[0] < 0.2 and refused[1] > 0.95


def test_damaged_kinds_have_names_and_images_of_their_own() -> None:
    names = damaged_names()
    assert len(set(names)) == len(names)
    assert set(REFUSED) == set(TARGETS) and set(COVERED) <= set(HEADS)
    assert all(damaged_name(*one) in names for covered in COVERED.values() for one in covered)
    sets = {spec.name for spec in SETS}
    assert all(dataset in sets for datasets, _ in DAMAGED.values() for dataset in datasets)


def test_hardening_says_what_it_has_inverted_turned_and_covered_with_noise() -> None:
    always = Hardening(damage=0.0, invert=1.0, turn=1.0, letterbox=0.0)
    harms: list[set[Harm]] = [set(), set()]
    generator = torch.Generator().manual_seed(1)
    turn_and_letterbox(torch.eye(2, 3).repeat(2, 1, 1), [Augmentation(), ANY_WAY_UP], always, generator, harms)
    harden(torch.rand(2, 3, 16, 16) * 255, [True, False], always, generator, harms)
    assert harms == [{"turned"}, {"inverted"}]


def test_the_harms_of_a_kept_copy_are_found_without_its_image() -> None:
    spec = next(spec for spec in SETS if spec.name == "hc18_fetal_head")
    image = torch.randint(0, 255, (3, SIDE, SIDE), generator=torch.Generator().manual_seed(2), dtype=torch.uint8)
    found = []
    for row in range(30):
        item = Item("hard", spec.name, row)
        harms: list[set[Harm]] = [set()]
        bend(image, None, spec, seed_of(item), harms)
        assert harms_of(item, spec) == harms[0]
        found += list(harms[0])
    assert set(found) == {"inverted", "noisy", "turned"}
    assert pictures.HARDENING.noise > 20
