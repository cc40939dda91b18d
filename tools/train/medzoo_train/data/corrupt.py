"""What happens to images on their way: one seeded change at a time, to measure with and to train with.

Each takes and gives uint8 [H, W, 3]; masks follow where the change moves pixels. Strengths are those of `CORRUPTIONS`;
a name and a seed give the same picture each time.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Pixels = npt.NDArray[np.uint8]


def is_grey(image: Pixels) -> bool:
    """Whether all three channels are the same, so that noise must be so too."""
    return bool((image[..., 0] == image[..., 1]).all() and (image[..., 1] == image[..., 2]).all())


def clipped(values: npt.NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def add_noise(image: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Gaussian noise, of one plane on grey images and of three on colour."""
    planes = 1 if is_grey(image) else 3
    return clipped(image + rng.normal(0, sigma, (*image.shape[:2], planes)))


def compress(image: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def blur(image: Pixels, radius: float) -> Pixels:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius)))


def change_contrast(image: Pixels, factor: float) -> Pixels:
    """About the image's own mean, so that brightness stays."""
    mean = image.mean()
    return clipped((image - mean) * factor + mean)


def crop(image: Pixels, share: float, rng: np.random.Generator) -> Pixels:
    """A part with `share` of each side, at a random place."""
    height, width = image.shape[:2]
    h, w = max(1, round(height * share)), max(1, round(width * share))
    y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
    return image[y : y + h, x : x + w]


def letterbox(image: Pixels) -> Pixels:
    """Black bars that make it a square; a square gets bars of an eighth above and below."""
    height, width = image.shape[:2]
    side = max(height, width) if height != width else round(height * 1.25)
    bars = np.zeros((side, side if height != width else width, 3), np.uint8)
    y, x = (side - height) // 2, (bars.shape[1] - width) // 2
    bars[y : y + height, x : x + width] = image
    return bars


def enlarge(image: Pixels, factor: int) -> Pixels:
    height, width = image.shape[:2]
    return np.asarray(Image.fromarray(image).resize((width * factor, height * factor), Image.Resampling.BILINEAR))


def grey(image: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(image).convert("L").convert("RGB"))


#: Of an image and a generator, which only some need.
Corruption = Callable[[Pixels, np.random.Generator], Pixels]

CORRUPTIONS: dict[str, Corruption] = {
    "rotate90": lambda image, rng: np.ascontiguousarray(np.rot90(image)),
    "rotate180": lambda image, rng: np.ascontiguousarray(np.rot90(image, 2)),
    "flip-x": lambda image, rng: np.ascontiguousarray(image[:, ::-1]),
    "flip-y": lambda image, rng: np.ascontiguousarray(image[::-1]),
    "inverted": lambda image, rng: 255 - image,
    "grey": lambda image, rng: grey(image),
    "jpeg20": lambda image, rng: compress(image, 20),
    "blur": lambda image, rng: blur(image, 1.5),
    "noise10": lambda image, rng: add_noise(image, 10, rng),
    "noise25": lambda image, rng: add_noise(image, 25, rng),
    "noise50": lambda image, rng: add_noise(image, 50, rng),
    "darker": lambda image, rng: clipped(image * 0.7),
    "brighter": lambda image, rng: clipped(image * 1.3),
    "contrast-low": lambda image, rng: change_contrast(image, 0.6),
    "contrast-high": lambda image, rng: change_contrast(image, 1.5),
    "crop": lambda image, rng: crop(image, 0.85, rng),
    "letterbox": lambda image, rng: letterbox(image),
    "2x": lambda image, rng: enlarge(image, 2),
}


def corrupt(image: Pixels, name: str, seed: int) -> Pixels:
    """One corruption of an image, or of its mask as three equal channels where the corruption moves pixels."""
    return CORRUPTIONS[name](image, np.random.default_rng(seed))
