"""Batches made harder in training: what other scanners, cameras, files and hands do to an image before it arrives.

`corrupt.py` measures with fixed strengths; here each image gets at most one such change, of a random strength, so that
a model is not trained on the very pictures that it is measured on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from .augment import jpeg
from .sets import Augmentation


@dataclass(frozen=True)
class Hardening:
    """Probabilities for each image."""

    #: Noise, JPEG, blur, brightness, contrast or lost resolution.
    damage: float = 0.4
    #: Of a coloured image, to lose its colour.
    grey: float = 0.2
    #: Of a grey image, to be inverted.
    invert: float = 0.05
    #: Of an image with a way up, to be turned by quarters.
    turn: float = 0.1
    #: Black bars on two sides.
    letterbox: float = 0.08
    #: Standard deviation of the strongest noise, in grey levels.
    noise: float = 40.0


KINDS = ("noise", "noise", "jpeg", "blur", "brightness", "contrast", "resolution")
#: What makes an image one of another kind, which a head may refuse (`domain/damaged.py`); the rest happens to files on
#: their way.
Harm = Literal["inverted", "noisy", "turned"]
#: Grey levels. Images of the data sets lose about a fifth of their noise on the way to 256 pixels: there it is 24.
HEAVY_NOISE = 20.0


def turn_and_letterbox(
    maps: Tensor,
    settings: list[Augmentation],
    hardening: Hardening,
    generator: torch.Generator,
    harms: list[set[Harm]] | None = None,
) -> Tensor:
    """Composes quarter turns and bars with affine maps from output to input, float32 [B, 2, 3]; `harms` is told of
    turns.
    """
    noise = torch.rand(len(maps), 4, generator=generator)
    for i, (turn, quarters, bars, ratio) in enumerate(noise.tolist()):
        before = torch.eye(2)
        if settings[i].rotate < 180 and turn < hardening.turn:
            angle = math.pi / 2 * (1 + int(quarters * 3))
            before = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
            if harms:
                harms[i].add("turned")
        if bars < hardening.letterbox:
            # Bars above and below where `bars` is small, else left and right: the image fills 1/(1 + ratio) of that
            # side.
            wider = 1 + 0.6 * ratio
            before = before @ torch.diag(torch.tensor([1.0, wider] if bars < hardening.letterbox / 2 else [wider, 1.0]))
        maps[i, :, :2] = maps[i, :, :2] @ before
    return maps


def harden(
    pixels: Tensor,
    coloured: list[bool],
    hardening: Hardening,
    generator: torch.Generator,
    harms: list[set[Harm]] | None = None,
) -> Tensor:
    """float32 [B, 3, S, S], 0..255, in and out; `coloured` says which images come from a set of coloured images.

    `harms`, one set for each image, is told which were inverted or are heavy with noise.
    """
    for i, colour in enumerate(coloured):
        drawn = torch.rand(4, generator=generator).tolist()
        if colour and drawn[0] < hardening.grey:
            pixels[i] = luminance(pixels[i])
        if not colour and drawn[1] < hardening.invert:
            pixels[i] = 255 - pixels[i]
            if harms:
                harms[i].add("inverted")
        if drawn[2] < hardening.damage:
            kind, strength = KINDS[int(drawn[3] * len(KINDS))], float(torch.rand((), generator=generator))
            pixels[i] = damage(pixels[i], kind, strength, hardening, generator)
            if harms and kind == "noise" and noise_of(strength, hardening) > HEAVY_NOISE:
                harms[i].add("noisy")
    return pixels.clamp(0, 255)


def luminance(image: Tensor) -> Tensor:
    red, green, blue = image.unbind(0)
    return (0.299 * red + 0.587 * green + 0.114 * blue).expand(3, -1, -1)


def noise_of(strength: float, hardening: Hardening) -> float:
    """Standard deviation in grey levels."""
    return 3 + (hardening.noise - 3) * strength


def damage(image: Tensor, kind: str, strength: float, hardening: Hardening, generator: torch.Generator) -> Tensor:
    """One kind of damage, float32 [3, S, S]; `strength` 0..1."""
    side = image.shape[-1]
    if kind == "noise":
        # Grey images carry one plane of noise; what small differences between channels mean is left to JPEG.
        planes = 1 if (image[0] - image[1]).abs().max() < 1 else 3
        return image + noise_of(strength, hardening) * torch.randn(planes, side, side, generator=generator)
    if kind == "jpeg":
        return jpeg(image, round(12 + 50 * strength))
    if kind == "blur":
        return gaussian_blur(image, 0.5 + 2 * strength)
    if kind == "brightness":
        return image * (0.6 + 0.8 * strength)
    if kind == "contrast":
        mean = image.mean()
        return (image - mean) * (0.5 + 1.1 * strength) + mean
    small = round(side * (0.25 + 0.5 * strength))
    shrunk = F.interpolate(image[None], size=(small, small), mode="bilinear", antialias=True)
    return F.interpolate(shrunk, size=(side, side), mode="bilinear")[0]


def gaussian_blur(image: Tensor, sigma: float) -> Tensor:
    reach = math.ceil(2.5 * sigma)
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).reshape(1, 1, 1, -1).expand(3, -1, -1, -1)
    wide = F.conv2d(F.pad(image[None], (reach, reach, 0, 0), mode="replicate"), kernel, groups=3)
    return F.conv2d(F.pad(wide, (0, 0, reach, reach), mode="replicate"), kernel.transpose(2, 3), groups=3)[0]
