"""SAM-Med2D put together."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ..checkpoints.checkpoint import decoder_config_of, encoder_config_of, load_strictly
from ..config import DecoderConfig, EncoderConfig
from ..encoder.image_encoder import ImageEncoder
from .mask_decoder import MaskDecoder
from .prompt_encoder import PromptEncoder


class SamMed2d(nn.Module):
    """Encoder, prompt encoder and mask decoder, with the reference's parameter names."""

    def __init__(self, encoder: EncoderConfig, decoder: DecoderConfig) -> None:
        super().__init__()
        self.image_encoder = ImageEncoder(encoder)
        self.prompt_encoder = PromptEncoder(decoder, encoder.image_size, encoder.grid)
        self.mask_decoder = MaskDecoder(decoder)

    def decode(
        self, embedding: Tensor, coords: Tensor, labels: Tensor, mask: Tensor, has_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The promptable head; see PromptEncoder for the prompts and MaskDecoder for the outputs."""
        sparse = self.prompt_encoder.sparse(coords, labels)
        dense = self.prompt_encoder.dense(mask, has_mask)
        return self.mask_decoder(embedding, self.prompt_encoder.dense_pe(embedding.shape[-1]), sparse, dense)  # type: ignore[no-any-return]


def sam_med2d_from(state: Mapping[str, Tensor], encoder: EncoderConfig | None = None) -> SamMed2d:
    """A SAM-Med2D of the checkpoint's own sizes (or of `encoder`, where given), filled strictly, in eval mode.

    Its weights are the checkpoint's tensors, in float32: a ViT-H is not held twice, nor filled with random numbers
    first.
    """
    with torch.device("meta"):
        model = SamMed2d(encoder or encoder_config_of(state), decoder_config_of(state))
    load_strictly(model, {name: tensor.float() for name, tensor in state.items()}, assign=True)
    return model.eval()
