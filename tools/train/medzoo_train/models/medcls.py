"""SAM-MedCls: attention modules on the embedding, one head for each classification task."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .layers import first_channels, sides


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
    """One learned query per class looks at the cells, and what it saw is scored.

    Behind the attention everything is linear but the norm's division by one number for each class. So a class's logit
    is, exactly, a constant and a sum over cells: what each cell adds to it is its evidence.
    """

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(classes, dim) * 0.02)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)
        self.weight = nn.Parameter(torch.randn(classes, dim) * 0.02)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.scale = dim**-0.5

    def forward(self, cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """cells: float32 [B, N, dim] -> logits [B, K], attention [B, K, N] (each row sums to 1), evidence [B, K, N]."""
        attention = torch.softmax(self.queries @ self.key(cells).transpose(1, 2) * self.scale, dim=-1)
        values = self.value(cells)
        seen = attention @ values
        logits = (self.norm(seen) * self.weight).sum(-1) + self.bias
        return logits, attention, attention * self.scores(values) / self.deviation(seen)

    def scores(self, values: Tensor) -> Tensor:
        """What each cell would add to each logit, looked at alone, before the norm's division; [B, N, dim] -> [B, K,
        N].
        """
        weight = self.norm.weight * self.weight
        # The norm subtracts the mean over channels: as well subtracted from the weights.
        return (weight - weight.mean(1, keepdim=True)) @ values.transpose(1, 2)

    def deviation(self, seen: Tensor) -> Tensor:
        centred = seen - seen.mean(-1, keepdim=True)
        return torch.sqrt(centred.square().mean(-1, keepdim=True) + self.norm.eps)


class MedCls(nn.Module):
    """embedding float32 [B, C, 16, 16], of which the first `dim` channels are read -> logits float32 [B, K], attention
    and evidence float32 [B, 16, 16].

    Both maps are of the most probable class, which is the one a reader asks "why" about. The evidence is what a cell
    adds to its logit more than, on average, to those of the other classes: with a constant it sums to the margin. The
    attention says where the class's query looked, also at what speaks against the class (EXPERIMENTS.md, 8).
    """

    def __init__(self, dim: int, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, dim)
        self.mix = nn.Sequential(nn.Conv2d(dim, dim, 3, padding=1, groups=dim), nn.Conv2d(dim, dim, 1), nn.Hardswish())
        self.channel = ChannelAttention(dim)
        self.spatial = SpatialAttention()
        self.dropout = nn.Dropout(dropout)
        self.classes = ClassQueries(dim, classes)

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.norm(first_channels(embedding, self.norm.num_channels))
        x = self.spatial(self.channel(x + self.mix(x)))
        _, h, w = sides(x)
        logits, attention, evidence = self.classes(self.dropout(x.flatten(2).transpose(1, 2)))
        classes = logits.shape[1]
        more = (evidence * classes - evidence.sum(1, keepdim=True)) / max(classes - 1, 1)
        top = logits.argmax(1).reshape(-1, 1, 1).expand(-1, 1, h * w)
        return logits, attention.gather(1, top).reshape(-1, h, w), more.gather(1, top).reshape(-1, h, w)


class PooledClassifier(nn.Module):
    """Mean pooling and a linear layer: what MedCls is measured against."""

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, dim)
        self.linear = nn.Linear(dim, classes)

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        x = self.norm(first_channels(embedding, self.norm.num_channels))
        return self.linear(x.mean((2, 3))), x.abs().mean(1)
