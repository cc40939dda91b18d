"""What a classifier reads: embeddings as they are, or with the encoder's stages beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..arrays import Halves
from .format import EmbedFile
from .rows import Row


class Source(Protocol):
    @property
    def about(self) -> EmbedFile: ...

    def take(self, rows: Sequence[Row]) -> Halves:
        """float16 [N, C, h, w]"""
