"""SAM's two-way transformer: tokens attend to the image and the image attends to the tokens."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .layers import MlpBlock, sides


class CrossAttention(nn.Module):
    """Multi-head attention with an inner width of dim / downsample (names as in SAM)."""

    def __init__(self, dim: int, num_heads: int, downsample: int = 1) -> None:
        super().__init__()
        inner = dim // downsample
        self.num_heads = num_heads
        self.q_proj = nn.Linear(dim, inner)
        self.k_proj = nn.Linear(dim, inner)
        self.v_proj = nn.Linear(dim, inner)
        self.out_proj = nn.Linear(inner, dim)

    def split(self, x: Tensor) -> Tensor:
        c = sides(x)[1]
        return x.reshape(x.shape[0], -1, self.num_heads, c // self.num_heads).transpose(1, 2)

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """q: float32 [B, Nq, dim]; k, v: float32 [B, Nk, dim] -> float32 [B, Nq, dim]."""
        q, k, v = self.split(self.q_proj(q)), self.split(self.k_proj(k)), self.split(self.v_proj(v))
        out = torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1), dim=-1) @ v
        return self.out_proj(out.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class TwoWayBlock(nn.Module):
    def __init__(self, dim: int, num_heads: int, mlp_dim: int, skip_first_pe: bool) -> None:
        super().__init__()
        self.self_attn = CrossAttention(dim, num_heads)
        self.norm1 = nn.LayerNorm(dim)
        self.cross_attn_token_to_image = CrossAttention(dim, num_heads, 2)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = MlpBlock(dim, mlp_dim, nn.ReLU)
        self.norm3 = nn.LayerNorm(dim)
        self.norm4 = nn.LayerNorm(dim)
        self.cross_attn_image_to_token = CrossAttention(dim, num_heads, 2)
        self.skip_first_pe = skip_first_pe

    def forward(self, tokens: Tensor, image: Tensor, token_pe: Tensor, image_pe: Tensor) -> tuple[Tensor, Tensor]:
        if self.skip_first_pe:
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            q = tokens + token_pe
            tokens = tokens + self.self_attn(q, q, tokens)
        tokens = self.norm1(tokens)
        tokens = tokens + self.cross_attn_token_to_image(tokens + token_pe, image + image_pe, image)
        tokens = self.norm2(tokens)
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = image + self.cross_attn_image_to_token(image + image_pe, tokens + token_pe, tokens)
        return tokens, self.norm4(image)


class TwoWayTransformer(nn.Module):
    def __init__(self, depth: int, dim: int, num_heads: int, mlp_dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TwoWayBlock(dim, num_heads, mlp_dim, i == 0) for i in range(depth))
        self.final_attn_token_to_image = CrossAttention(dim, num_heads, 2)
        self.norm_final_attn = nn.LayerNorm(dim)

    def forward(self, image: Tensor, image_pe: Tensor, token_pe: Tensor) -> tuple[Tensor, Tensor]:
        """image, image_pe: float32 [B, dim, H, W]; token_pe: float32 [B, N, dim] -> tokens [B, N, dim], image [B, H*W,
        dim].
        """
        image = image.flatten(2).transpose(1, 2)
        image_pe = image_pe.flatten(2).transpose(1, 2)
        tokens = token_pe
        for layer in self.layers:
            tokens, image = layer(tokens, image, token_pe, image_pe)
        attended = self.final_attn_token_to_image(tokens + token_pe, image + image_pe, image)
        return self.norm_final_attn(tokens + attended), image


def grid_positions(gaussian: Tensor, grid: int) -> Tensor:
    """Random Fourier positions of a grid's cell centres: float32 [1, 2*features, grid, grid] (Tancik 2020, as in
    SAM).
    """
    axis = (torch.arange(grid, device=gaussian.device, dtype=torch.float32) + 0.5) / grid
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return fourier(gaussian, torch.stack([x, y], dim=-1)).permute(2, 0, 1)[None]


def fourier(gaussian: Tensor, coordinates: Tensor) -> Tensor:
    """coordinates: float32 [..., 2], x and y in 0..1 -> float32 [..., 2*features]."""
    phase = 2 * torch.pi * ((2 * coordinates - 1) @ gaussian.float())
    return torch.cat([torch.sin(phase), torch.cos(phase)], dim=-1)
