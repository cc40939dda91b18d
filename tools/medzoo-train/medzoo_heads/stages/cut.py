"""The part of an encoder's graph that ends in its stages: maps on the embedding's grid, from before the embedding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import onnx
from onnx.utils import Extractor

from ..export.encoder import EncoderFile
from ..export.graph import OPSET

#: Ends of the last three stages of EfficientNet-Lite0 in the encoder of @medzoo/sam-med2d, all on the embedding's grid.
#: The embedding was taught a handful of tasks and keeps little else; these still tell blood cells and moles apart.
STAGES = tuple(f"/patch_embed/blocks.{block}/Add_output_0" for block in (7, 10, 14))
#: Before the names of the cut's values: a head has names of its own.
PREFIX = "stages/"


@dataclass(frozen=True)
class Cut:
    """`model` takes `image` as the encoder does, and gives the maps, float32 [B, c, h, w] each."""

    model: Any
    outputs: tuple[str, ...]
    channels: tuple[int, ...]


def cut_stages(encoder: EncoderFile, grid: tuple[int, int]) -> Cut | None:
    """Nothing for an encoder without such stages, of another opset than heads are, or whose model.json is alone."""
    if not encoder.has_file:
        return None
    model = onnx.load(str(encoder.find_file()))
    made = {name for node in model.graph.node for name in node.output}
    if not made.issuperset(STAGES) or [(o.domain, o.version) for o in model.opset_import] != [("", OPSET)]:
        return None
    shaped = onnx.shape_inference.infer_shapes(model)
    lengths = {value.name: lengths_of(value) for value in shaped.graph.value_info}
    shapes = [lengths.get(name, ()) for name in STAGES]
    if any(len(shape) != 4 or shape[2:] != grid for shape in shapes):
        return None
    image = model.graph.input[0].name
    part = Extractor(shaped).extract_model([image], list(STAGES))
    del part.graph.value_info[:]
    part = onnx.compose.add_prefix(part, PREFIX)
    for node in part.graph.node:
        for place, name in enumerate(node.input):
            if name == PREFIX + image:
                node.input[place] = "image"
    part.graph.input[0].name = "image"
    return Cut(part, tuple(PREFIX + name for name in STAGES), tuple(shape[1] for shape in shapes))


def lengths_of(value: Any) -> tuple[int, ...]:
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)
