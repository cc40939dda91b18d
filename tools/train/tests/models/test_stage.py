"""Channels that say what the trunk knows stand behind the neck's, and change nothing for those who read the neck's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from medzoo_train.add_stage import fill
from medzoo_train.domain.background import Domain, fit_background, fit_background_of_first
from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx
from medzoo_train.export.graph.read_back import read_back
from medzoo_train.models.config import SAM_MED2D_TINY, EncoderConfig
from medzoo_train.models.encoder.mobile_trunk import READ_CHANNELS, MobileTrunk
from medzoo_train.models.pixels import normalise
from medzoo_train.models.system import System, system_of

SMALL = replace(SAM_MED2D_TINY, depth=1, global_attn_indexes=(0,), image_size=64)
WIDE = replace(SMALL, stage_chans=24)


def systems() -> tuple[System, System]:
    """A system, and the same with channels of a stage of the trunk."""
    torch.manual_seed(5)
    plain, wide = (
        System({"brain-mri": 4}, SMALL, closer=True, finder=True).eval(),
        System({"brain-mri": 4}, WIDE, closer=True, finder=True).eval(),
    )
    missing, unexpected = wide.load_state_dict(plain.state_dict(), strict=False)
    assert not unexpected and missing == [
        "sam.image_encoder.stage.project.weight",
        "sam.image_encoder.stage.project.bias",
    ]
    return plain, wide


def test_the_neck_s_channels_come_first_and_are_what_they_were() -> None:
    plain, wide = systems()
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        embedding = wide.encode(image)
        assert embedding.shape == (2, WIDE.channels, 4, 4)
        assert torch.equal(embedding[:, : SMALL.out_chans], plain.encode(image))


def test_the_channels_behind_them_are_a_projection_of_a_stage_of_the_trunk() -> None:
    _, wide = systems()
    encoder, image = wide.sam.image_encoder, torch.randn(1, 3, 64, 64)
    assert encoder.stage is not None and isinstance(encoder.patch_embed, MobileTrunk)
    # The stem is the first that it gives.
    found = list(encoder.patch_embed.features(image))[8]
    assert found.shape == (1, READ_CHANNELS, 4, 4)
    project = encoder.stage.project
    cells = torch.einsum("kc,bchw->bkhw", project.weight[..., 0, 0], found) + project.bias[:, None, None]  # type: ignore[index]
    assert torch.allclose(wide.encode(image)[:, SMALL.out_chans :], cells, atol=1e-4)


def test_heads_read_the_neck_s_channels_alone() -> None:
    plain, wide = systems()
    image, embedding = torch.randn(1, 3, 256, 256), torch.randn(1, WIDE.channels, 16, 16)
    first = embedding[:, : SMALL.out_chans]
    coords, labels, rough = torch.rand(1, 2, 2), torch.tensor([[2.0, 3.0]]), torch.randn(1, 2, 64, 64)
    with torch.no_grad():
        for before, after in zip(plain.automed(first, image), wide.automed(embedding, image), strict=True):
            assert torch.equal(before, after)
        logits = [system.medcls["brain-mri"](seen)[0] for system, seen in ((plain, first), (wide, embedding))]
        assert torch.equal(*logits)
        assert plain.closer is not None and wide.closer is not None
        looked = plain.closer(image, first, rough, coords, labels)[0]
        assert torch.equal(looked, wide.closer(image, embedding, rough, coords, labels)[0])


def test_a_weights_file_says_how_many_there_are_and_older_ones_have_none() -> None:
    _, wide = systems()
    saved = {"ema": wide.state_dict(), "encoder": WIDE.to_json(), "closer": True, "finder": True}
    assert system_of(saved, {"brain-mri": 4}).sam.image_encoder.config.channels == WIDE.channels
    older = {name: value for name, value in SMALL.to_json().items() if name != "stage_chans"}
    assert EncoderConfig.from_json(older).channels == SMALL.out_chans


def test_the_file_holds_them_and_gives_them_back(tmp_path: Path) -> None:
    _, wide = systems()
    encoder, image, path = wide.sam.image_encoder, torch.randn(1, 3, 64, 64), tmp_path / "encoder.onnx"
    export_onnx(encoder, [image], ["image"], ["embedding"], path, "fp16-storage")
    _, other = systems()
    read_back(other.sam.image_encoder, [image], ["image"], ["embedding"], path)
    with torch.no_grad():
        found, own = run_onnx(path, {"image": image})["embedding"], other.encode(image)
    assert found.shape == own.shape and torch.allclose(found, own, atol=1e-3)


def test_domains_of_the_first_channels_are_those_of_an_embedding_without_the_others() -> None:
    rng = np.random.default_rng(1)

    def kinds(extra: int) -> dict[str, Domain]:
        made = {}
        for at, name in enumerate(("one", "two", "three")):
            mean, deviation = rng.normal(at, 1, (2, 200, 6))
            more = rng.normal(50 * at, 9, (2, 200, extra))
            made[name] = Domain(np.concatenate([mean, more[0], deviation, more[1]], axis=1), (name,))
        return made

    wide = kinds(extra=2)
    read = [*range(6), *range(8, 14)]
    narrow = fit_background(
        {name: replace(domain, pooled=domain.pooled[:, read]) for name, domain in wide.items()}, (), 4
    )
    found = fit_background_of_first(6, wide, (), 4)
    assert found.center.shape == (16,) and found.projection.shape == (4, 16)
    for name, domain in wide.items():
        assert found.project(domain.pooled) == pytest.approx(narrow.project(domain.pooled[:, read])), name
    assert not found.projection[:, [6, 7, 14, 15]].any()


def test_they_are_filled_from_images_and_deviate_as_the_neck_s_do() -> None:
    _, wide = systems()
    images = list(torch.randint(0, 256, (6, 3, 64, 64), dtype=torch.uint8))
    fill(wide.sam.image_encoder, images)
    with torch.no_grad():
        embedding = torch.cat([wide.encode(normalise(image[None].float())) for image in images])
    neck, added = embedding[:, : SMALL.out_chans], embedding[:, SMALL.out_chans :]
    of_neck, of_added = (float(part.transpose(0, 1).flatten(1).std(1).median()) for part in (neck, added))
    assert of_added == pytest.approx(of_neck, rel=0.3)
    assert float(added.mean((0, 2, 3)).abs().max()) < 1e-3 * of_added
    before = added.clone()
    fill(wide.sam.image_encoder, images)
    assert torch.equal(wide.encode(normalise(images[0][None].float()))[:, SMALL.out_chans :], before[:1])
