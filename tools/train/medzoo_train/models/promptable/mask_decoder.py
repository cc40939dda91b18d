"""SAM's mask decoder: an iou token, mask tokens, a two-way transformer, upscaling, hypernetworks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import DecoderConfig
from ..layers import LayerNorm2d, Mlp, first_channels, sides
from ..transformer import TwoWayTransformer


class MaskDecoder(nn.Module):
    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        dim = config.dim
        self.dim = dim
        self.num_mask_tokens = config.multimask_outputs + 1
        self.transformer = TwoWayTransformer(config.depth, dim, config.num_heads, config.mlp_dim)
        self.iou_token = nn.Embedding(1, dim)
        self.mask_tokens = nn.Embedding(self.num_mask_tokens, dim)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(dim, dim // 4, 2, 2),
            LayerNorm2d(dim // 4),
            nn.GELU(),
            nn.ConvTranspose2d(dim // 4, dim // 8, 2, 2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(Mlp(dim, dim, dim // 8, 3) for _ in range(self.num_mask_tokens))
        self.iou_prediction_head = Mlp(dim, config.iou_head_hidden, self.num_mask_tokens, 3)

    def forward(self, embedding: Tensor, image_pe: Tensor, sparse: Tensor, dense: Tensor) -> tuple[Tensor, Tensor]:
        """embedding: float32 [B, C, G, G], of which the first `dim` channels are read; image_pe: float32 [1, dim, G,
        G]; sparse: float32 [B, N, dim]; dense: float32 [B, dim, G, G].

        Gives logits float32 [B, 4, 4*G, 4*G] (index 0 alone, 1..3 for ambiguous prompts) and iou float32 [B, 4].
        """
        embedding = first_channels(embedding, self.dim)
        dim, grid, _ = sides(embedding)
        own = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([own.expand(sparse.shape[0], -1, -1), sparse], dim=1)
        tokens, image = self.transformer(embedding + dense, image_pe, tokens)
        upscaled = self.output_upscaling(image.transpose(1, 2).reshape(-1, dim, grid, grid))
        kernels = torch.stack([mlp(tokens[:, 1 + i]) for i, mlp in enumerate(self.output_hypernetworks_mlps)], dim=1)
        masks = (kernels @ upscaled.flatten(2)).reshape(-1, self.num_mask_tokens, 4 * grid, 4 * grid)
        return masks, self.iou_prediction_head(tokens[:, 0])
