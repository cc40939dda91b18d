"""embed.json: which encoder made the embeddings, how images were prepared, and which shards there are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..arrays import Json, Singles
from ..errors import TrainError

FORMAT = "medzoo-embeddings/1"


@dataclass(frozen=True)
class EncoderIdentity:
    id: str
    #: 64 hexadecimal digits, of the weights file.
    sha256: str


@dataclass(frozen=True)
class EmbedFile:
    encoder: EncoderIdentity
    #: Of the encoder's model.json, where `medzoo embed` passed it on: what the encoder knows of the world.
    domain: Json | None
    preprocess: Json
    #: Channels, height, width of one embedding.
    shape: tuple[int, int, int]
    rows: int
    shards: tuple[str, ...]
    #: Name of the data folder, if it is known.
    dataset: str | None
    #: Digest of the list of images of train and val, by which `medzoo evaluate` knows whether a set has changed.
    seen: str | None


def read_embed_file(folder: Path) -> EmbedFile:
    """Reads embed.json of a folder that `medzoo embed` has finished."""
    path = folder / "embed.json"
    if not path.is_file():
        unfinished = folder.is_dir() and any(folder.glob("shard-*.safetensors"))
        state = "`medzoo embed` has not finished there" if unfinished else "that is no folder of embeddings"
        command = f"medzoo embed --data DATA --out {folder}"
        raise TrainError(
            f"--embeddings {folder} has no embed.json: {state}. Run `{command}`; it resumes where it stopped."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainError(f"{path} is not valid JSON ({error}). Delete it and run `medzoo embed` again.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise TrainError(
            f'{path} is of the format {found!r}, and "{FORMAT}" was expected. '
            "Use versions of medzoo and medzoo-train that belong together, and embed again."
        )
    try:
        return parse(content)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainError(f"{path} is not as `medzoo embed` writes it ({error!r}). Run `medzoo embed` again.") from None


def parse(content: Json) -> EmbedFile:
    encoder = content["encoder"]
    digest = str(encoder["digest"]).removeprefix("sha256:").removeprefix("sha256-")
    if len(digest) != 64 or any(character not in "0123456789abcdef" for character in digest):
        raise ValueError(f"encoder.digest {digest!r} is not a SHA-256 of 64 hexadecimal digits")
    shape = tuple(int(length) for length in content["embedding"]["shape"])
    if len(shape) != 3 or min(shape) < 1:
        raise ValueError(f"embedding.shape {list(shape)} is not [channels, height, width]")
    return EmbedFile(
        encoder=EncoderIdentity(str(encoder["id"]), digest),
        domain=encoder.get("domain"),
        preprocess=dict(content["preprocess"]),
        shape=(shape[0], shape[1], shape[2]),
        rows=int(content["rows"]),
        shards=tuple(str(name) for name in content["shards"]),
        dataset=content.get("dataset"),
        seen=content.get("seen"),
    )


def normalisation_of(preprocess: Json) -> tuple[Singles, Singles]:
    """Mean and deviation by which the encoder's input is normalised, float32 [channels, 1, 1], in grey levels."""
    mean, std = (np.asarray(preprocess[key], np.float32)[:, None, None] for key in ("mean", "std"))
    return mean, std
