"""SAM-Med2D against the reference code's own numbers, in PyTorch and through the exported file."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor

from medzoo_train.convert import ConfigError, convert, read_sam
from medzoo_train.export.half import round_to_half
from medzoo_train.export.onnx_file import run_onnx
from medzoo_train.export.package import ExportError, check_encoder, export_checked
from medzoo_train.models.checkpoint import encoder_config_of, load_strictly
from medzoo_train.models.config import EncoderConfig
from medzoo_train.models.read_checkpoint import CheckpointError, read_checkpoint
from medzoo_train.models.sam_med2d import SamMed2d, sam_med2d_from
from medzoo_train.models.system import System

TOLERANCE = 1e-4
CASES = ("points", "box", "points_box_mask")


@pytest.fixture(scope="module")
def mini(shared: Path) -> Path:
    return shared / "fixtures" / "sammed2d-mini"


@pytest.fixture(scope="module")
def expected(mini: Path) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in np.load(mini / "expected.npz").items()}


@pytest.fixture(scope="module")
def sam(mini: Path) -> SamMed2d:
    return sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth"))


def prompts(expected: dict[str, Tensor], case: str) -> dict[str, Tensor]:
    """The fixture's prompts in the decoder's inputs: points without a box carry one padding token, as in SAM."""
    corners, corner_labels = expected["box"].reshape(1, 2, 2), torch.tensor([[2.0, 3.0]])
    coords, labels = expected["point_coords"], expected["point_labels"]
    if case == "points":
        coords, labels = torch.cat([coords, torch.zeros(1, 1, 2)], 1), torch.cat([labels, -torch.ones(1, 1)], 1)
    elif case == "box":
        coords, labels = corners, corner_labels
    else:
        coords, labels = torch.cat([coords, corners], 1), torch.cat([labels, corner_labels], 1)
    has_mask = torch.tensor([1.0 if case == "points_box_mask" else 0.0])
    return {"point_coords": coords, "point_labels": labels, "mask_input": expected["mask_input"], "has_mask_input": has_mask}


def close(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max().item() <= TOLERANCE


def test_sizes_are_read_from_the_checkpoint(mini: Path) -> None:
    said = EncoderConfig.from_json(json.loads((mini / "config.json").read_text()))
    assert encoder_config_of(read_checkpoint(mini / "sam-med2d_mini.pth")) == said


@pytest.mark.parametrize("padded", [False, True], ids=["rewritten windows", "the reference's steps"])
def test_embedding_agrees_with_the_reference(sam: SamMed2d, expected: dict[str, Tensor], padded: bool) -> None:
    for block in sam.image_encoder.blocks:
        block.pad_windows = padded  # type: ignore[assignment]
    with torch.no_grad():
        close(sam.image_encoder(expected["input"]), expected["embedding"])


@pytest.mark.parametrize("case", CASES)
def test_decoder_agrees_with_the_reference(sam: SamMed2d, expected: dict[str, Tensor], case: str) -> None:
    given = prompts(expected, case)
    with torch.no_grad():
        close(sam.prompt_encoder.dense_pe(), expected["dense_pe"])
        close(sam.prompt_encoder.sparse(given["point_coords"], given["point_labels"]), expected[f"{case}.sparse"])
        dense = sam.prompt_encoder.dense(given["mask_input"], given["has_mask_input"])
        close(dense.expand(1, -1, 16, 16), expected[f"{case}.dense"])
        masks, iou = sam.decode(expected["embedding"], *given.values())
    close(masks, expected[f"{case}.low_res_masks"])
    close(iou, expected[f"{case}.iou"])


def test_exported_files_agree_with_the_reference(mini: Path, expected: dict[str, Tensor], tmp_path: Path) -> None:
    convert(sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth")), tmp_path, "mini", "0.0.0", "fp32")
    close(run_onnx(tmp_path / "encoder.onnx", {"image": expected["input"]})["embedding"], expected["embedding"])
    for case in CASES:
        found = run_onnx(tmp_path / "decoder.onnx", {"embedding": expected["embedding"], **prompts(expected, case)})
        close(found["masks"], expected[f"{case}.low_res_masks"])
        close(found["iou"], expected[f"{case}.iou"])
    two = torch.cat([expected["input"], expected["input"].flip(3)])
    close(run_onnx(tmp_path / "encoder.onnx", {"image": two})["embedding"][:1], expected["embedding"])


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


def test_weights_stored_in_half_give_the_same_masks(mini: Path, expected: dict[str, Tensor], tmp_path: Path) -> None:
    convert(sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth")), tmp_path, "mini", "0.0.0", "fp16-storage")
    embedding = run_onnx(tmp_path / "encoder.onnx", {"image": expected["input"]})["embedding"]
    for case in CASES:
        masks = run_onnx(tmp_path / "decoder.onnx", {"embedding": embedding, **prompts(expected, case)})["masks"]
        difference = torch.sigmoid(masks) - torch.sigmoid(expected[f"{case}.low_res_masks"])
        assert difference.abs().max().item() < 1e-3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["decoder.json", "decoder.onnx", "encoder.onnx", "model.json"]
    decoder, encoder = (json.loads((tmp_path / name).read_text()) for name in ("decoder.json", "model.json"))
    assert decoder["encoder"] == {"id": "mini", "sha256": encoder["model"]["sha256"]}


def test_weights_and_outputs_that_are_not_finite_are_not_exported(mini: Path, sam: SamMed2d, tmp_path: Path) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    state["mask_decoder.iou_token.weight"][0, 0] = torch.nan
    with pytest.raises(ExportError, match=r"decoder\.onnx: .* weights are not finite .*: .*iou_token\.weight\."):
        convert(sam_med2d_from(state), tmp_path, "mini", "0.0.0", "fp32")
    assert list(tmp_path.iterdir()) == []
    root = torch.nn.Sequential(torch.nn.ReLU())
    root.forward = lambda x: (x - 2).sqrt()  # type: ignore[method-assign]
    with pytest.raises(ExportError, match=r"root\.onnx: outputs of PyTorch are not finite .*: y\."):
        export_checked(root, {"x": torch.ones(1, 2)}, ["y"], tmp_path / "root.onnx", "fp32")


def test_an_encoder_that_is_kept_is_not_compared_with_nan(tmp_path: Path) -> None:
    encoder = torch.nn.Identity()
    image = torch.ones(1, 2)
    export_checked(encoder, {"image": image}, ["embedding"], tmp_path / "encoder.onnx", "fp32")
    kept = SimpleNamespace(encode=lambda x: x)
    assert torch.equal(check_encoder(cast(System, kept), image, tmp_path / "encoder.onnx"), image)
    broken = SimpleNamespace(encode=lambda x: x * torch.nan)
    with pytest.raises(ExportError, match=r"encoder\.onnx: outputs of the encoder .* are not finite: embedding\."):
        check_encoder(cast(System, broken), image, tmp_path / "encoder.onnx")


def run_convert(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medzoo_train.convert", *arguments]
    return subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)


def test_a_sam_is_told_from_a_sam_med2d_and_int8_wants_data(mini: Path, tmp_path: Path) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    torch.save({name: tensor for name, tensor in state.items() if ".Adapter." not in name}, tmp_path / "sam.pth")
    with pytest.raises(CheckpointError, match=r"sam\.pth has no adapters.*train --sam"):
        read_sam(tmp_path / "sam.pth", None)
    unmeasured = run_convert("--checkpoint", str(tmp_path / "sam.pth"), "--out", str(tmp_path / "out"), "--precision", "int8")
    assert unmeasured.returncode != 0
    assert "give --data" in unmeasured.stderr


def test_a_config_overrides_what_the_tensors_say(mini: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"window_size": 7}))
    with pytest.raises(CheckpointError, match=r"attn\.rel_pos_h has shape \[27, \d+\], expected \[13, \d+\]"):
        read_sam(mini / "sam-med2d_mini.pth", tmp_path / "config.json")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('{"embed_dims": 96}', 'there is no size "embed_dims"\\. There are embed_dim, .*Did you mean "embed_dim"'),
        ('{"seed": 7}', 'there is no size "seed"'),
        ('{"window_size": "7"}', '"window_size" is "7"; expected such as 14'),
        ('{"global_attn_indexes": 1}', '"global_attn_indexes" is 1; expected such as \\[1, 3\\]'),
        ("[7]", "holds a list; expected an object"),
        ("{7}", "is not valid JSON: "),
    ],
)
def test_a_config_that_cannot_be_meant_is_an_error(mini: Path, tmp_path: Path, config: str, message: str) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ConfigError, match=message):
        read_sam(mini / "sam-med2d_mini.pth", tmp_path / "config.json")


def test_names_under_a_prefix_and_of_another_model_are_told(mini: Path, tmp_path: Path) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    wrapped = {f"module.{name}": tensor for name, tensor in state.items()} | {"step": torch.zeros(1)}
    torch.save(wrapped, tmp_path / "wrapped.pth")
    with pytest.raises(CheckpointError, match=rf'{len(state)} of {len(wrapped)} names start with "module\.".*removeprefix'):
        read_sam(tmp_path / "wrapped.pth", None)
    torch.save(torch.nn.Linear(3, 2).state_dict(), tmp_path / "linear.pth")
    with pytest.raises(
        CheckpointError, match=r"linear\.pth is another model: none of its 2 names .* The first are weight, bias\."
    ):
        read_sam(tmp_path / "linear.pth", None)


def test_a_folder_for_a_file_and_a_file_for_a_folder_are_told(mini: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"is a folder; expected a \.pth"):
        read_sam(tmp_path, None)
    (tmp_path / "taken").touch()
    for out in (tmp_path / "taken", tmp_path / "taken" / "out"):
        refused = run_convert("--checkpoint", str(mini / "sam-med2d_mini.pth"), "--out", str(out))
        assert refused.returncode == 2
        assert "taken is a file; name a folder to write into." in refused.stderr


def test_what_training_saved_beside_the_weights_is_passed_over(tmp_path: Path) -> None:
    """As the authors' script saves: the optimiser itself, not its state."""
    layer = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(layer.parameters())
    layer(torch.randn(1, 3)).sum().backward()
    optimiser.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [1])
    saved = {"model": layer.state_dict(), "optimizer": optimiser, "schedule": schedule, "args": argparse.Namespace(lr=1e-4)}
    torch.save(saved, tmp_path / "saved.pth")
    found = read_checkpoint(tmp_path / "saved.pth")
    assert found.keys() == {"weight", "bias"}
    assert torch.equal(found["weight"], layer.weight)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_checkpoint_is_used_where_it_lies_and_left_as_it_is(sam: SamMed2d, tmp_path: Path, zipped: bool) -> None:
    """A ViT-H has 8 GB: its tensors become the model's, in float32, and rounding the model rounds nothing on the disk."""
    state = {name: tensor.half() if name == "image_encoder.pos_embed" else tensor for name, tensor in sam.state_dict().items()}
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
