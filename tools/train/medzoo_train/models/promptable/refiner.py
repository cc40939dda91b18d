"""A closer look for the promptable head: the surroundings of a box, at 64x64 pixels whatever the box's size (our
design).

SAM's decoder answers on 64x64 cells of the whole image, so a blood cell is a handful of cells and its outline a guess.
Here the region around the box is cut out of the image and of the embedding, a small U-Net looks at it, and what it says
is *added* to the ellipse inscribed in the box. So before it has learnt anything it answers as the ellipse does, which
needs no model and is hard to beat on whatever is round (EXPERIMENTS.md, 12). closer.py says where it looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..encoder.mobile_trunk import EarlyTrunk
from ..layers import InvertedResidual, LayerNorm2d, Mlp, conv_bn, first_channels, sides
from ..pixels import PIXEL_MEAN, PIXEL_STD
from .cut import cell_centres, cut, seen_from, views
from .prompt_encoder import BOX_FIRST, NEGATIVE, POSITIVE


@dataclass(frozen=True)
class RefinerConfig:
    #: Channels of the embedding, and of the features at strides 2, 4, 8 and 16 of the cut.
    dim: int = 192
    widths: tuple[int, int, int, int] = (24, 40, 64, 96)
    #: Side of the cut in pixels.
    side: int = 64
    #: Of the box's side, around the box on each side.
    margin: float = 0.25
    #: In pixels of the model's input: a smaller region would show no surroundings.
    least: float = 12.0


class Up(nn.Module):
    """Doubles the side and joins what was seen at it."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.up = nn.Sequential(nn.Conv2d(c_in, 4 * c_out, 1, bias=False), nn.PixelShuffle(2), nn.BatchNorm2d(c_out))
        self.act = nn.ReLU()
        self.mix = InvertedResidual(c_out, c_out, 2 * c_out, 3, act=nn.ReLU)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.mix(self.act(self.up(x) + skip))  # type: ignore[no-any-return]


class Refiner(nn.Module):
    """Mask logits of the region around a box, from the image, the embedding, a rough mask and the points."""

    #: Rough mask, ellipse, inside of the box, inside of the image, positive and negative points.
    HINTS = 6
    #: Logit of the ellipse's centre at first, and of everything outside the region.
    SLOPE = 6.0
    OUTSIDE = -12.0
    #: Rough masks are not believed to be surer than this.
    SURE = 4.0
    #: Standard deviation of a point's mark, in cells of the half grid.
    POINT = 2.5

    def __init__(self, config: RefinerConfig) -> None:
        super().__init__()
        self.config = config
        w2, w4, w8, w16 = config.widths
        c2, c4, c8 = EarlyTrunk.CHANNELS
        #: Stands still: it comes from AutoMed's, which has seen the training images closely.
        self.trunk = EarlyTrunk(PIXEL_MEAN, PIXEL_STD)
        self.trunk.freeze(len(self.trunk.blocks))
        both = c2 + self.HINTS
        self.read2 = nn.Sequential(conv_bn(both, both, 3, groups=both), conv_bn(both, w2, 1), nn.ReLU())
        self.read4 = conv_bn(c4, w4, 1)
        self.read8 = conv_bn(c8, w8, 1)
        self.read_embedding = nn.Sequential(nn.Conv2d(config.dim, w8, 1), LayerNorm2d(w8))
        self.down4 = InvertedResidual(w2, w4, 2 * w2, 3, 2, act=nn.ReLU)
        self.down8 = InvertedResidual(w4, w8, 2 * w4, 3, 2, act=nn.ReLU)
        self.mix8 = InvertedResidual(w8, w8, 2 * w8, 3, act=nn.ReLU)
        self.down16 = InvertedResidual(w8, w16, 3 * w8, 3, 2, act=nn.ReLU)
        self.mix16 = nn.Sequential(*(InvertedResidual(w16, w16, 3 * w16, 5, act=nn.ReLU) for _ in range(2)))
        self.up8, self.up4, self.up2 = Up(w16, w8), Up(w8, w4), Up(w4, w2)
        self.act = nn.ReLU()
        self.answer = nn.Conv2d(w2, 4, 3, padding=1)
        nn.init.zeros_(self.answer.weight)
        nn.init.zeros_(self.answer.bias)  # type: ignore[arg-type]
        #: How much the ellipse and the rough mask count, of a box that was given and of one that was found: a constant
        #: and a slope over the box's size, since of a small object the rough mask has but a few cells. The first were
        #: fitted alone, on 256 objects, before the rest learnt anything.
        self.blend = nn.Parameter(torch.tensor([[[1.49, -0.22], [0.47, 0.28]], [[0.0, 0.0], [1.0, 0.0]]]))
        self.quality = Mlp(w16, 64, 1, 2)

    def rois(self, boxes: Tensor) -> Tensor:
        """Regions around boxes, float32 [B, 4] in 0..1: with the margin, and never too small."""
        low, high = torch.split(boxes, 2, dim=1)
        centre, size = (low + high) / 2, high - low
        half = (size * (1 + 2 * self.config.margin)).clamp(min=self.config.least / 256) / 2
        return torch.cat([centre - half, centre + half], dim=1)

    def distances(self, boxes: Tensor, rois: Tensor, cells: int) -> tuple[Tensor, Tensor]:
        """Of each cell [B, cells, cells], in half sides of the box from its centre: as an ellipse's radius and a
        rectangle's.
        """
        low, high = torch.split(boxes[..., None], 2, dim=1)
        centre, half = (low + high) / 2, (high - low).clamp(min=1e-3) / 2
        u, v = torch.split((cell_centres(rois, cells) - centre) / half, 1, dim=1)
        v = v.transpose(1, 2)
        return torch.sqrt(u * u + v * v + 1e-6), torch.maximum(u.abs(), v.abs())

    def marks(self, coords: Tensor, labels: Tensor, rois: Tensor, cells: int) -> Tensor:
        """Where points are: float32 [B, 2, cells, cells], positive and negative. coords in 0..1."""
        reach = self.POINT / cells * (rois[:, 2:] - rois[:, :2])
        near = torch.exp(
            -0.5 * ((cell_centres(rois, cells)[:, None] - coords[..., None]) / reach[:, None, :, None]) ** 2
        )
        kinds = torch.tensor([[[POSITIVE], [NEGATIVE]]], dtype=labels.dtype, device=labels.device)
        of_kind = (labels[:, None] == kinds).to(near.dtype)[..., None]
        return (near[:, None, :, 1] * of_kind).transpose(2, 3) @ near[:, None, :, 0]

    def blended(self, prior: Tensor, rough: Tensor, boxes: Tensor, labels: Tensor) -> Tensor:
        """The ellipse and the rough mask, each as much as it is worth at that size; logits float32 [B, side, side]."""
        given = (labels == BOX_FIRST).to(prior.dtype).amax(1)[:, None, None]
        rough = rough.clamp(-self.SURE, self.SURE)
        length = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1 / 256).log().mean(1) + 1.5
        weights = self.blend[0] * given + self.blend[1] * (1 - given)
        counts = weights[..., 0] + weights[..., 1] * length[:, None]
        agrees = given[:, 0] * self.agreement(prior, rough) + 1 - given[:, 0]
        return counts[:, :1, None] * prior + (counts[:, 1:] * agrees)[..., None] * rough

    @staticmethod
    def agreement(prior: Tensor, rough: Tensor) -> Tensor:
        """How far a rough mask is to be believed, float32 [B, 1]: what fills its box as no object would is wrong."""
        ellipse, mask = (prior > 0).to(prior.dtype), (rough > 0).to(prior.dtype)
        both = (ellipse * mask).sum((1, 2))
        either = (ellipse + mask).clamp(max=1).sum((1, 2)).clamp(min=1)
        return torch.sigmoid(12 * (both / either - 0.55))[:, None]

    def forward(
        self,
        image: Tensor,
        embedding: Tensor,
        rough: Tensor,
        boxes: Tensor,
        coords: Tensor,
        labels: Tensor,
        frames: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the region float32 [B, side, side], the region float32 [B, 4], and the expected IoU float32 [B].

        image: float32 [B, 3, S, S]; rough: logits float32 [B, R, R]; boxes: float32 [B, 4] in 0..1; coords: float32 [B,
        N, 2] in 0..1 with labels float32 [B, N] as PromptEncoder has them; frames: float32 [B, 4], the regions that
        rough masks are of, the whole image if none are given.
        """
        side, cells = self.config.side, self.config.side // 2
        rois = self.rois(boxes)
        of_rough = rois if frames is None else seen_from(rois, frames)
        see, see_half = views(rois, [side, cells], sides(image)[1])
        rough_at, rough_half = views(of_rough, [side, cells], sides(rough)[1])
        rough = rough[:, None]
        with torch.no_grad():
            f2, f4, f8 = self.trunk(see(image))
        radius, edge = self.distances(boxes, rois, cells)
        guess = torch.tanh(rough_half(rough) / 4)
        inside = see_half(torch.ones_like(image[:, :1]))
        ellipse = torch.tanh(2 * (1 - radius))[:, None]
        within = (edge < 1).to(image.dtype)[:, None]
        hints = torch.cat([guess, ellipse, within, inside, self.marks(coords, labels, rois, cells)], dim=1)
        x2 = self.read2(torch.cat([f2, hints], dim=1))
        x4 = self.act(self.down4(x2) + self.read4(f4))
        own_part = first_channels(embedding, self.config.dim)
        x8 = self.act(self.down8(x4) + self.read8(f8) + self.read_embedding(cut(own_part, rois, side // 8)))
        x8 = self.mix8(x8)
        x16 = self.mix16(self.down16(x8))
        residual = self.answer(self.up2(self.up4(self.up8(x16, x8), x4), x2))
        prior = self.SLOPE * (1 - self.distances(boxes, rois, side)[0]).clamp(min=-1.5)
        base = self.blended(prior, rough_at(rough)[:, 0], boxes, labels)
        logits = base + nn.functional.pixel_shuffle(residual, 2)[:, 0]
        return logits, rois, torch.sigmoid(self.quality(x16.mean((2, 3))))[:, 0]
