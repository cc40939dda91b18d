"""Modules with exactly the inputs and outputs of the files we ship."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..models.promptable.closer import Closer
from ..models.promptable.sam_med2d import SamMed2d

#: Of a MedCls file, in order.
MEDCLS_OUTPUTS = ("logits", "attention", "evidence")


class PromptableDecoder(nn.Module):
    """SAM-Med2D's prompt encoder and mask decoder as one graph.

    The dense positions are computed here once instead of in each run; prompts are looked up in a table by label, since
    the reference's in-place boolean masks export and then fail in ONNX Runtime.

    With `closer` there is one input more, the preprocessed image, and masks have its size. They are two then: the one
    for a clear prompt, and of the three for an ambiguous one that of the highest estimated IoU, so that only two are
    looked at closely.
    """

    dense_pe: Tensor

    def __init__(self, sam: SamMed2d, closer: Closer | None = None) -> None:
        super().__init__()
        self.prompt_encoder = sam.prompt_encoder
        self.mask_decoder = sam.mask_decoder
        self.closer = closer
        with torch.no_grad():
            self.register_buffer("dense_pe", sam.prompt_encoder.dense_pe().clone())

    def forward(
        self,
        embedding: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
        image: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        sparse = self.prompt_encoder.sparse(point_coords, point_labels)
        dense = self.prompt_encoder.dense(mask_input, has_mask_input)
        masks, iou = self.mask_decoder(embedding, self.dense_pe, sparse, dense)
        if self.closer is None or image is None:
            return masks, iou
        coords = point_coords / image.shape[-1]
        best = iou[:, 1:].argmax(1).reshape(-1, 1, 1) + 1
        masks = torch.cat([masks[:, :1], masks.gather(1, best[..., None].expand(-1, 1, *masks.shape[2:]))], dim=1)
        return self.closer(image, embedding, masks, coords, point_labels)  # type: ignore[no-any-return]


class AutoMedFile(nn.Module):
    """AutoMed with presence as a probability."""

    def __init__(self, automed: nn.Module) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: Tensor, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        masks, iou, presence = self.automed(embedding, image)
        return masks, iou, torch.sigmoid(presence)
