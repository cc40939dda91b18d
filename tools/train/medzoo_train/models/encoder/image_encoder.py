"""SAM-Med2D's image encoder: a ViT with an adapter in each block and a convolutional neck."""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import EncoderConfig
from ..layers import DropPath, LayerNorm2d, MlpBlock
from ..pixels import PIXEL_MEAN, PIXEL_STD
from .attention import Attention, attend_padded_windows, attend_windows
from .mobile_trunk import MobileTrunk
from .stage import Stage


class ConvAdapter(nn.Module):
    """The reference's adapter: a channel gate, then a strided convolution down and a transposed one back up."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.channel = nn.Sequential(
            nn.Linear(dim, dim // 4, bias=False), nn.ReLU(), nn.Linear(dim // 4, dim, bias=False), nn.Sigmoid()
        )
        self.spatial = nn.Sequential(
            nn.Conv2d(dim, dim, 3, stride=2, padding=1, bias=False),
            nn.ReLU(),
            nn.ConvTranspose2d(dim, dim, 4, stride=2, padding=1, bias=False),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """x: float32 [B, H, W, dim], already normalised -> the same shape."""
        n = x.permute(0, 3, 1, 2)
        gate = self.channel(n.mean((2, 3)))[:, :, None, None]
        return self.norm((n + self.spatial(gate * n)).permute(0, 2, 3, 1))  # type: ignore[no-any-return]


class LightAdapter(nn.Module):
    """Our adapter for small encoders: the same gate, then 1x1 down, depthwise 3x3, 1x1 up (6 % of the weights)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        hidden = dim // 2
        self.channel = nn.Sequential(
            nn.Linear(dim, dim // 4, bias=False), nn.ReLU(), nn.Linear(dim // 4, dim, bias=False), nn.Sigmoid()
        )
        self.down = nn.Conv2d(dim, hidden, 1, bias=False)
        self.depthwise = nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden)
        self.act = nn.Hardswish()
        self.up = nn.Conv2d(hidden, dim, 1)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """x: float32 [B, H, W, dim], already normalised -> the same shape."""
        n = x.permute(0, 3, 1, 2)
        gate = self.channel(n.mean((2, 3)))[:, :, None, None]
        return self.up(self.act(self.depthwise(self.down(gate * n)))).permute(0, 2, 3, 1)  # type: ignore[no-any-return]


class Block(nn.Module):
    """x + attention(norm1(x)), then x + mlp(n) + adapter(n) with n = norm2(x)."""

    def __init__(self, config: EncoderConfig, index: int) -> None:
        super().__init__()
        dim = config.embed_dim
        self.window = config.window_of(index)
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, config.num_heads, self.window or config.grid, config.rel_pos)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = MlpBlock(dim, int(dim * config.mlp_ratio))
        self.Adapter = ConvAdapter(dim) if config.adapter == "conv" else LightAdapter(dim)
        self.drop_path = DropPath(config.drop_path * index / max(config.depth - 1, 1))
        #: The reference's own steps instead of the rewrite; only the comparison of the two sets it.
        self.pad_windows = False

    def forward(self, x: Tensor) -> Tensor:
        n = self.norm1(x)
        if self.window == 0:
            attended = self.attn(n)
        elif self.pad_windows:
            attended = attend_padded_windows(self.attn, n, self.window)
        else:
            attended = attend_windows(self.attn, n, self.window)
        x = x + self.drop_path(attended)
        n = self.norm2(x)
        return x + self.drop_path(self.mlp(n) + self.Adapter(n))  # type: ignore[no-any-return]


class PatchEmbed(nn.Module):
    """ViT's patch embedding: one convolution with stride = kernel = patch size."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, config.embed_dim, config.patch_size, config.patch_size)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x).permute(0, 2, 3, 1)  # type: ignore[no-any-return]


def make_stem(config: EncoderConfig) -> nn.Module:
    """What turns pixels into tokens, float32 [B, 3, S, S] -> [B, S/16, S/16, embed_dim]; a trunk gives more."""
    if config.stem == "mobile":
        return MobileTrunk(config.embed_dim, PIXEL_MEAN, PIXEL_STD)
    return PatchEmbed(config)


class ImageEncoder(nn.Module):
    """float32 [B, 3, S, S], normalised -> embedding float32 [B, out_chans + stage_chans, S/16, S/16]."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.patch_embed = make_stem(config)
        self.pos_embed = nn.Parameter(torch.zeros(1, config.grid, config.grid, config.embed_dim))
        self.blocks = nn.ModuleList(Block(config, i) for i in range(config.depth))
        out = config.out_chans
        self.neck = nn.Sequential(
            nn.Conv2d(config.embed_dim, out, 1, bias=False),
            LayerNorm2d(out),
            nn.Conv2d(out, out, 3, padding=1, bias=False),
            LayerNorm2d(out),
        )
        self.stage: Stage | None = None
        if config.stage_chans:
            self.add_stage(config.stage_chans)

    def add_stage(self, channels: int) -> None:
        """So many channels more, behind the neck's, of random weights."""
        self.stage = Stage(channels)
        self.config = replace(self.config, stage_chans=channels)

    def forward(self, image: Tensor) -> Tensor:
        if not isinstance(self.patch_embed, MobileTrunk):
            return self.understand(self.patch_embed(image))
        tokens, found = self.patch_embed(image)
        known = self.understand(tokens)
        return known if self.stage is None else torch.cat([known, self.stage(found)], dim=1)

    def understand(self, x: Tensor) -> Tensor:
        """Tokens float32 [B, G, G, embed_dim] -> the neck's channels, float32 [B, out_chans, G, G]."""
        x = x + self.positions(x.shape[1])
        for block in self.blocks:
            x = block(x)
        return self.neck(x.permute(0, 3, 1, 2))  # type: ignore[no-any-return]

    def positions(self, grid: int) -> Tensor:
        """The position table, resized where training runs on smaller images."""
        if grid == self.pos_embed.shape[1]:
            return self.pos_embed
        table = self.pos_embed.permute(0, 3, 1, 2)
        return F.interpolate(table, size=(grid, grid), mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
