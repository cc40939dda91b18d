"""Light damage: copies that count as a head's own, and what the encoder says of it to heads of others."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from medzoo_heads.domain.score import fit_head, fit_own, score

from medzoo_train.data.index import Row
from medzoo_train.domain import light
from medzoo_train.domain.background import DamagedKind, Domain, fit_background
from medzoo_train.domain.pooled import PooledEncoder


def test_each_damage_is_drawn_and_a_copy_is_the_same_each_time() -> None:
    image = np.random.default_rng(2).integers(40, 200, (32, 32, 3)).astype(np.uint8)
    copies = [light.damage_lightly(image, seed) for seed in range(60)]
    assert all(np.array_equal(copy, light.damage_lightly(image, seed)) for seed, copy in enumerate(copies))
    assert len({copy.tobytes() for copy in copies}) > 20
    assert len({copy.shape for copy in copies}) > 1  # cropped ones are smaller
    noisy = light.add_light_noise(np.full((64, 64, 3), 128, np.uint8), 1).astype(float)
    assert light.NOISE[0] * 0.8 < noisy.std() < light.NOISE[1] * 1.2


def test_copies_are_of_the_training_images_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mean:
        seen = 0

        def pooled(self, image: np.ndarray) -> np.ndarray:
            self.seen += 1
            return np.array([image.mean(), image.std()])

    from PIL import Image

    rows = []
    for place in range(6):
        path = tmp_path / f"{place}.png"
        Image.fromarray(np.random.default_rng(place).integers(0, 255, (40, 40, 3)).astype(np.uint8)).save(path)
        rows.append(Row(str(place), path, None, "", "train", str(place)))
    monkeypatch.setattr(light, "plain_rows", lambda *_: (rows, np.zeros((6, 2))))
    encoder = Mean()
    taken, pooled = light.copies_of(cast(PooledEncoder, encoder), tmp_path, "set", tmp_path / "kept")
    assert taken == rows and pooled.shape == (6, 2)
    again = light.copies_of(cast(PooledEncoder, encoder), tmp_path, "set", tmp_path / "kept")[1]
    assert np.array_equal(pooled, again) and encoder.seen == 6
    light.copies_of(cast(PooledEncoder, encoder), tmp_path, "set", tmp_path / "kept", light.add_light_noise)
    assert encoder.seen == 12  # another change is another file


def test_a_head_bears_light_damage_by_its_own_copies_and_by_what_other_kinds_say_of_it() -> None:
    rng = np.random.default_rng(3)
    width = 12

    def images(at: float, n: int = 300) -> np.ndarray:
        """Kinds differ in the first number; the last, fine texture, hardly varies."""
        x = rng.normal(0, 1, (n, width))
        x[:, 0] += at
        x[:, -1] = rng.normal(0, 0.1, n)
        return x

    def noisy(x: np.ndarray) -> np.ndarray:
        y = x.copy()
        y[:, -1] += rng.uniform(0.4, 0.8, len(x))
        return y

    kinds = {name: Domain(images(at), (name,)) for name, at in (("one", 0.0), ("two", 9.0), ("three", -9.0))}
    changes = [noisy(domain.pooled) - domain.pooled for name, domain in kinds.items() if name != "one"]
    # One damaged kind, so that fine texture is a direction, and one in which everything varies.
    damaged = [DamagedKind("two with heavy noise", kinds["two"].pooled, noisy(noisy(kinds["two"].pooled)), ("two",))]
    background = fit_background(kinds, damaged, directions=3, light=changes)
    assert background.light_damage is not None and background.light_damage.shape == (4, 4)
    assert fit_background(kinds, damaged, directions=3).light_damage is None
    held, train = images(0.0), kinds["one"].pooled
    refused = {}
    for name, pooled, has_damaged in (
        ("plain", train, True),  # as if there were copies among them
        ("copies", np.concatenate([train, noisy(train)]), True),
        ("widened", train, False),
    ):
        own = fit_own(background, pooled, ["a"] * len(pooled), "one", "one", has_damaged=has_damaged)
        head = fit_head(background, own, held, ["one"], covers=["one"])
        ask = {"noisy": noisy(images(0.0)), "other": images(9.0)}
        for what, x in ask.items():
            refused[name, what] = (score(background, head.own, head.covers, x)[0] > head.threshold).mean()
    assert refused["plain", "noisy"] > 0.8
    assert refused["copies", "noisy"] < 0.15 and refused["widened", "noisy"] < 0.15
    assert all(refused[name, "other"] == 1.0 for name in ("plain", "copies", "widened"))
