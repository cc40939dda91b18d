"""Augmentation of whole batches: one affine map for image and mask, then light and colour."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from .sets import Augmentation


def affine_maps(settings: list[Augmentation], generator: torch.Generator) -> Tensor:
    """float32 [B, 2, 3], output to input in -1..1 coordinates."""
    count = len(settings)
    noise = torch.rand(count, 8, generator=generator) * 2 - 1
    maps = torch.zeros(count, 2, 3)
    for i, a in enumerate(settings):
        angle = math.radians(a.rotate * noise[i, 0].item())
        if a.rotate == 180:  # any way up: half the time only quarter turns, which blur nothing
            angle = round(angle / (math.pi / 2)) * math.pi / 2 if noise[i, 7] > 0 else angle
        zoom = math.exp(-a.scale * noise[i, 1].item())
        stretch = math.exp(a.aspect * noise[i, 2].item())
        flip_x = -1.0 if a.flip_x and noise[i, 5] > 0 else 1.0
        flip_y = -1.0 if a.flip_y and noise[i, 6] > 0 else 1.0
        cos, sin = math.cos(angle) * zoom, math.sin(angle) * zoom
        maps[i] = torch.tensor(
            [
                [cos * flip_x * stretch, -sin * flip_y, a.shift * noise[i, 3].item()],
                [sin * flip_x, cos * flip_y / stretch, a.shift * noise[i, 4].item()],
            ]
        )
    return maps


def warp(images: Tensor, masks: Tensor | None, maps: Tensor, size: int) -> tuple[Tensor, Tensor | None]:
    """Maps images and masks to `size`.

    images: uint8 [B, 3, S, S]; masks: uint8 [B, S, S] -> float32 [B, 3, size, size] 0..255, float32 [B, size, size]
    0..1.
    """
    pixels = images.float()
    if size < images.shape[-1]:
        pixels = F.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True)
    grid = F.affine_grid(maps, [len(images), 3, size, size], align_corners=False)
    pixels = F.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    if masks is None:
        return pixels, None
    cover = masks[:, None].float() / 255
    if size < masks.shape[-1]:
        cover = F.interpolate(cover, size=(size, size), mode="area")
    return pixels, F.grid_sample(cover, grid[: len(masks)], mode="bilinear", padding_mode="zeros", align_corners=False)[
        :, 0
    ]


def relight(pixels: Tensor, settings: list[Augmentation], generator: torch.Generator) -> Tensor:
    """Gamma, contrast, brightness, colour cast, noise, blur; float32 0..255 in and out."""
    count = len(settings)
    noise = torch.rand(count, 8, generator=generator) * 2 - 1
    gamma = torch.exp(torch.tensor([a.gamma for a in settings]) * noise[:, 0]).reshape(-1, 1, 1, 1)
    contrast = torch.exp(torch.tensor([a.contrast for a in settings]) * noise[:, 1]).reshape(-1, 1, 1, 1)
    bright = (0.12 * noise[:, 2]).reshape(-1, 1, 1, 1)
    colour = torch.tensor([a.colour for a in settings]).reshape(-1, 1, 1, 1)
    cast = torch.exp(colour * (torch.rand(count, 3, 1, 1, generator=generator) * 2 - 1) * 0.6)
    x = (pixels / 255).clamp(1e-4, 1)
    mean = x.mean((2, 3), keepdim=True)
    x = x.pow(gamma)
    x = (x - mean) * contrast + mean + bright
    x = x * cast
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * torch.exp(colour * 1.5 * noise[:, 3].reshape(-1, 1, 1, 1))
    blurred = F.avg_pool2d(x, 3, 1, 1)
    x = torch.where((noise[:, 4] > 0.7).reshape(-1, 1, 1, 1), blurred, x)
    strength = (0.03 * (noise[:, 5] - 0.4).clamp(min=0)).reshape(-1, 1, 1, 1)
    x = x + strength * torch.randn(count, 1, *x.shape[2:], generator=generator)
    return x.clamp(0, 1) * 255


def degrade(pixels: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Loses resolution as files do on their way: scaled down and up again, then compressed; float32 0..255 in and out.

    Where one class was photographed sharper than another, a classifier learns sharpness unless it is taken away at
    random.
    """
    side = pixels.shape[-1]
    noise = torch.rand(len(pixels), 4, generator=generator)
    for i, (chance, shrink, compress, quality) in enumerate(noise.tolist()):
        if chance >= probability:
            continue
        small = round(side * (0.3 + 0.6 * shrink))
        image = F.interpolate(pixels[i : i + 1], size=(small, small), mode="bilinear", antialias=True)
        if compress < 0.6:
            image = jpeg(image[0], round(40 + 50 * quality))[None]
        pixels[i : i + 1] = F.interpolate(image, size=(side, side), mode="bilinear", antialias=True)
    return pixels


def jpeg(pixels: Tensor, quality: int) -> Tensor:
    """float32 [3, H, W], 0..255, as a JPEG file of this quality has it."""
    file = io.BytesIO()
    Image.fromarray(pixels.round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()).save(
        file, "JPEG", quality=quality
    )
    return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).float()


def erase(pixels: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong 2020): one rectangle of up to a fifth of the area becomes the mean grey."""
    count, _, height, width = pixels.shape
    noise = torch.rand(count, 5, generator=generator)
    for i in range(count):
        if noise[i, 0] < probability:
            h, w = int(height * (0.1 + 0.35 * noise[i, 1])), int(width * (0.1 + 0.35 * noise[i, 2]))
            y, x = int((height - h) * noise[i, 3]), int((width - w) * noise[i, 4])
            pixels[i, :, y : y + h, x : x + w] = pixels[i].mean()
    return pixels
