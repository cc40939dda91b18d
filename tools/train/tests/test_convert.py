"""What is converted, and what is refused with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import torch

from medzoo_train.convert import ConfigError, convert, read_sam
from medzoo_train.export.checked_file import ExportError, check_encoder, export_checked
from medzoo_train.models.checkpoints.read_checkpoint import CheckpointError, read_checkpoint
from medzoo_train.models.promptable.sam_med2d import SamMed2d, sam_med2d_from
from medzoo_train.models.system import System
from tests.places import TRAIN


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
    return subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)


def test_a_sam_is_told_from_a_sam_med2d_and_int8_wants_data(mini: Path, tmp_path: Path) -> None:
    state = read_checkpoint(mini / "sam-med2d_mini.pth")
    torch.save({name: tensor for name, tensor in state.items() if ".Adapter." not in name}, tmp_path / "sam.pth")
    with pytest.raises(CheckpointError, match=r"sam\.pth has no adapters.*train --sam"):
        read_sam(tmp_path / "sam.pth", None)
    unmeasured = run_convert(
        "--checkpoint", str(tmp_path / "sam.pth"), "--out", str(tmp_path / "out"), "--precision", "int8"
    )
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


def test_a_folder_for_a_file_and_a_file_for_a_folder_are_told(mini: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"is a folder; expected a \.pth"):
        read_sam(tmp_path, None)
    (tmp_path / "taken").touch()
    for out in (tmp_path / "taken", tmp_path / "taken" / "out"):
        refused = run_convert("--checkpoint", str(mini / "sam-med2d_mini.pth"), "--out", str(out))
        assert refused.returncode == 2
        assert "taken is a file; name a folder to write into." in refused.stderr
