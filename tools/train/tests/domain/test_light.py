"""Light damage: copies that count as a classifier's own; and domains of an encoder beside its usual one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from medzoo_heads.domain.score import fit_head, fit_own, score
from medzoo_heads.errors import TrainError
from PIL import Image

from medzoo_train.data.index import Row
from medzoo_train.domain import light
from medzoo_train.domain.background import DamagedKind, Domain, fit_background
from medzoo_train.domain.of_encoder import background_for, background_of, backgrounds_of, fine_background_of
from medzoo_train.domain.pooled import PooledEncoder


def test_each_damage_is_drawn_and_a_copy_is_the_same_each_time() -> None:
    image = np.random.default_rng(2).integers(40, 200, (32, 32, 3)).astype(np.uint8)
    copies = [light.damage_lightly(image, seed) for seed in range(60)]
    assert all(np.array_equal(copy, light.damage_lightly(image, seed)) for seed, copy in enumerate(copies))
    assert len({copy.tobytes() for copy in copies}) > 20
    assert len({copy.shape for copy in copies}) > 1  # cropped ones are smaller


def test_copies_are_of_the_training_images_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mean:
        seen = 0

        def pooled(self, image: np.ndarray) -> np.ndarray:
            self.seen += 1
            return np.array([image.mean(), image.std()])

    rows = []
    for place in range(6):
        path = tmp_path / f"{place}.png"
        Image.fromarray(np.random.default_rng(place).integers(0, 255, (40, 40, 3)).astype(np.uint8)).save(path)
        rows.append(Row(str(place), path, None, "", "train", str(place)))
    monkeypatch.setattr(light, "plain_rows", lambda *_: (rows, np.zeros((6, 2))))
    encoder = Mean()
    pooled = light.copies_of(cast(PooledEncoder, encoder), tmp_path, "set", tmp_path / "kept")
    assert pooled.shape == (6, 2)
    again = light.copies_of(cast(PooledEncoder, encoder), tmp_path, "set", tmp_path / "kept")
    assert np.array_equal(pooled, again) and encoder.seen == 6


def kinds() -> dict[str, Domain]:
    return {name: Domain(images(at), (name,)) for name, at in (("one", 0.0), ("two", 9.0), ("three", -9.0))}


def images(at: float, n: int = 300, width: int = 12) -> np.ndarray:
    """Kinds differ in the first number; the last, fine texture, hardly varies."""
    rng = np.random.default_rng(int(at * 10 + n))
    x = rng.normal(0, 1, (n, width))
    x[:, 0] += at
    x[:, -1] = rng.normal(0, 0.1, n)
    return x


def noisy(x: np.ndarray) -> np.ndarray:
    y = x.copy()
    y[:, -1] += np.random.default_rng(len(x)).uniform(0.4, 0.8, len(x))
    return y


def test_with_its_copies_a_head_bears_light_damage_in_a_domain_that_sees_texture() -> None:
    known = kinds()
    # One damaged kind, so that fine texture is a direction, and one in which everything varies.
    damaged = [DamagedKind("two with heavy noise", known["two"].pooled, noisy(noisy(known["two"].pooled)), ("two",))]
    background = fit_background(known, damaged, directions=3)
    held, train = images(0.0, 200), known["one"].pooled
    refused = {}
    for name, pooled in (("plain", train), ("copies", np.concatenate([train, noisy(train)]))):
        own = fit_own(background, pooled, ["a"] * len(pooled), "one", "one")
        head = fit_head(background, own, held, ["one"], covers=["one"])
        for what, x in {"noisy": noisy(images(0.0, 250)), "other": images(9.0, 250)}.items():
            refused[name, what] = (score(background, head.own, head.covers, x)[0] > head.threshold).mean()
    assert refused["plain", "noisy"] > 0.8 and refused["copies", "noisy"] < 0.15
    assert refused["plain", "other"] == refused["copies", "other"] == 1.0


def test_a_head_is_held_against_the_domain_that_it_was_fitted_for() -> None:
    usual, fine = fit_background(kinds(), directions=2), fit_background(kinds(), directions=3)
    encoder = {"domain": usual.to_json(), "furtherDomains": [fine.to_json()]}
    found = backgrounds_of(encoder)
    assert [one.digest for one in found] == [usual.digest, fine.digest]
    assert background_of(encoder).digest == usual.digest and fine_background_of(encoder).digest == fine.digest
    own = fit_own(fine, kinds()["one"].pooled, ["a"] * 300, "one", "one")
    head = fit_head(fine, own, images(0.0, 100), ["one"], covers=["one"])
    assert background_for(found, head).digest == fine.digest
    assert background_for(found, replace(head, projection="")).digest == usual.digest
    with pytest.raises(TrainError, match="fitted for another domain of its encoder"):
        background_for(found[:1], head)
    # An encoder of before has the usual one alone, and one of others none.
    assert fine_background_of({"domain": usual.to_json()}).digest == usual.digest
    assert backgrounds_of({}) == []
    with pytest.raises(SystemExit, match="has no domain"):
        background_of({})
