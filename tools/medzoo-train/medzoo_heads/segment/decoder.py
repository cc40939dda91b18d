"""The light decoder, as a pure function of its weights: from an embedding, and the image if there is one, to mask
logits.

A U-shaped network as in AutoMed, of depthwise separable convolutions, so that five minutes on a CPU train it: the
embedding is brought up in steps of two, at each step the image's own features of that size are added, and the last step
gives the pixels of each cell at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arrays import Singles
from ..errors import TrainError

Weights = dict[str, Any]
EPSILON = 1e-5
#: Channels at the embedding's size, and at two, four, eight ... times that.
WIDTHS = (96, 64, 32, 16, 16)
#: Of the image's colours, after each halving.
COLOURS = 3


@dataclass(frozen=True)
class Layout:
    """What the network is made of; all of it follows from the tensors that are there."""

    #: C, h, w
    embedding: tuple[int, int, int]
    #: Sides of the masks over those of the embedding, as a power of two.
    doublings: int
    targets: int
    has_image: bool

    @property
    def ups(self) -> int:
        """Steps of two with features of their own; what is left over is done at once."""
        return self.doublings - 1 if self.has_image else max(0, self.doublings - 2)

    @property
    def last(self) -> int:
        """Pixels on a side that each cell of the last features gives."""
        return int(2 ** (self.doublings - self.ups))


def layout_of(embedding: tuple[int, int, int], size: tuple[int, int], targets: int, has_image: bool) -> Layout:
    """size: height and width of the encoder's input, of which masks are."""
    _, height, width = embedding
    ratio = size[0] / height
    doublings = round(math.log2(ratio)) if ratio >= 2 else 0
    if doublings < 1 or doublings > len(WIDTHS) or (height * 2**doublings, width * 2**doublings) != size:
        raise TrainError(
            f"Embeddings of {height} x {width} for images of {size[0]} x {size[1]}: the decoder wants 2, 4, 8, 16 or "
            "32 times "
            "the sides. This encoder needs a decoder of its own."
        )
    return Layout(embedding, doublings, targets, has_image)


def first_weights(layout: Layout, seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    weights: Weights = {}

    def dense(name: str, inputs: int, outputs: int, gain: float = 1.5) -> None:
        deviation = math.sqrt(gain / inputs)
        weights[name] = rng.normal(0, deviation, (inputs, outputs)).astype(np.float32)
        weights[f"{name}_bias"] = np.zeros(outputs, np.float32)

    def block(name: str, width: int) -> None:
        kernel = rng.normal(0, 0.1, (3, 3, width)).astype(np.float32)
        kernel[1, 1] += 1
        weights[f"{name}_near"] = kernel
        weights[f"{name}_near_bias"] = np.zeros(width, np.float32)
        dense(f"{name}_mix", width, width)

    channels: Singles = np.ones(layout.embedding[0], np.float32)
    weights["norm_scale"], weights["norm_bias"] = channels, 0 * channels
    dense("enter", layout.embedding[0], WIDTHS[0])
    block("grid", WIDTHS[0])
    for step in range(1, layout.ups + 1):
        dense(f"up{step}", WIDTHS[step - 1], WIDTHS[step])
        block(f"level{step}", WIDTHS[step])
    before = COLOURS
    for step in range(layout.ups, 0, -1) if layout.has_image else ():
        dense(f"image{step}", 4 * before, WIDTHS[step])
        block(f"seen{step}", WIDTHS[step])
        before = WIDTHS[step]
    dense("leave", WIDTHS[layout.ups], layout.last**2 * layout.targets, gain=0.1)
    return weights


def forward(layout: Layout, weights: Weights, embedding: jax.Array, image: jax.Array | None) -> jax.Array:
    """embedding float [B, C, h, w], image float32 [B, 3, H, W] normalised -> mask logits float32 [B, T, H, W]."""
    x = jnp.transpose(embedding.astype(jnp.float32), (0, 2, 3, 1))
    x = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + EPSILON)
    x = x * weights["norm_scale"] + weights["norm_bias"]
    x = run_block(weights, "grid", jax.nn.hard_swish(run_dense(weights, "enter", x)))
    features = image_features(layout, weights, image) if image is not None else {}
    for step in range(1, layout.ups + 1):
        x = run_dense(weights, f"up{step}", x).repeat(2, axis=1).repeat(2, axis=2)
        x = jax.nn.hard_swish(x + features[step] if step in features else x)
        x = run_block(weights, f"level{step}", x)
    return spread_cells(run_dense(weights, "leave", x), layout.last)


def image_features(layout: Layout, weights: Weights, image: jax.Array) -> dict[int, jax.Array]:
    """By step: at the size of that step of the way up."""
    x = jnp.transpose(image, (0, 2, 3, 1))
    features = {}
    for step in range(layout.ups, 0, -1):
        x = jax.nn.hard_swish(run_dense(weights, f"image{step}", gather_cells(x)))
        x = features[step] = run_block(weights, f"seen{step}", x)
    return features


def run_dense(weights: Weights, name: str, x: jax.Array) -> jax.Array:
    return x @ weights[name] + weights[f"{name}_bias"]


def run_block(weights: Weights, name: str, x: jax.Array) -> jax.Array:
    """Neighbours within a channel, then channels within a cell. As nine shifted products: XLA's own depthwise is slow
    on CPUs.
    """
    _, height, width, _ = x.shape
    padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    kernel = weights[f"{name}_near"]
    near = weights[f"{name}_near_bias"] + sum(
        padded[:, dy : dy + height, dx : dx + width] * kernel[dy, dx] for dy in range(3) for dx in range(3)
    )
    return x + jax.nn.hard_swish(run_dense(weights, f"{name}_mix", near))


def gather_cells(x: jax.Array) -> jax.Array:
    """[B, H, W, C] -> [B, H/2, W/2, 4C], in the order of ONNX's SpaceToDepth."""
    batch, height, width, channels = x.shape
    x = x.reshape(batch, height // 2, 2, width // 2, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    return x.reshape(batch, height // 2, width // 2, 4 * channels)


def spread_cells(x: jax.Array, side: int) -> jax.Array:
    """[B, h, w, side * side * T] -> [B, T, side * h, side * w], in the order of ONNX's DepthToSpace."""
    batch, height, width, channels = x.shape
    targets = channels // side**2
    x = x.reshape(batch, height, width, side, side, targets).transpose(0, 5, 1, 3, 2, 4)
    return x.reshape(batch, targets, height * side, width * side)
