"""The encoder that the embeddings are of: its model.json (--encoder), and its ONNX file where a golden record asks for
it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from ..arrays import Bytes, Json, Singles
from ..embeddings.format import EmbedFile
from ..errors import TrainError
from .graph import open_session, run_model


class EncoderFile:
    """The model.json of an encoder, of the very weights that the embeddings are of."""

    def __init__(self, path: Path, about: EmbedFile) -> None:
        self.path = path
        where = "Give the model.json of the encoder, such as node_modules/@medzoo/sam-med2d/weights/model.json"
        try:
            self.content: Json = json.loads(path.read_text(encoding="utf-8"))
            digest = self.content["model"]["sha256"]
            self.preprocess: Json = self.content["preprocess"]
        except OSError as error:
            raise TrainError(f"--encoder {path} cannot be read ({error.strerror}). {where}.") from None
        except (ValueError, KeyError, TypeError):
            raise TrainError(f"--encoder {path} is no model.json of an encoder. {where}.") from None
        if digest != about.encoder.sha256:
            raise TrainError(
                f"The embeddings are of the encoder {about.encoder.id} with the digest {about.encoder.sha256[:12]}, "
                "and "
                f"--encoder {path} has {str(digest)[:12]}. A head reads the embeddings of one encoder only: run "
                "`medzoo embed` again with that encoder, or give the model.json of the one that was used."
            )

    @property
    def domain(self) -> Json | None:
        found = self.content.get("domain")
        return found if isinstance(found, dict) else None

    def prepare(self, picture: Bytes) -> Singles:
        """uint8 [H, W, 3] -> float32 [1, 3, h, w] as core's preprocessing has it, for the kind that our encoders
        have.
        """
        rule = self.preprocess
        known = {"fit": "stretch", "interpolation": "bilinear", "antialias": True, "channels": "rgb"}
        other = [f"{key} {rule.get(key)!r}" for key, value in known.items() if rule.get(key) != value]
        if other:
            raise TrainError(
                f"This encoder prepares images with {', '.join(other)}, which only medzoo itself does. Embed again "
                "with a "
                "`medzoo embed` that writes golden.safetensors, or leave --encoder out and do without a golden record."
            )
        size = (rule["size"]["width"], rule["size"]["height"])
        # In float, plane by plane: Pillow would round the colours of a picture to bytes.
        planes = [
            np.asarray(Image.fromarray(picture[..., c].astype(np.float32)).resize(size, Image.Resampling.BILINEAR))
            for c in range(3)
        ]
        mean, std = (np.asarray(rule[key], np.float32)[:, None, None] for key in ("mean", "std"))
        return np.asarray((np.stack(planes) - mean) / std, np.float32)[None]

    def encode(self, image: Singles) -> Singles:
        file = self.path.parent / Path(self.content["model"]["url"]).name
        if not file.is_file():
            raise TrainError(f"There is no {file} beside --encoder, and the golden record needs what it answers.")
        if hashlib.sha256(file.read_bytes()).hexdigest() != self.content["model"]["sha256"]:
            raise TrainError(f"{file} is not the file that {self.path} describes. Install the encoder's package again.")
        session = open_session(file)
        return next(iter(run_model(session, {session.get_inputs()[0].name: image}).values()))
