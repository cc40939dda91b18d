"""Test tensors of a package: what the model is fed, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import Bytes, Json, Singles
from ..errors import TrainError
from ..export.golden import draw_picture
from ..export.graph import open_session, run_model
from .tensors import FREE, describe_output, further_input, image_input

#: Pictures that are drawn, by seed, until one has an answer that is worth a test.
SEEDS = range(11, 31)
#: The format refuses tensors whose numbers are all below; what is far above is a test of something.
LEAST, ENOUGH = 1e-4, 1e-2


@dataclass(frozen=True)
class Tests:
    #: Entries of rdf.yaml.
    inputs: list[Json]
    outputs: list[Json]
    #: By file name.
    files: dict[str, Any]


def choose_tests(merged: Any, encoder: Json, head: Json, picture: Path | None) -> Tests:
    """Of the picture that is given, else of the first drawn one that no output is next to 0 on, or the best of them."""
    session = open_session(merged)
    best, most = None, 0.0
    for drawn in pictures(picture):
        tests = tests_of(drawn, merged, session, encoder, head)
        least = min(float(np.abs(tests.files[entry["test_tensor"]["source"]]).max()) for entry in tests.outputs)
        if best is None or least > most:
            best, most = tests, least
        if least >= ENOUGH:
            break
    if best is None or most <= LEAST:
        raise TrainError(
            "An output of the head is next to 0 on every picture, and no test can be made of it. Give --image with a "
            "picture, of nobody, on which it finds something."
        )
    return best


def pictures(given: Path | None) -> Iterator[Bytes]:
    """uint8 [H, W, 3]"""
    if given is None:
        yield from (draw_picture(seed) for seed in SEEDS)
        return
    try:
        yield np.asarray(Image.open(given).convert("RGB"))
    except OSError as error:
        raise TrainError(f"--image {given} cannot be read ({error}).") from None


def tests_of(drawn: Bytes, merged: Any, session: Any, encoder: Json, head: Json) -> Tests:
    inputs: list[Json] = []
    files: dict[str, Any] = {}
    feeds: dict[str, Singles] = {}
    for place, value in enumerate(merged.graph.input):
        shape = [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        file = f"test_input_{place}.npy"
        if place == 0:
            image = files[file] = fitted(drawn, shape)
            mean, std = (np.asarray(encoder["preprocess"][key], np.float32)[:, None, None] for key in ("mean", "std"))
            feeds[value.name] = np.asarray((image - mean) / std, np.float32)
            inputs.append(image_input(shape, encoder["preprocess"], file))
        else:
            lengths = [1, *(length if isinstance(length, int) else FREE for length in shape[1:])]
            feeds[value.name] = files[file] = prompt(value.name, lengths, feeds["image"].shape[2:])
            inputs.append(further_input(value.name, shape, file))
    found = run_model(session, feeds)
    outputs = []
    for place, spec in enumerate(head["model"]["outputs"]):
        output = describe_output(spec["name"], spec["shape"], head, f"test_output_{place}.npy")
        files[f"test_output_{place}.npy"] = np.asarray(output.finish(found[spec["name"]]), np.float32)
        outputs.append(output.entry)
    return Tests(inputs, outputs, files)


def fitted(drawn: Bytes, shape: list[Any]) -> Bytes:
    """uint8 [1, C, H, W]"""
    channels, height, width = (int(length) for length in shape[1:])
    picture = Image.fromarray(drawn).resize((width, height), Image.Resampling.BILINEAR)
    planes = np.asarray(picture if channels == 3 else picture.convert("L")).reshape(height, width, channels)
    return np.ascontiguousarray(planes.transpose(2, 0, 1))[None]


def prompt(name: str, shape: list[int], size: tuple[int, ...]) -> Singles:
    """A prompt that a head can answer: of points, the corners of a box in the middle, as SAM numbers them, and an
    earlier mask that fills it; of anything else, ones.
    """
    height, width = size
    if name == "point_coords":
        corners = [[width / 4, height / 4], [3 * width / 4, 3 * height / 4]]
        return np.asarray(corners, np.float32).reshape(shape)
    if name == "point_labels":
        return np.asarray([2, 3], np.float32).reshape(shape)
    if name == "mask_input":
        mask = np.full(shape, -4, np.float32)
        rows, columns = shape[2:]
        mask[..., rows // 4 : 3 * rows // 4, columns // 4 : 3 * columns // 4] = 4
        return mask
    return np.ones(shape, np.float32)
