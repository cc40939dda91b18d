"""SAM-MedCls: attention modules on the embedding, one head for each classification task."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .layers import sides


class ChannelAttention(nn.Module):
    """Which channels matter: a shared MLP over average- and max-pooled channels (Woo 2018)."""

    def __init__(self, dim: int, reduction: int = 8) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(dim, dim // reduction, bias=False), nn.ReLU(), nn.Linear(dim // reduction, dim, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.mlp(x.mean((2, 3))) + self.mlp(x.amax((2, 3))))
        return x * gate[:, :, None, None]


class SpatialAttention(nn.Module):
    """Which places matter: a 7x7 convolution over channel-wise average and maximum (Woo 2018)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], dim=1)
        return x * torch.sigmoid(self.conv(pooled))


class ClassQueries(nn.Module):
    """One learned query per class looks at the cells; what it saw is scored, and where it looked is the heat map."""

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(classes, dim) * 0.02)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)
        self.weight = nn.Parameter(torch.randn(classes, dim) * 0.02)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.scale = dim**-0.5

    def forward(self, cells: Tensor) -> tuple[Tensor, Tensor]:
        """cells: float32 [B, N, dim] -> logits [B, K], attention [B, K, N] (each row sums to 1)."""
        attention = torch.softmax(self.queries @ self.key(cells).transpose(1, 2) * self.scale, dim=-1)
        seen = self.norm(attention @ self.value(cells))
        return (seen * self.weight).sum(-1) + self.bias, attention


class MedCls(nn.Module):
    """embedding float32 [B, dim, 16, 16] -> logits float32 [B, K] and attention float32 [B, 16, 16].

    The attention is that of the most probable class, which is the one a reader asks "why" about.
    """

    def __init__(self, dim: int, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, dim)
        self.mix = nn.Sequential(nn.Conv2d(dim, dim, 3, padding=1, groups=dim), nn.Conv2d(dim, dim, 1), nn.Hardswish())
        self.channel = ChannelAttention(dim)
        self.spatial = SpatialAttention()
        self.dropout = nn.Dropout(dropout)
        self.classes = ClassQueries(dim, classes)

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        x = self.norm(embedding)
        x = self.spatial(self.channel(x + self.mix(x)))
        _, h, w = sides(x)
        logits, attention = self.classes(self.dropout(x.flatten(2).transpose(1, 2)))
        top = logits.argmax(1).reshape(-1, 1, 1).expand(-1, 1, h * w)
        return logits, attention.gather(1, top).reshape(-1, h, w)


class PooledClassifier(nn.Module):
    """Mean pooling and a linear layer: what MedCls is measured against."""

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, dim)
        self.linear = nn.Linear(dim, classes)

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        x = self.norm(embedding)
        return self.linear(x.mean((2, 3))), x.abs().mean(1)
