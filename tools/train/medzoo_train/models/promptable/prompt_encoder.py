"""SAM's prompt encoder, written so that it exports: labels look up a table instead of masking in place."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import DecoderConfig
from ..layers import LayerNorm2d
from ..transformer import fourier, grid_positions

#: Labels of a prompt token: padding, negative point, positive point, first and second corner of a box.
PADDING, NEGATIVE, POSITIVE, BOX_FIRST, BOX_SECOND = -1, 0, 1, 2, 3


class PositionEmbedding(nn.Module):
    positional_encoding_gaussian_matrix: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, features))


class PromptEncoder(nn.Module):
    def __init__(self, config: DecoderConfig, image_size: int, grid: int) -> None:
        super().__init__()
        dim, hidden = config.dim, config.mask_in_chans
        self.image_size = image_size
        self.grid = grid
        self.pe_layer = PositionEmbedding(dim // 2)
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, dim) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, dim)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, hidden // 4, 2, 2),
            LayerNorm2d(hidden // 4),
            nn.GELU(),
            nn.Conv2d(hidden // 4, hidden, 2, 2),
            LayerNorm2d(hidden),
            nn.GELU(),
            nn.Conv2d(hidden, dim, 1),
        )
        self.no_mask_embed = nn.Embedding(1, dim)

    def dense_pe(self, grid: int | None = None) -> Tensor:
        """float32 [1, dim, grid, grid]; another grid than the model's own only where training runs on smaller
        images.
        """
        return grid_positions(self.pe_layer.positional_encoding_gaussian_matrix, grid or self.grid)

    def sparse(self, coords: Tensor, labels: Tensor) -> Tensor:
        """coords: float32 [B, N, 2], x and y in pixels of the model's input; labels: float32 [B, N], see the constants
        above.

        Gives float32 [B, N, dim]. Padding carries no position.
        """
        position = fourier(self.pe_layer.positional_encoding_gaussian_matrix, (coords + 0.5) / self.image_size)
        rows = [self.not_a_point_embed, *self.point_embeddings]
        table = torch.cat([row.get_parameter("weight") for row in rows])
        known = (labels >= 0).to(position.dtype)[..., None]
        return position * known + table[(labels + 1).long()]

    def dense(self, mask: Tensor, has_mask: Tensor) -> Tensor:
        """mask: float32 [B, 1, 4*grid, 4*grid] logits; has_mask: float32 [B], 0 or 1 -> float32 [B, dim, grid,
        grid].
        """
        flag = has_mask.reshape(-1, 1, 1, 1)
        none = self.no_mask_embed.weight.reshape(1, -1, 1, 1)
        return self.mask_downscaling(mask) * flag + none * (1 - flag)  # type: ignore[no-any-return]
