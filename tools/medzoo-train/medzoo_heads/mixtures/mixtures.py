"""Fixed random sums of channels. Their deviations tell which channels move together, which those of the channels by
themselves do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arrays import Floats, Halves, Singles

#: The last channels of the embedding, at most. In medzoo's encoder they are of its trunk, and mixtures of the others
#: tell little more; of another encoder's embedding, as many channels do as well as all of them (EXPERIMENTS.md, 23).
WIDTH = 64
COUNT = 384
#: The same mixtures for everybody.
SEED = 9
#: The least that a channel counts as deviating by, as a share of what half of the channels do.
QUIET = 0.05

Signs = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Mixtures:
    """Mixture m is the sum over the last c channels of signs[m] * scale * channel."""

    #: [M, c], -1 or 1.
    signs: Signs
    #: float32 [c], so that all channels deviate alike, and a mixture about as much as a channel of deviation 1.
    scale: Singles

    @property
    def matrix(self) -> Singles:
        """float32 [M, c]"""
        return self.signs * self.scale

    def deviations(self, values: Halves | Singles) -> Floats:
        """Embeddings, float [N, C, h, w] -> float64 [N, M]: how much each mixture deviates over the cells."""
        last = values[:, -len(self.scale) :].reshape(len(values), len(self.scale), -1).astype(np.float32)
        return np.asarray((self.matrix @ last).std(2, dtype=np.float64))


def draw_mixtures(pooled: Floats) -> Mixtures:
    """`pooled`: float64 [N, 2C], means and deviations of the images that are learnt from."""
    channels = pooled.shape[1] // 2
    means, deviations = pooled[:, :channels], pooled[:, channels:]
    spread = np.sqrt(np.square(deviations).mean(0) + means.var(0))
    # A channel that hardly moves on these images is not to explode on others.
    spread = np.maximum(spread, QUIET * np.median(spread) + 1e-6)[-WIDTH:]
    signs = np.random.default_rng(SEED).choice(np.array([-1, 1], np.int8), size=(COUNT, len(spread)))
    return Mixtures(signs, (len(spread) ** -0.5 / spread).astype(np.float32))
