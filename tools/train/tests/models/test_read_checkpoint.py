"""Checkpoints of other people: what is read of them, and what is refused and not run."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest
import torch

from medzoo_train.convert import read_sam
from medzoo_train.export.graph.half import round_to_half
from medzoo_train.models.checkpoints.checkpoint import load_strictly
from medzoo_train.models.checkpoints.read_checkpoint import CheckpointError, read_checkpoint
from medzoo_train.models.promptable.sam_med2d import SamMed2d, sam_med2d_from


def test_a_checkpoint_that_does_not_fit_names_what_differs(mini: Path, sam: SamMed2d) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    state["extra.weight"] = torch.zeros(2)
    state["mask_decoder.iou_token.weight"] = torch.zeros(1, 3)
    del state["image_encoder.pos_embed"]
    with pytest.raises(CheckpointError) as caught:
        load_strictly(sam, state)
    message = str(caught.value)
    assert "missing image_encoder.pos_embed [1, 16, 16, 96]" in message
    assert "unexpected extra.weight [2]" in message
    assert "mask_decoder.iou_token.weight has shape [1, 3], expected [1, 256]" in message


def test_names_under_a_prefix_and_of_another_model_are_told(mini: Path, tmp_path: Path) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    wrapped = {f"module.{name}": tensor for name, tensor in state.items()} | {"step": torch.zeros(1)}
    torch.save(wrapped, tmp_path / "wrapped.pth")
    with pytest.raises(
        CheckpointError, match=rf'{len(state)} of {len(wrapped)} names start with "module\.".*removeprefix'
    ):
        read_sam(tmp_path / "wrapped.pth", None)
    torch.save(torch.nn.Linear(3, 2).state_dict(), tmp_path / "linear.pth")
    with pytest.raises(
        CheckpointError, match=r"linear\.pth is another model: none of its 2 names .* The first are weight, bias\."
    ):
        read_sam(tmp_path / "linear.pth", None)


def test_what_training_saved_beside_the_weights_is_passed_over(tmp_path: Path) -> None:
    """As the authors' script saves: the optimiser itself, not its state."""
    layer = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(layer.parameters())
    layer(torch.randn(1, 3)).sum().backward()
    optimiser.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [1])
    saved = {
        "model": layer.state_dict(),
        "optimizer": optimiser,
        "schedule": schedule,
        "args": argparse.Namespace(lr=1e-4),
    }
    torch.save(saved, tmp_path / "saved.pth")
    found = read_checkpoint(tmp_path / "saved.pth")
    assert found.keys() == {"weight", "bias"}
    assert torch.equal(found["weight"], layer.weight)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_checkpoint_is_used_where_it_lies_and_left_as_it_is(sam: SamMed2d, tmp_path: Path, zipped: bool) -> None:
    """A ViT-H has 8 GB: its tensors become the model's, in float32, and rounding the model rounds nothing on the
    disk.
    """
    state = {
        name: tensor.half() if name == "image_encoder.pos_embed" else tensor
        for name, tensor in sam.state_dict().items()
    }
    file = tmp_path / "sam.pth"
    torch.save({"model": state}, file, _use_new_zipfile_serialization=zipped)
    before = file.read_bytes()
    read = read_checkpoint(file)
    filled = sam_med2d_from(read)
    name = "image_encoder.blocks.0.mlp.lin1.weight"
    assert filled.state_dict()[name].data_ptr() == read[name].data_ptr()
    assert {tensor.dtype for tensor in filled.state_dict().values()} == {torch.float32}
    assert not any(tensor.is_meta for tensor in [*filled.parameters(), *filled.buffers()])
    round_to_half(filled)
    filled.get_parameter("mask_decoder.iou_token.weight").data.zero_()
    assert file.read_bytes() == before


class Harm:
    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.witness),)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("beside", [True, False])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path: Path, zipped: bool, beside: bool) -> None:
    harm = Harm(tmp_path / "ran")
    content = {"model": {"w": torch.zeros(1)}, "args": harm} if beside else {"model": {"w": harm}}
    torch.save(content, tmp_path / "harm.pth", _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match=r"harm\.pth is.*weights_only"):
        read_checkpoint(tmp_path / "harm.pth")
    assert not (tmp_path / "ran").exists()


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.pth").write_text("hello")
    with pytest.raises(CheckpointError, match=r"note\.pth is not a PyTorch checkpoint"):
        read_checkpoint(tmp_path / "note.pth")
    with pytest.raises(CheckpointError, match="no file"):
        read_checkpoint(tmp_path / "absent.pth")
