"""SAM-Med2D against the reference code's own numbers, in PyTorch and through the exported file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from medzoo_train.convert import convert
from medzoo_train.export.graph.onnx_file import run_onnx
from medzoo_train.models.checkpoints.checkpoint import encoder_config_of
from medzoo_train.models.checkpoints.read_checkpoint import read_checkpoint
from medzoo_train.models.config import EncoderConfig
from medzoo_train.models.promptable.sam_med2d import SamMed2d, sam_med2d_from

TOLERANCE = 1e-4
CASES = ("points", "box", "points_box_mask")


@pytest.fixture(scope="module")
def expected(mini: Path) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in np.load(mini / "expected.npz").items()}


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
    return {
        "point_coords": coords,
        "point_labels": labels,
        "mask_input": expected["mask_input"],
        "has_mask_input": has_mask,
    }


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


def test_weights_stored_in_half_give_the_same_masks(mini: Path, expected: dict[str, Tensor], tmp_path: Path) -> None:
    convert(sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth")), tmp_path, "mini", "0.0.0", "fp16-storage")
    embedding = run_onnx(tmp_path / "encoder.onnx", {"image": expected["input"]})["embedding"]
    for case in CASES:
        masks = run_onnx(tmp_path / "decoder.onnx", {"embedding": embedding, **prompts(expected, case)})["masks"]
        difference = torch.sigmoid(masks) - torch.sigmoid(expected[f"{case}.low_res_masks"])
        assert difference.abs().max().item() < 1e-3
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "decoder.json",
        "decoder.onnx",
        "encoder.onnx",
        "model.json",
    ]
    decoder, encoder = (json.loads((tmp_path / name).read_text()) for name in ("decoder.json", "model.json"))
    assert decoder["encoder"] == {"id": "mini", "sha256": encoder["model"]["sha256"]}
