"""LiteMedSAM's image encoder: a TinyViT (Wu 2022) of 256x256 pixels, as MobileSAM and LiteMedSAM changed it
(Apache-2.0).

Names are those of its checkpoint. The first stage convolves at every pixel; the second and third halve the side, the
fourth does not, so an embedding has 64x64 cells. Attention is in windows of 7 or 14 cells with a learned bias for each
distance; a side that windows do not divide is padded with zeros, which take part.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoints.checkpoint import decoder_config_of, load_strictly
from ..config import EncoderConfig
from ..layers import LayerNorm2d
from ..promptable.sam_med2d import SamMed2d

#: Channels, blocks, heads, side of the windows (none: convolutions) and of the map, of each stage.
STAGES = ((64, 2, 0, 0, 256), (128, 2, 4, 7, 128), (160, 6, 5, 14, 64), (320, 2, 10, 7, 64))
OUT = 256
LITE_MEDSAM = EncoderConfig(embed_dim=320, depth=12, num_heads=10, image_size=256, patch_size=4, out_chans=OUT)


def conv_norm(c_in: int, c_out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    layers = nn.Sequential()
    layers.add_module("c", nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False))
    layers.add_module("bn", nn.BatchNorm2d(c_out))
    return layers


class PatchEmbed(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.seq = nn.Sequential(conv_norm(3, channels // 2), nn.GELU(), conv_norm(channels // 2, channels))

    def forward(self, x: Tensor) -> Tensor:
        return self.seq(x)  # type: ignore[no-any-return]


class MbConv(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        wide = 4 * channels
        self.conv1, self.conv2 = conv_norm(channels, wide), conv_norm(wide, wide, 3, groups=wide)
        self.conv3 = conv_norm(wide, channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x))))) + x)


class PatchMerging(nn.Module):
    def __init__(self, c_in: int, c_out: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = conv_norm(c_in, c_out), conv_norm(c_out, c_out, 3, stride, groups=c_out)
        self.conv3 = conv_norm(c_out, c_out)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))  # type: ignore[no-any-return]


class WindowAttention(nn.Module):
    attention_bias_idxs: Tensor

    def __init__(self, dim: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.width = heads, dim // heads
        self.norm = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        places = [(y, x) for y in range(window) for x in range(window)]
        known: dict[tuple[int, int], int] = {}
        index = [known.setdefault((abs(y - v), abs(x - u)), len(known)) for y, x in places for v, u in places]
        self.attention_biases = nn.Parameter(torch.zeros(heads, len(known)))
        self.register_buffer(
            "attention_bias_idxs", torch.tensor(index).reshape(len(places), len(places)), persistent=False
        )

    def forward(self, x: Tensor) -> Tensor:
        """float32 [B, N, dim] of one window each."""
        count = x.shape[1]
        # Query, key and value of each head stand together, unlike in a ViT.
        qkv = self.qkv(self.norm(x)).reshape(-1, count, self.heads, 3 * self.width).transpose(1, 2)
        q, k, v = qkv.split(self.width, dim=-1)
        weights = (q @ k.transpose(-2, -1)) * self.width**-0.5 + self.attention_biases[:, self.attention_bias_idxs]
        return self.proj((weights.softmax(-1) @ v).transpose(1, 2).reshape(-1, count, self.heads * self.width))  # type: ignore[no-any-return]


class Mlp(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc1, self.fc2 = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(self.norm(x))))  # type: ignore[no-any-return]


class TinyVitBlock(nn.Module):
    def __init__(self, dim: int, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = WindowAttention(dim, heads, window)
        self.mlp = Mlp(dim)
        self.local_conv = conv_norm(dim, dim, 3, groups=dim)

    def forward(self, x: Tensor) -> Tensor:
        """float32 [B, dim, S, S]."""
        dim, side, window = int(x.shape[1]), int(x.shape[2]), self.window
        cells = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, -side % window, 0, -side % window))
        padded = side + -side % window
        n = padded // window
        parts = cells.reshape(-1, n, window, n, window, dim).transpose(2, 3).reshape(-1, window * window, dim)
        seen = self.attn(parts).reshape(-1, n, n, window, window, dim).transpose(2, 3).reshape(-1, padded, padded, dim)
        x = self.local_conv(x + seen[:, :side, :side].permute(0, 3, 1, 2))
        y: Tensor = self.mlp(x.flatten(2).transpose(1, 2))
        return x + y.transpose(1, 2).reshape(-1, dim, side, side)


class Stage(nn.Module):
    def __init__(self, index: int) -> None:
        super().__init__()
        dim, depth, heads, window, side = STAGES[index]
        self.blocks = nn.ModuleList(TinyVitBlock(dim, heads, window) if heads else MbConv(dim) for _ in range(depth))
        self.downsample = None
        if index + 1 < len(STAGES):
            after = STAGES[index + 1]
            self.downsample = PatchMerging(dim, after[0], side // after[4])

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x if self.downsample is None else self.downsample(x)


class TinyVit(nn.Module):
    """float32 [B, 3, 256, 256] of 0..1 -> embedding float32 [B, 256, 64, 64]."""

    config = LITE_MEDSAM

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = PatchEmbed(STAGES[0][0])
        self.layers = nn.ModuleList(Stage(index) for index in range(len(STAGES)))
        self.neck = nn.Sequential(
            nn.Conv2d(STAGES[-1][0], OUT, 1, bias=False), LayerNorm2d(OUT),
            nn.Conv2d(OUT, OUT, 3, padding=1, bias=False), LayerNorm2d(OUT),
        )  # fmt: skip

    def forward(self, image: Tensor) -> Tensor:
        x = self.patch_embed(image)
        for layer in self.layers:
            x = layer(x)
        return self.neck(x)  # type: ignore[no-any-return]


def lite_medsam_from(state: Mapping[str, Tensor]) -> SamMed2d:
    """LiteMedSAM, filled strictly, in eval mode: a SAM-Med2D but for its encoder."""
    # Counters of batch norms serve training alone and are not in every copy.
    tensors = {name: tensor.float() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    small = EncoderConfig(
        embed_dim=8, depth=0, num_heads=1, image_size=256, patch_size=4, out_chans=8, global_attn_indexes=()
    )
    model = SamMed2d(small, decoder_config_of(tensors))
    model.image_encoder = TinyVit()  # type: ignore[assignment]
    counters = {name: tensor for name, tensor in model.state_dict().items() if name.endswith("num_batches_tracked")}
    load_strictly(model, {**tensors, **counters})
    return model.eval()
