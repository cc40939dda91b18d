"""The light decoder, as a pure function of its weights: from an embedding, and the image where given, to mask logits.

A U-shaped network as in AutoMed, small enough that five minutes on a CPU train it: the embedding is brought up in steps
of two, at each step the image's own features of that size are added, and the last step gives the pixels of each cell at
once. What it finds is added to the answer of the linear probe, which it begins with: it need not learn again what is
linear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import TrainError
from .probe import SIDE, CellProbe

Weights = dict[str, Any]
EPSILON = 1e-5
#: Channels at the embedding's size, and at two, four, eight times that.
WIDTHS = (64, 48, 32, 24)
#: Pixels on a side that each cell of the last features gives; finer features would take most of the time.
LAST = 4
#: Of the image.
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
    #: Whether a pixel belongs to one target at most; logits are then beside a background of 0.
    exclusive: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the encoder's input, and of what comes out."""
        _, height, width = self.embedding
        return height * 2**self.doublings, width * 2**self.doublings

    @property
    def last(self) -> int:
        """Pixels on a side that each cell of the last features gives."""
        return int(min(LAST, 2**self.doublings))

    @property
    def ups(self) -> int:
        """Steps of two from the embedding's size to that of the last features."""
        return self.doublings - self.last.bit_length() + 1

    @property
    def side(self) -> int:
        """Parts on a side that the probe tells a cell apart into."""
        return int(min(SIDE, 2**self.doublings))


def layout_of(
    embedding: tuple[int, int, int], size: tuple[int, int], targets: int, has_image: bool, exclusive: bool = False
) -> Layout:
    """size: height and width of the encoder's input, of which masks are."""
    _, height, width = embedding
    ratio = size[0] / height
    doublings = round(math.log2(ratio)) if ratio >= 2 else 0
    if doublings < 1 or doublings > len(WIDTHS) + 1 or (height * 2**doublings, width * 2**doublings) != size:
        raise TrainError(
            f"Embeddings of {height} x {width} for images of {size[0]} x {size[1]}: the decoder wants 2, 4, 8, 16 or "
            "32 times "
            "the sides. This encoder needs a decoder of its own."
        )
    return Layout(embedding, doublings, targets, has_image, exclusive)


def first_weights(layout: Layout, probe: CellProbe, seed: int) -> Weights:
    """Of a network that answers as the probe does."""
    rng = np.random.default_rng(seed)
    weights: Weights = {}

    def dense(name: str, inputs: int, outputs: int, gain: float = 1.5) -> None:
        weights[name] = rng.normal(0, math.sqrt(gain / inputs), (inputs, outputs)).astype(np.float32)
        weights[f"{name}_bias"] = np.zeros(outputs, np.float32)

    def block(name: str, width: int) -> None:
        weights[name] = rng.normal(0, math.sqrt(1 / (9 * width)), (3, 3, width, width)).astype(np.float32)
        weights[f"{name}_bias"] = np.zeros(width, np.float32)

    channels = layout.embedding[0]
    weights["norm_scale"], weights["norm_bias"] = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    dense("enter", channels, WIDTHS[0])
    block("level0", WIDTHS[0])
    for step in range(1, layout.ups + 1):
        dense(f"up{step}", WIDTHS[step - 1], WIDTHS[step])
        block(f"level{step}", WIDTHS[step])
    before, side = COLOURS, layout.last
    for step in range(layout.ups, -1, -1) if layout.has_image else ():
        dense(f"image{step}", side**2 * before, WIDTHS[step])
        block(f"seen{step}", WIDTHS[step])
        before, side = WIDTHS[step], 2
    dense("leave", WIDTHS[layout.ups], layout.last**2 * layout.targets, gain=0.0)
    weights["probe"] = probe.weight.T.astype(np.float32)
    weights["probe_bias"] = probe.bias.astype(np.float32)
    return weights


def forward(layout: Layout, weights: Weights, embedding: jax.Array, image: jax.Array | None) -> jax.Array:
    """embedding float [B, C, h, w], image float32 [B, 3, H, W] normalised -> mask logits float32 [B, T, H, W]."""
    cells = jnp.transpose(embedding.astype(jnp.float32), (0, 2, 3, 1))
    x = (cells - cells.mean(-1, keepdims=True)) / jnp.sqrt(cells.var(-1, keepdims=True) + EPSILON)
    x = run_dense(weights, "enter", x * weights["norm_scale"] + weights["norm_bias"])
    features = image_features(layout, weights, image) if image is not None else {}
    for step in range(layout.ups + 1):
        if step:
            x = run_dense(weights, f"up{step}", x).repeat(2, axis=1).repeat(2, axis=2)
        x = jax.nn.hard_swish(x + features[step] if step in features else x)
        x = run_block(weights, f"level{step}", x)
    found = spread_cells(run_dense(weights, "leave", x), layout.last)
    return found + linear_part(layout, weights, cells)


def linear_part(layout: Layout, weights: Weights, cells: jax.Array) -> jax.Array:
    """What the probe says: parts of cells, resized to pixels."""
    parts = spread_cells(run_dense(weights, "probe", cells), layout.side)
    return jax.image.resize(parts, (*parts.shape[:2], *layout.size), "linear")


def image_features(layout: Layout, weights: Weights, image: jax.Array) -> dict[int, jax.Array]:
    """By step: at the size of that step of the way up."""
    x, side = jnp.transpose(image, (0, 2, 3, 1)), layout.last
    features = {}
    for step in range(layout.ups, -1, -1):
        x = jax.nn.hard_swish(run_dense(weights, f"image{step}", gather_cells(x, side)))
        x = features[step] = run_block(weights, f"seen{step}", x)
        side = 2
    return features


def run_dense(weights: Weights, name: str, x: jax.Array) -> jax.Array:
    return x @ weights[name] + weights[f"{name}_bias"]


def run_block(weights: Weights, name: str, x: jax.Array) -> jax.Array:
    """A plain convolution: on a CPU, XLA's depthwise takes longer than what it spares."""
    near = jax.lax.conv_general_dilated(x, weights[name], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return x + jax.nn.hard_swish(near + weights[f"{name}_bias"])


def gather_cells(x: jax.Array, side: int) -> jax.Array:
    """[B, H, W, C] -> [B, H / side, W / side, side * side * C], in the order of ONNX's SpaceToDepth."""
    batch, height, width, channels = x.shape
    x = x.reshape(batch, height // side, side, width // side, side, channels).transpose(0, 1, 3, 2, 4, 5)
    return x.reshape(batch, height // side, width // side, side**2 * channels)


def spread_cells(x: jax.Array, side: int) -> jax.Array:
    """[B, h, w, side * side * T] -> [B, T, side * h, side * w], in the order of ONNX's DepthToSpace."""
    batch, height, width, channels = x.shape
    targets = channels // side**2
    x = x.reshape(batch, height, width, side, side, targets).transpose(0, 5, 1, 3, 2, 4)
    return x.reshape(batch, targets, height * side, width * side)
