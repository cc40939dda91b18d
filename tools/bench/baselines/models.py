"""onnxruntime + Pillow + NumPy: what one would write in Python for the same answer. The servers and the jobs share it.
"""

import io
import json
import os
from dataclasses import dataclass

import numpy as np
import onnxruntime
from PIL import Image

SETTINGS = json.loads(os.environ["BENCH_SETTINGS"])
WIDTH, HEIGHT = SETTINGS["width"], SETTINGS["height"]
MEAN = np.array(SETTINGS["mean"], dtype=np.float32)
STD = np.array(SETTINGS["std"], dtype=np.float32)


@dataclass(frozen=True)
class Mask:
    label: str
    presence: float
    area: int
    #: bool [height, width] of the image; all False for a target that is not there.
    pixels: np.ndarray

    def to_json(self) -> dict[str, object]:
        return {"label": self.label, "presence": self.presence, "area": self.area}


class Models:
    """The encoder and AutoMed, each a session with the threads of the settings; None is onnxruntime's own choice."""

    def __init__(self) -> None:
        self.encoder = open_model(SETTINGS["encoder"])
        self.head = open_model(SETTINGS["head"])

    def analyze(self, image: Image.Image) -> list[Mask]:
        small = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR), dtype=np.float32)
        tensor = np.ascontiguousarray(((small - MEAN) / STD).transpose(2, 0, 1)[np.newaxis])
        (embedding,) = self.encoder.run(["embedding"], {"image": tensor})
        masks, presence = self.head.run(["masks", "presence"], {"embedding": embedding, "image": tensor})
        answer = []
        for label, logits, present in zip(SETTINGS["labels"], masks[0], presence[0], strict=True):
            pixels = np.asarray(Image.fromarray(logits).resize(image.size, Image.Resampling.BILINEAR)) >= 0
            pixels = pixels & bool(present >= SETTINGS["presence"].get(label, 0))
            answer.append(Mask(label, float(present), int(pixels.sum()), pixels))
        return answer


def open_model(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    if SETTINGS["threads"] is not None:
        options.intra_op_num_threads = SETTINGS["threads"]
    return onnxruntime.InferenceSession(path, options, providers=SETTINGS["providers"])


def read_image(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file)).convert("RGB")
