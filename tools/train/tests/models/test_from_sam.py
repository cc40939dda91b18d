"""Training from a SAM: tables resized, adapters silent at first, what is frozen stands still, sizes kept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from medzoo_train.data.sets import SETS
from medzoo_train.models.checkpoints.from_sam import freeze_encoder, load_start, sam_start
from medzoo_train.models.checkpoints.read_checkpoint import CheckpointError
from medzoo_train.models.config import DecoderConfig, EncoderConfig
from medzoo_train.models.promptable.sam_med2d import SamMed2d
from medzoo_train.models.system import system_of
from tests.places import TRAIN
from tests.tiny_data import draw_sets

#: SAM's layout in small: 1024 pixels, windows of 14, one block that attends globally.
ENCODER = EncoderConfig(embed_dim=48, depth=2, num_heads=3, global_attn_indexes=(1,), image_size=1024, out_chans=32)
DECODER = DecoderConfig(dim=32, mlp_dim=64, iou_head_hidden=32)


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """A SAM's: no adapters, and positions that differ from place to place."""
    torch.manual_seed(0)
    sam = SamMed2d(ENCODER, DECODER)
    for parameter in sam.parameters():
        if not parameter.detach().any():
            nn.init.normal_(parameter, std=0.02)
    return {name: tensor for name, tensor in sam.state_dict().items() if ".Adapter." not in name}


def test_tables_of_positions_come_to_the_smaller_image(state: dict[str, Tensor]) -> None:
    ramp = torch.linspace(0, 1, 64)[None, :, None, None].expand(1, 64, 64, 48)
    rows = torch.linspace(-1, 1, 127)[:, None].expand(127, 16)
    start = sam_start(state | {"image_encoder.pos_embed": ramp, "image_encoder.blocks.1.attn.rel_pos_h": rows})
    assert start.encoder == EncoderConfig(embed_dim=48, depth=2, num_heads=3, global_attn_indexes=(1,), out_chans=32)
    table = start.state["image_encoder.pos_embed"]
    assert table.shape == (1, 16, 16, 48)
    assert torch.allclose(table[0, :, 5, 7], (torch.arange(16) * 4 + 1.5) / 63, atol=1e-5)
    resized = start.state["image_encoder.blocks.1.attn.rel_pos_h"]
    assert resized.shape == (31, 16)
    assert torch.allclose(resized, -resized.flip(0), atol=1e-6)
    assert torch.equal(
        start.state["image_encoder.blocks.0.attn.rel_pos_h"], state["image_encoder.blocks.0.attn.rel_pos_h"]
    )


def test_the_encoder_begins_as_sam_s(state: dict[str, Tensor]) -> None:
    start = sam_start(state)
    sam = SamMed2d(start.encoder, start.decoder)
    load_start(sam, start)
    image = torch.randn(1, 3, 256, 256)
    with torch.no_grad():
        begun = sam.image_encoder(image)
        for block in sam.image_encoder.blocks:
            block.Adapter = nn.Module()
            block.Adapter.forward = torch.zeros_like
        assert torch.equal(begun, sam.image_encoder(image))


def test_a_start_that_lacks_a_tensor_names_it(state: dict[str, Tensor]) -> None:
    rest = {name: tensor for name, tensor in state.items() if name != "mask_decoder.iou_token.weight"}
    start = sam_start(rest)
    with pytest.raises(CheckpointError, match=r"missing mask_decoder\.iou_token\.weight \[1, 32\]"):
        load_start(SamMed2d(start.encoder, start.decoder), start)


LEARNING: list[tuple[str, set[str]]] = [("all", set()), ("adapters", {"Adapter"}), ("none", {"Adapter", "attn", "mlp"})]


@pytest.mark.parametrize(("freeze", "learning"), LEARNING)
def test_what_learns(freeze: str, learning: set[str]) -> None:
    encoder = SamMed2d(ENCODER, DECODER).image_encoder
    freeze_encoder(encoder, freeze)  # type: ignore[arg-type]
    found = {
        name.split(".")[2] for name, p in encoder.named_parameters() if p.requires_grad and name.startswith("blocks.0.")
    }
    assert found - {"norm1", "norm2"} == learning
    assert encoder.pos_embed.requires_grad == (freeze == "none")


def test_adapters_are_trained_on_a_sam_and_nothing_else_of_its_encoder(
    state: dict[str, Tensor], tmp_path: Path
) -> None:
    data = draw_sets(tmp_path / "data", 1)
    torch.save(state, tmp_path / "sam.pth")
    recipe = {"sizes": [[1, 64]], "warmup": 1, "segmentation_per_batch": 5, "classification_per_batch": 3}
    command = [
        sys.executable,
        "-m",
        "medzoo_train.train",
        "--data",
        str(data),
        "--out",
        str(tmp_path / "run"),
        "--steps",
        "2",
    ]
    command += [
        "--sam",
        str(tmp_path / "sam.pth"),
        "--freeze",
        "adapters",
        "--recipe",
        json.dumps(recipe),
        "--threads",
        "1",
    ]
    command += ["--device", "cpu"]
    done = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    trained = torch.load(tmp_path / "run" / "weights.pth", weights_only=True)["ema"]
    start = sam_start(state).state
    for name, tensor in trained.items():
        if name.startswith("sam.image_encoder.") and ".Adapter." not in name:
            assert torch.equal(tensor, start[name.removeprefix("sam.")]), name
    assert trained["sam.image_encoder.blocks.0.Adapter.norm.weight"].any()

    weights = torch.load(tmp_path / "run" / "weights.pth", weights_only=True)
    system = system_of(weights, {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"})
    assert system.sam.image_encoder.config == sam_start(state).encoder
    assert system.automed.config.dim == 32
