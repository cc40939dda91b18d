"""How tensors of a head are described in rdf.yaml: their axes, what is done to them, and what their numbers mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Json, Singles
from ..errors import TrainError

BATCH: Json = {"type": "batch", "id": "batch"}
#: What a free dimension beside the batch has in the test tensors.
FREE = 2
#: Outputs of a head by name: what they are, and what consumers do to them.
WORDS = {
    "masks": "Probability that a pixel belongs to the target.",
    "exclusive_masks": "Probability of each target in a pixel; they sum to 1, with the background before them.",
    "presence": "How sure the head is that the target is in the image at all, 0 to 1.",
    "iou": "Estimated overlap (IoU) of the mask with the truth.",
    "logits": "Probability of each label; they sum to 1.",
    "label_logits": "Probability of each label, whatever other labels the image has.",
    "values": "The numbers, in their units.",
    "keypoints": "Places: x and y from the top left corner, as shares of the image's width and height.",
    "heatmaps": "Where each place is likely: the highest cell is the place.",
    "attention": "Where the head looks.",
    "evidence": "What speaks for the most probable label, by place.",
}


@dataclass(frozen=True)
class Output:
    """An output: its entry in rdf.yaml, and what its postprocessing makes of a tensor."""

    entry: Json
    finish: Callable[[Singles], Singles]


def channel_axis(names: Sequence[str]) -> Json:
    """Names as identifiers, which the format wants: "bone age" is bone_age."""
    return {"type": "channel", "id": "channel", "channel_names": identifiers(names)}


def identifiers(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        word = re.sub(r"\W+", "_", name).strip("_") or "label"
        word = f"_{word}" if word[0].isdigit() else word
        found.append(word if word not in found else f"{word}_{len(found)}")
    return found


def space_axes(height: int, width: int) -> list[Json]:
    return [{"type": "space", "id": axis, "size": size} for axis, size in (("y", height), ("x", width))]


def image_input(shape: Sequence[Any], preprocess: Json, test_tensor: str) -> Json:
    """The image as people have it: channels 0 to 255, which consumers normalise."""
    channels, height, width = (int(length) for length in shape[1:])
    names = ["red", "green", "blue"] if channels == 3 else ["grey"]
    scale = {"axis": "channel", "mean": preprocess["mean"], "std": preprocess["std"]}
    return {
        "id": "image",
        "description": f"The whole image, resized to {width} x {height} pixels without regard to its aspect (bilinear, "
        "antialiased)."
        if preprocess.get("fit", "stretch") == "stretch"
        else f"The image, resized into {width} x {height} pixels at the top left, zeros beside it.",
        "axes": [BATCH, channel_axis(names), *space_axes(height, width)],
        "test_tensor": {"source": test_tensor},
        "data": {"type": "uint8", "range": [0, 255]},
        "preprocessing": [
            {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
            {"id": "fixed_zero_mean_unit_variance", "kwargs": scale},
            {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
        ],
    }


def further_input(name: str, shape: Sequence[Any], test_tensor: str) -> Json:
    """A prompt or what else a head takes beside the image; numbers as the head's own code makes them."""
    axes: list[Json] = [BATCH]
    for place, length in enumerate(shape[1:]):
        if isinstance(length, int) and place == 0 and len(shape) == 4:
            axes.append(channel_axis([f"{name}_{k}" for k in range(length)]))
        elif len(shape) == 4:
            axes.append({"type": "space", "id": "yx"[place - 1], "size": length})
        elif isinstance(length, int):
            axes.append(channel_axis([f"{name}_{k}" for k in range(length)]))
        else:
            axes.append({"type": "index", "id": "index", "size": {"min": 1, "step": 1}})
    return {
        "id": name,
        "description": "A prompt, as medzoo's own code of this head makes it.",
        "axes": axes,
        "test_tensor": {"source": test_tensor},
        "data": {"type": "float32"},
    }


def describe_output(name: str, shape: Sequence[Any], model: Json, test_tensor: str) -> Output:
    """`shape` as model.json declares it, the batch first; `model` is the head's model.json."""
    labels = [str(label) for label in model.get("labels", [])]
    steps, finish = postprocessing_of(name, labels, model)
    entry: Json = {
        "id": name,
        "description": WORDS.get(name, "An output of the head."),
        "axes": axes_of(name, shape, labels),
        "test_tensor": {"source": test_tensor},
        "data": {"type": "float32"},
    }
    return Output(entry | ({"postprocessing": steps} if steps else {}), finish)


def axes_of(name: str, shape: Sequence[Any], labels: Sequence[str]) -> list[Json]:
    lengths = shape[1:]
    if not all(isinstance(length, int) for length in lengths):
        raise TrainError(f'The output "{name}" has a free dimension beside the batch, which rdf.yaml cannot describe.')
    if len(lengths) == 1:
        return [BATCH, channel_axis(names_of(lengths[0], labels))]
    if len(lengths) == 2 and name == "keypoints":
        return [BATCH, channel_axis(labels), {"type": "index", "id": "index", "size": lengths[1]}]
    if len(lengths) == 2:
        return [BATCH, *space_axes(*lengths)]
    if len(lengths) == 3:
        return [BATCH, channel_axis(names_of(lengths[0], labels)), *space_axes(*lengths[1:])]
    raise TrainError(f'The output "{name}" has {len(shape)} dimensions, which no task has.')


def names_of(count: int, labels: Sequence[str]) -> list[str]:
    """Of channels: the labels, perhaps with the background before them; or numbers, where several are candidates."""
    if count == len(labels):
        return list(labels)
    if count == len(labels) + 1 and len(labels) > 1:
        return ["background", *labels]
    return [f"candidate_{k}" for k in range(count)]


def postprocessing_of(name: str, labels: Sequence[str], model: Json) -> tuple[list[Json], Callable[[Singles], Singles]]:
    """What makes the numbers those that medzoo answers with, for consumers and for the test tensors."""
    temperature = float(model.get("calibration", {}).get("temperature", 1.0))
    softmax: Json = {"id": "softmax", "kwargs": {"axis": "channel"}}
    cooled: list[Json] = [] if temperature == 1 else [scale_linear([1 / temperature], [0.0])]
    if name in ("masks", "heatmaps"):
        return [{"id": "sigmoid"}], sigmoid
    if name == "exclusive_masks":
        return [softmax], softmax_of
    if name == "logits":
        return [*cooled, softmax], lambda found: softmax_of(found / temperature)
    if name == "label_logits":
        return [*cooled, {"id": "sigmoid"}], lambda found: sigmoid(found / temperature)
    if name == "values":
        quantities = [model.get("quantities", {}).get(label, {}) for label in labels]
        gain, offset = ([float(one.get(key, usual)) for one in quantities] for key, usual in (("std", 1), ("mean", 0)))
        return [scale_linear(gain, offset)], lambda found: found * np.asarray(gain) + np.asarray(offset)
    return [], lambda found: found


def scale_linear(gain: list[float], offset: list[float]) -> Json:
    if len(gain) == 1:
        return {"id": "scale_linear", "kwargs": {"gain": gain[0], "offset": offset[0]}}
    return {"id": "scale_linear", "kwargs": {"axis": "channel", "gain": gain, "offset": offset}}


def sigmoid(values: Singles) -> Singles:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))


def softmax_of(values: Singles) -> Singles:
    powers = np.exp(values - values.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))
