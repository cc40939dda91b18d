"""The encoder's attention: decomposed relative positions, and windows computed without the work on padding."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..layers import sides


def relative_table(q_size: int, k_size: int, rel_pos: Tensor) -> Tensor:
    """Rows of a relative-position table for each (query, key) pair along one axis.

    `rel_pos` is float32 [2*size-1, head_dim]; the result float32 [q_size, k_size, head_dim]. A table of another length
    is resized linearly, as SAM does.
    """
    length = 2 * max(q_size, k_size) - 1
    if rel_pos.shape[0] != length:
        resized = F.interpolate(rel_pos.t()[None], size=length, mode="linear", align_corners=False)
        rel_pos = resized[0].t()
    q = torch.arange(q_size)[:, None] * max(k_size / q_size, 1.0)
    k = torch.arange(k_size)[None, :] * max(q_size / k_size, 1.0)
    return rel_pos[(q - k + (k_size - 1) * max(q_size / k_size, 1.0)).long()]


class Attention(nn.Module):
    """Multi-head self-attention over a square window with decomposed relative positions (names as in SAM)."""

    def __init__(self, dim: int, num_heads: int, input_size: int, rel_pos: bool) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3)
        self.proj = nn.Linear(dim, dim)
        self.use_rel_pos = rel_pos
        if rel_pos:
            self.rel_pos_h = nn.Parameter(torch.zeros(2 * input_size - 1, dim // num_heads))
            self.rel_pos_w = nn.Parameter(torch.zeros(2 * input_size - 1, dim // num_heads))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, side: int) -> Tensor:
        """q, k, v: float32 [N, heads, side*side, head_dim] of square windows -> [N, heads, side*side, head_dim]."""
        if not self.use_rel_pos:
            # Written out: on the CPU in bfloat16 this trains faster than the fused kernel, and it exports as plain
            # operators.
            return torch.softmax((q * self.scale) @ k.transpose(-2, -1), dim=-1) @ v
        heads, tokens, d = sides(q)
        table_h = relative_table(side, side, self.rel_pos_h).transpose(1, 2)  # [q, d, k]
        table_w = relative_table(side, side, self.rel_pos_w).transpose(1, 2)
        grid = q.reshape(-1, side, side, d)
        rel_h = grid @ table_h  # [n*heads, qh, qw, kh]
        rel_w = (grid.transpose(1, 2) @ table_w).transpose(1, 2)  # [n*heads, qh, qw, kw]
        bias = (rel_h[..., :, None] + rel_w[..., None, :]).reshape(-1, heads, tokens, tokens)
        scores = (q * self.scale) @ k.transpose(-2, -1) + bias
        return torch.softmax(scores, dim=-1) @ v

    def forward(self, x: Tensor) -> Tensor:
        """x: float32 [N, side, side, dim] -> the same shape."""
        h, w, c = sides(x)
        qkv = self.qkv(x).reshape(-1, h * w, 3, self.num_heads, c // self.num_heads).permute(2, 0, 3, 1, 4)
        out = self.attend(qkv[0], qkv[1], qkv[2], h)
        return self.proj(out.transpose(1, 2).reshape(-1, h, w, c))  # type: ignore[no-any-return]


@cache
def window_index(grid: int, window: int) -> tuple[Tensor, Tensor]:
    """Where each token of each padded window comes from, and where each real token ends up.

    Returns int64 [windows*window*window], an index into the grid's tokens with `grid*grid` standing for padding, and
    int64 [grid*grid], the place of each real token among the windows' tokens. Computed outside PyTorch, so that an
    exporter which traces sees constants.
    """
    padded = -(-grid // window) * window
    source = np.full((padded, padded), grid * grid, dtype=np.int64)
    source[:grid, :grid] = np.arange(grid * grid).reshape(grid, grid)
    per_side = padded // window
    windows = source.reshape(per_side, window, per_side, window).swapaxes(1, 2).reshape(-1)
    real = np.flatnonzero(windows < grid * grid)
    places = np.empty(grid * grid, dtype=np.int64)
    places[windows[real]] = real
    return torch.from_numpy(windows), torch.from_numpy(places)


def attend_windows(attention: Attention, x: Tensor, window: int) -> Tensor:
    """Windowed attention exactly as the reference has it, without projecting the padding.

    The reference pads the *normalised* tokens with zeros, so a padded token's q, k and v are the qkv bias, and padded
    keys do take part in the softmax. Here q, k, v are computed for the real tokens and for one row of zeros, and a
    gather builds the windows from them: same numbers, no projections of padding.

    x: float32 [B, grid, grid, dim] -> the same shape.
    """
    grid, _, c = sides(x)
    heads = attention.num_heads
    windows, places = window_index(grid, window)
    count = windows.numel() // (window * window)
    qkv = attention.qkv(F.pad(x.reshape(-1, grid * grid, c), (0, 0, 0, 1)))
    rows = qkv.index_select(1, windows.to(x.device))
    rows = rows.reshape(-1, window * window, 3, heads, c // heads).permute(2, 0, 3, 1, 4)
    out = attention.attend(rows[0], rows[1], rows[2], window)
    out = out.transpose(1, 2).reshape(-1, count * window * window, c).index_select(1, places.to(x.device))
    return attention.proj(out).reshape(-1, grid, grid, c)  # type: ignore[no-any-return]


def attend_padded_windows(attention: Attention, x: Tensor, window: int) -> Tensor:
    """Windowed attention in the reference's own steps: pad, split, attend, join, crop. Kept to be compared with."""
    grid, _, c = sides(x)
    pad = (window - grid % window) % window
    padded = grid + pad
    x = F.pad(x, (0, 0, 0, pad, 0, pad))
    per_side = padded // window
    x = x.reshape(-1, per_side, window, per_side, window, c).transpose(2, 3).reshape(-1, window, window, c)
    x = attention(x)
    x = x.reshape(-1, per_side, per_side, window, window, c).transpose(2, 3).reshape(-1, padded, padded, c)
    return x[:, :grid, :grid]
