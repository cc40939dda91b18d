"""SAM-AutoMed: SAM-Med2D's decoder, one mask token per target, fed by the embedding and by automatic prompts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import AutoMedConfig
from ..layers import InvertedResidual, Mlp, conv_bn, first_channels, sides
from ..transformer import TwoWayTransformer, grid_positions
from .auto_prompt import AutoPromptEncoder, AutoPrompts
from .everyday import Everyday


class Fuse(nn.Module):
    """Doubles the side, adds a lateral feature, and mixes: the step of the upscaling path that keeps edges sharp.

    `refine` mixes once more, over kernels of that side and as much as it has earned: it starts as nothing.
    """

    def __init__(self, c_in: int, c_out: int, c_lateral: int, refine: int, act: type[nn.Module] = nn.Hardswish) -> None:
        super().__init__()
        # A 2x2 transposed convolution of stride 2, as SAM has it, written as the matrix product it is.
        self.up = nn.Sequential(nn.Conv2d(c_in, 4 * c_out, 1, bias=False), nn.PixelShuffle(2), nn.BatchNorm2d(c_out))
        self.lateral = conv_bn(c_lateral, c_out, 1)
        self.act = act()
        # Depthwise and 1x1: a dense 3x3 at 128x128 alone would cost as much as the whole auto-prompt encoder.
        self.mix = nn.Sequential(conv_bn(c_out, c_out, 3, groups=c_out), act(), conv_bn(c_out, c_out, 1), act())
        self.refine = InvertedResidual(c_out, c_out, 2 * c_out, refine, act=nn.ReLU)
        self.refine.start_as_nothing()

    def forward(self, x: Tensor, laterals: Sequence[Tensor]) -> Tensor:
        x = self.act(self.up(x) + self.read(laterals))
        return self.refine(self.act(x + self.mix(x)))  # type: ignore[no-any-return]

    def read(self, laterals: Sequence[Tensor]) -> Tensor:
        """The 1x1 convolution of all laterals; once folded, a part of it for each: joining such large maps takes as
        long.
        """
        convolution, norm = self.lateral
        if not isinstance(convolution, nn.Conv2d) or not isinstance(norm, nn.Identity):
            return self.lateral(torch.cat(list(laterals), dim=1))  # type: ignore[no-any-return]
        weights = torch.split(convolution.weight, [sides(lateral)[0] for lateral in laterals], dim=1)
        parts = [F.conv2d(lateral, weight) for lateral, weight in zip(laterals[1:], weights[1:], strict=True)]
        return sum(parts, F.conv2d(laterals[0], weights[0], convolution.bias))


class AutoMed(nn.Module):
    """Segments every target at once, without prompts.

    embedding float32 [B, C, 16, 16], of which the first `dim` channels are read, and image float32 [B, 3, 256, 256] ->
    mask logits float32 [B, T, 256, 256], iou float32 [B, T] in 0..1, presence float32 [B, T] as a logit.

    The last doubling is by pixel shuffle: a kernel for each of the four pixels of a cell of 128x128. Small nuclei and
    wounds need the full grid (EXPERIMENTS.md, 7), and a layer on it would cost more than all others together.
    """

    #: Channels of the features that masks are read from, at half the image's side.
    FEATURES = 32
    positions: Tensor
    mask_shift: Tensor

    def __init__(self, config: AutoMedConfig) -> None:
        super().__init__()
        dim, targets = config.dim, len(config.targets)
        self.config = config
        self.auto_prompt = AutoPromptEncoder(config.auto_prompt)
        self.register_buffer("positions", torch.randn(2, dim // 2))
        self.transformer = TwoWayTransformer(config.depth, dim, config.num_heads, config.mlp_dim)
        self.iou_token = nn.Embedding(1, dim)
        self.presence_token = nn.Embedding(1, dim)
        self.mask_tokens = nn.Embedding(targets, dim)
        c2, c4, c8 = AutoPromptEncoder.LATERALS
        self.up8 = Fuse(dim, 96, c8, refine=5)
        self.up4 = Fuse(96, 48, c4, refine=5)
        # ReLU where the maps are largest: it is part of the convolution before it, and Hardswish a pass of its own.
        self.up2 = Fuse(48, self.FEATURES, c2, refine=3, act=nn.ReLU)
        self.hypernetwork = Mlp(dim, dim, 4 * self.FEATURES, 3)
        # Added to each target's mask logits; set on held-out images when all else is learnt (export/masks.py).
        self.register_buffer("mask_shift", torch.zeros(targets))
        self.iou_head = Mlp(dim, dim, targets, 3)
        self.presence_head = Mlp(self.token_width(), dim, targets, 3)
        self.everyday = Everyday(config.targets) if config.everyday else None
        self.no_dense = nn.Embedding(1, dim)
        self.no_sparse = nn.Embedding(config.auto_prompt.sparse_prompts, dim)

    def forward(self, embedding: Tensor, image: Tensor, keep: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """`keep`: float32 [B, 2], training only: 0 drops a sample's automatic prompts / its lateral features."""
        prompts = self.auto_prompt(image)
        if keep is not None:
            prompts = self.drop(prompts, keep)
        tokens, cells = self.attend(embedding, prompts)
        masks = self.draw(tokens, cells, prompts)
        presence = self.presence_head(self.token_features(tokens, embedding))
        if self.everyday is not None:
            presence = self.everyday.settle(presence + self.everyday.read.bias, image, masks)
        return masks, torch.sigmoid(self.iou_head(tokens[:, 0])), presence

    def draw(self, tokens: Tensor, cells: Tensor, prompts: AutoPrompts) -> Tensor:
        """Mask logits float32 [B, T, 256, 256] of what `attend` gives."""
        count, dim = sides(cells)
        grid = round(count**0.5)
        # The image's own batch, and not what is left over: a file then knows that laterals are of the same size.
        x = cells.transpose(1, 2).reshape(prompts.lateral8[0].shape[0], dim, grid, grid)
        x = self.up8(x, prompts.lateral8)
        x = self.up4(x, prompts.lateral4)
        x = self.up2(x, prompts.lateral2)
        targets = len(self.config.targets)
        kernels = self.hypernetwork(tokens[:, 2 : 2 + targets])
        quarters = kernels.reshape(-1, 4 * targets, self.FEATURES) @ x.flatten(2)
        masks = F.pixel_shuffle(quarters.reshape(-1, 4 * targets, *sides(x)[1:]), 2)
        return masks + self.mask_shift.reshape(1, -1, 1, 1)

    def attend(self, embedding: Tensor, prompts: AutoPrompts) -> tuple[Tensor, Tensor]:
        """What the tokens have seen, float32 [B, 2 + T + N, dim], and the cells after them, float32 [B, G*G, dim]."""
        own = torch.cat([self.iou_token.weight, self.presence_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([own.expand(prompts.sparse.shape[0], -1, -1), prompts.sparse], dim=1)
        positions = grid_positions(self.positions, sides(embedding)[1])
        own_part = first_channels(embedding, self.config.dim)
        return self.transformer(own_part + prompts.dense, positions, tokens)  # type: ignore[no-any-return]

    @staticmethod
    def presence_inputs(targets: int) -> int:
        """Vectors that the presence head reads: its token, each target's, and the embedding's mean and deviation."""
        return targets + 3

    def token_features(self, tokens: Tensor, embedding: Tensor) -> Tensor:
        """float32 [B, (T + 3) * dim]. Its own token alone knew the training sets apart only."""
        targets = len(self.config.targets)
        embedding = first_channels(embedding, self.config.dim)
        mean = embedding.mean((2, 3))
        centred = embedding - mean[:, :, None, None]
        deviation = torch.sqrt(centred.square().mean((2, 3)) + 1e-6)
        return torch.cat([tokens[:, 1 : 2 + targets].flatten(1), mean, deviation], dim=1)

    def presence_features(self, tokens: Tensor, embedding: Tensor, image: Tensor, masks: Tensor) -> Tensor:
        """What presence is read from where it is learnt: float32 [B, (T + 3) * dim], and what is everyday."""
        seen = self.token_features(tokens, embedding)
        return seen if self.everyday is None else torch.cat([seen, self.everyday(image, masks)], dim=1)

    def token_width(self) -> int:
        """How many of `presence_features` come first and are for the presence head."""
        return self.config.dim * self.presence_inputs(len(self.config.targets))

    def presence_width(self) -> int:
        return self.token_width() + (0 if self.everyday is None else self.everyday.read.in_features)

    def presence(self, features: Tensor) -> Tensor:
        """Logits float32 [B, T] of `presence_features`, each as if no other target were there."""
        width = self.token_width()
        logits: Tensor = self.presence_head(features[:, :width])
        return logits if self.everyday is None else logits + self.everyday.read(features[:, width:])

    def drop(self, prompts: AutoPrompts, keep: Tensor) -> AutoPrompts:
        """Prompt dropout: without it the branch does the work alone and the embedding is ignored (models.md's
        spike).
        """
        prompt, lateral = keep[:, 0], keep[:, 1].reshape(-1, 1, 1, 1)
        dense = prompt.reshape(-1, 1, 1, 1)
        sparse = prompt.reshape(-1, 1, 1)
        return AutoPrompts(
            dense=prompts.dense * dense + self.no_dense.weight.reshape(1, -1, 1, 1) * (1 - dense),
            sparse=prompts.sparse * sparse + self.no_sparse.weight[None] * (1 - sparse),
            lateral2=[features * lateral for features in prompts.lateral2],
            lateral4=[features * lateral for features in prompts.lateral4],
            lateral8=[features * lateral for features in prompts.lateral8],
        )
