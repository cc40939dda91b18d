"""The picture of a head's golden record, as its encoder takes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from ..arrays import Bytes, Singles
from ..embeddings.embeddings import Embeddings
from ..errors import TrainError
from .encoder import EncoderFile
from .golden import draw_picture


@dataclass(frozen=True)
class GoldenInput:
    """A picture that is nobody's, as the encoder takes it and what the encoder gives."""

    picture: Path | Bytes
    #: float32 [1, 3, H, W], normalised.
    image: Singles
    #: float32 [1, C, h, w]
    embedding: Singles


def golden_input(embeddings: Embeddings, encoder: EncoderFile | None) -> GoldenInput | None:
    """As `medzoo embed` wrote it; else of a picture drawn here, by the encoder's own file; nothing without both."""
    tensors, picture = embeddings.folder / "golden.safetensors", embeddings.folder / "golden.png"
    if tensors.is_file() and picture.is_file():
        try:
            found = load_file(tensors)
            image, embedding = found["image"].astype(np.float32), found["embedding"].astype(np.float32)
        except (SafetensorError, KeyError, ValueError) as error:
            raise TrainError(f"{tensors} cannot be read ({error!r}). Run `medzoo embed` again.") from None
        if embedding.shape != (1, *embeddings.about.shape):
            raise TrainError(f"{tensors} is of another encoder than the embeddings. Run `medzoo embed` again.")
        return GoldenInput(picture, image, embedding)
    if encoder is None:
        return None
    drawn = draw_picture()
    image = encoder.prepare(drawn)
    return GoldenInput(drawn, image, encoder.encode(image))
