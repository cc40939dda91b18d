"""A closer look for the promptable head: the surroundings of a box, at 64x64 pixels whatever the box's size (our design).

SAM's decoder answers on 64x64 cells of the whole image, so a blood cell is a handful of cells and its outline a guess. Here the
region around the box is cut out of the image and of the embedding, a small U-Net looks at it, and what it says is *added* to
the ellipse inscribed in the box. So before it has learnt anything it answers as the ellipse does, which needs no model and is
hard to beat on whatever is round (EXPERIMENTS.md, 12). Cutting and pasting are products with matrices of triangle weights:
plain operators that run everywhere, and antialiased where a region is larger than the cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .layers import InvertedResidual, LayerNorm2d, Mlp, conv_bn, sides
from .mobile_trunk import EarlyTrunk
from .pixels import PIXEL_MEAN, PIXEL_STD
from .prompt_encoder import BOX_FIRST, BOX_SECOND, NEGATIVE, POSITIVE


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


def cut_matrix(start: Tensor, length: Tensor, cells: int, source: int) -> Tensor:
    """Resamples a stretch of one axis: float32 [B, cells, source], triangle weights, antialiased where it shrinks.

    start, length: float32 [B], in units of the source's cells. Weights beyond the source's ends are lost: zero padding.
    """
    step = length / cells
    at = start[:, None] + (torch.arange(cells, device=start.device) + 0.5) * step[:, None] - 0.5
    width = step.clamp(min=1.0)[:, None, None]
    distance = (at[:, :, None] - torch.arange(source, device=start.device)) / width
    return (1 - distance.abs()).clamp(min=0) / width


def cut(x: Tensor, rois: Tensor, cells: int) -> Tensor:
    """float32 [B, C, S, S], rois float32 [B, 4] as x0, y0, x1, y1 in 0..1 -> float32 [B, C, cells, cells]."""
    side = sides(x)[1]
    x0, y0, x1, y1 = (rois * side).unbind(1)
    rows, columns = cut_matrix(y0, y1 - y0, cells, side), cut_matrix(x0, x1 - x0, cells, side)
    return rows[:, None] @ x @ columns[:, None].transpose(2, 3)


def paste(x: Tensor, rois: Tensor, side: int, outside: float) -> Tensor:
    """float32 [B, H, H], each over its region, onto a grid of `side` with `outside` around it: float32 [B, side, side]."""
    cells = sides(x)[1]
    x0, y0, x1, y1 = rois.unbind(1)
    # The whole image, seen from the region: where it starts and how long it is, in cells of the cut.
    width, height = (x1 - x0).clamp(min=1e-4), (y1 - y0).clamp(min=1e-4)
    rows = cut_matrix(-y0 / height * cells, cells / height, side, cells)
    columns = cut_matrix(-x0 / width * cells, cells / width, side, cells)
    return rows @ (x - outside) @ columns.transpose(1, 2) + outside


def axis_cells(low: Tensor, high: Tensor, cells: int) -> Tensor:
    """Centres of a region's cells: float32 [B, cells]."""
    return low[:, None] + (torch.arange(cells, device=low.device) + 0.5) / cells * (high - low)[:, None]


class Up(nn.Module):
    """Doubles the side and joins what was seen at it."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.up = nn.Sequential(nn.Conv2d(c_in, 4 * c_out, 1, bias=False), nn.PixelShuffle(2), nn.BatchNorm2d(c_out))
        self.act = nn.ReLU()
        self.mix = InvertedResidual(c_out, c_out, 2 * c_out, 3, act=nn.ReLU)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.mix(self.act(self.up(x) + skip))  # type: ignore[no-any-return]


def given_box(coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The box among the prompts, float32 [B, 4], and whether there is one, float32 [B, 1]; corners in any order."""
    first, second = ((labels == kind).to(coords.dtype)[..., None] for kind in (BOX_FIRST, BOX_SECOND))
    a, b = (coords * first).sum(1), (coords * second).sum(1)
    return torch.cat([torch.minimum(a, b), torch.maximum(a, b)], dim=1), first.amax(1)


def box_of_mask(logits: Tensor) -> Tensor:
    """The tight boxes of masks float32 [B, H, H], in 0..1: float32 [B, 4]; the whole image where a mask is empty."""
    side = sides(logits)[1]
    mask = (logits > 0).to(logits.dtype)
    ends = []
    for axis in (1, 2):  # columns that hold something, then rows
        line = mask.amax(axis)
        some = line.amax(1)
        first = line.argmax(1).to(logits.dtype) * some
        last = (side - line.flip(1).argmax(1)).to(logits.dtype) * some + side * (1 - some)
        ends.append((first / side, last / side))
    (x0, x1), (y0, y1) = ends
    return torch.stack([x0, y0, x1, y1], dim=1)


class Closer(nn.Module):
    """Where to look closer, and what is seen there: masks of the whole input for each of the decoder's masks."""

    def __init__(self, config: RefinerConfig) -> None:
        super().__init__()
        self.refiner = Refiner(config)

    def forward(self, image: Tensor, embedding: Tensor, rough: Tensor, coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Masks float32 [B, K, S, S] as logits, and iou float32 [B, K], of rough masks float32 [B, K, R, R].

        Looks at the box that was given; without one, at the box of each rough mask. coords: float32 [B, N, 2] in 0..1.
        """
        count, side = sides(rough)[0], sides(image)[1]

        def each(x: Tensor) -> Tensor:
            return x[:, None].expand(-1, count, *[-1] * (x.ndim - 1)).flatten(0, 1)

        masks = rough.flatten(0, 1)
        box, given = given_box(each(coords), each(labels))
        boxes = box * given + box_of_mask(masks) * (1 - given)
        seen = self.refiner(each(image), each(embedding), masks, boxes, each(coords), each(labels))
        found = paste(seen[0], seen[1], side, Refiner.OUTSIDE)
        return found.reshape(-1, count, side, side), seen[2].reshape(-1, count)


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
        #: How much the ellipse and the rough mask count, of a box that was given and of one that was found: a constant and a
        #: slope over the box's size, since of a small object the rough mask has but a few cells.
        #: The first were fitted alone, on 256 objects, before the rest learnt anything.
        self.blend = nn.Parameter(torch.tensor([[[1.49, -0.22], [0.47, 0.28]], [[0.0, 0.0], [1.0, 0.0]]]))
        self.quality = Mlp(w16, 64, 1, 2)

    def rois(self, boxes: Tensor) -> Tensor:
        """Regions around boxes, float32 [B, 4] in 0..1: with the margin, and never too small."""
        centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        half = (size * (1 + 2 * self.config.margin)).clamp(min=self.config.least / 256) / 2
        return torch.cat([centre - half, centre + half], dim=1)

    def distances(self, boxes: Tensor, rois: Tensor, cells: int) -> tuple[Tensor, Tensor]:
        """Of each cell [B, cells, cells], in half sides of the box from its centre: as an ellipse's radius and a rectangle's."""
        x, y = axis_cells(rois[:, 0], rois[:, 2], cells), axis_cells(rois[:, 1], rois[:, 3], cells)
        centre, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-3) / 2
        u = ((x - centre[:, :1]) / half[:, :1])[:, None, :]
        v = ((y - centre[:, 1:]) / half[:, 1:])[:, :, None]
        return torch.sqrt(u * u + v * v + 1e-6), torch.maximum(u.abs().expand(-1, cells, -1), v.abs().expand(-1, -1, cells))

    def marks(self, coords: Tensor, labels: Tensor, rois: Tensor, cells: int) -> Tensor:
        """Where points are: float32 [B, 2, cells, cells], positive and negative. coords in 0..1."""
        x, y = axis_cells(rois[:, 0], rois[:, 2], cells), axis_cells(rois[:, 1], rois[:, 3], cells)
        reach = self.POINT / cells * (rois[:, 2:] - rois[:, :2])
        gx = torch.exp(-0.5 * ((x[:, None] - coords[..., :1]) / reach[:, None, :1]) ** 2)
        gy = torch.exp(-0.5 * ((y[:, None] - coords[..., 1:]) / reach[:, None, 1:]) ** 2)
        kinds = [(labels == kind).to(gx.dtype)[..., None] for kind in (POSITIVE, NEGATIVE)]
        return torch.stack([(gy * kind).transpose(1, 2) @ gx for kind in kinds], dim=1)

    def blended(self, prior: Tensor, rough: Tensor, boxes: Tensor, labels: Tensor) -> Tensor:
        """The ellipse and the rough mask, each as much as it is worth at that size; logits float32 [B, side, side]."""
        given = (labels == BOX_FIRST).any(1).to(prior.dtype)[:, None, None]
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
        self, image: Tensor, embedding: Tensor, rough: Tensor, boxes: Tensor, coords: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the region float32 [B, side, side], the region float32 [B, 4], and the expected IoU float32 [B].

        image: float32 [B, 3, S, S]; rough: logits float32 [B, R, R]; boxes: float32 [B, 4] in 0..1; coords: float32 [B, N, 2] in
        0..1 with labels float32 [B, N] as PromptEncoder has them.
        """
        side, cells = self.config.side, self.config.side // 2
        rois = self.rois(boxes)
        with torch.no_grad():
            f2, f4, f8 = self.trunk(cut(image, rois, side))
        radius, edge = self.distances(boxes, rois, cells)
        guess = torch.tanh(cut(rough[:, None], rois, cells) / 4)
        inside = cut(torch.ones_like(image[:, :1]), rois, cells)
        ellipse = torch.tanh(2 * (1 - radius))[:, None]
        within = (edge < 1).to(image.dtype)[:, None]
        hints = torch.cat([guess, ellipse, within, inside, self.marks(coords, labels, rois, cells)], dim=1)
        x2 = self.read2(torch.cat([f2, hints], dim=1))
        x4 = self.act(self.down4(x2) + self.read4(f4))
        x8 = self.act(self.down8(x4) + self.read8(f8) + self.read_embedding(cut(embedding, rois, side // 8)))
        x8 = self.mix8(x8)
        x16 = self.mix16(self.down16(x8))
        residual = self.answer(self.up2(self.up4(self.up8(x16, x8), x4), x2))
        prior = self.SLOPE * (1 - self.distances(boxes, rois, side)[0]).clamp(min=-1.5)
        base = self.blended(prior, cut(rough[:, None], rois, side)[:, 0], boxes, labels)
        logits = base + nn.functional.pixel_shuffle(residual, 2)[:, 0]
        return logits, rois, torch.sigmoid(self.quality(x16.mean((2, 3))))[:, 0]
