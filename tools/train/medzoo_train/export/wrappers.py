"""Modules with exactly the inputs and outputs of the files we ship."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..models.sam_med2d import SamMed2d

#: Of a MedCls file, in order.
MEDCLS_OUTPUTS = ("logits", "attention", "evidence")


class PromptableDecoder(nn.Module):
    """SAM-Med2D's prompt encoder and mask decoder as one graph.

    The dense positions are computed here once instead of in each run; prompts are looked up in a table by label, since the
    reference's in-place boolean masks export and then fail in ONNX Runtime.
    """

    dense_pe: Tensor

    def __init__(self, sam: SamMed2d) -> None:
        super().__init__()
        self.prompt_encoder = sam.prompt_encoder
        self.mask_decoder = sam.mask_decoder
        with torch.no_grad():
            self.register_buffer("dense_pe", sam.prompt_encoder.dense_pe().clone())

    def forward(
        self, embedding: Tensor, point_coords: Tensor, point_labels: Tensor, mask_input: Tensor, has_mask_input: Tensor
    ) -> tuple[Tensor, Tensor]:
        sparse = self.prompt_encoder.sparse(point_coords, point_labels)
        dense = self.prompt_encoder.dense(mask_input, has_mask_input)
        return self.mask_decoder(embedding, self.dense_pe, sparse, dense)  # type: ignore[no-any-return]


class AutoMedFile(nn.Module):
    """AutoMed with presence as a probability."""

    def __init__(self, automed: nn.Module) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: Tensor, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        masks, iou, presence = self.automed(embedding, image)
        return masks, iou, torch.sigmoid(presence)
