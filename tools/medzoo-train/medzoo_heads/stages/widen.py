"""A head of the wide embedding as one of `embedding` and `image`, which carries its part of the encoder."""

from __future__ import annotations

from typing import Any

from onnx import TensorProto, compose, helper

from ..arrays import Singles
from ..export.graph import Graph
from .cut import Cut

WIDE = "wide"
#: Before the names of the head's values: those of the nodes that are written here may be called the same.
PREFIX = "head/"


def widen(head: Any, cut: Cut, center: Singles, scale: Singles) -> Any:
    """`center`, `scale`: float32 [c, 1, 1], of the stages together."""
    graph = Graph()
    joined = graph.add("Concat", *cut.outputs, axis=1)
    stages = graph.add("Mul", graph.add("Sub", joined, graph.constant(center)), graph.constant(scale))
    graph.add("Concat", "embedding", stages, out=WIDE, axis=1)
    named = compose.add_prefix(head, PREFIX, rename_inputs=False, rename_outputs=False)
    for node in named.graph.node:
        for place, name in enumerate(node.input):
            if name == "embedding":
                node.input[place] = WIDE
    (wide,) = head.graph.input
    channels, height, width = (axis.dim_value for axis in wide.type.tensor_type.shape.dim[1:])
    (image,) = cut.model.graph.input
    size = [axis.dim_value for axis in image.type.tensor_type.shape.dim[1:]]
    shapes = {"embedding": [channels - len(center), height, width], "image": size}
    merged = helper.make_graph(
        [*cut.model.graph.node, *graph.nodes, *named.graph.node],
        "head",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]) for name, shape in shapes.items()],
        list(named.graph.output),
        [*cut.model.graph.initializer, *graph.weights, *named.graph.initializer],
    )
    return helper.make_model(
        merged, opset_imports=list(head.opset_import), producer_name="medzoo", ir_version=head.ir_version
    )
