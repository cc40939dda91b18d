"""Encoded copies of classification images: which damage they suffer."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from medzoo_train.data.harden import Hardening
from medzoo_train.data.sets import SETS
from medzoo_train.training.batches import LoadedSet
from medzoo_train.training.class_copies import HARD, LIGHT, embed_copies, held_copies

SPEC = next(spec for spec in SETS if spec.kind == "classification")


def see(pixels: Tensor) -> Tensor:
    """In the place of an encoder: the picture itself, small."""
    return F.adaptive_avg_pool2d(pixels, 16)


def lit_from_above(count: int) -> LoadedSet:
    """Grey pictures, bright above and dark below."""
    slope = torch.linspace(230, 20, 64)[:, None].expand(64, 64)
    images = slope.expand(count, 3, 64, 64).to(torch.uint8).contiguous()
    return LoadedSet(SPEC, images, None, torch.zeros(count, dtype=torch.int64), [str(i) for i in range(count)])


def share_upright(hardening: Hardening | None) -> float:
    """Of the copies, those that are brighter above than below."""
    copies = embed_copies(see, lit_from_above(60), 4, 5, bent=True, hardening=hardening).embedding[1:].float()
    return float((copies[..., :8, :].mean((-3, -2, -1)) > copies[..., 8:, :].mean((-3, -2, -1))).float().mean())


def test_light_damage_neither_turns_nor_inverts_and_hard_damage_does() -> None:
    assert share_upright(LIGHT) == 1.0
    assert 0.8 < share_upright(HARD) < 1.0


def test_the_first_copy_is_the_image_as_it_is() -> None:
    data = lit_from_above(3)
    first, *others = embed_copies(see, data, 3, 5, bent=True, hardening=LIGHT).embedding
    assert torch.equal(first, see(data.images.float()).half())
    assert all(not torch.equal(first, other) for other in others)


def test_held_copies_are_the_same_each_time() -> None:
    data = lit_from_above(4)
    assert torch.equal(held_copies(see, data, LIGHT).embedding, held_copies(see, data, LIGHT).embedding)
