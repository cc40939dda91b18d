"""Encoder and head as one graph: from the image to the answer, for programs that know of no embeddings."""

from __future__ import annotations

from typing import Any

import onnx
from onnx import compose, version_converter

from ..errors import TrainError

#: The input of a head that is the image, which the encoder takes too.
IMAGE = "image"


def merge_models(encoder: Any, head: Any) -> Any:
    """The head's outputs, from the encoder's input and whatever else the head takes, such as prompts.

    `onnx.compose.merge_models` has no place for a head that also looks at the image, which both then take: one input
    stands for both here. Names of the two get prefixes, since both may call a value `conv_1`.
    """
    opset = max(opset_of(encoder), opset_of(head))
    parts = [raised(encoder, opset), raised(head, opset)]
    prefixed = [
        compose.add_prefix(part, prefix, rename_inputs=False, rename_outputs=False)
        for part, prefix in zip(parts, ("encoder/", "head/"), strict=True)
    ]
    first, second = prefixed
    image, embedding = first.graph.input[0].name, first.graph.output[0].name
    taken = {value.name for value in second.graph.input}
    if "embedding" not in taken:
        raise TrainError(f"The head takes {', '.join(sorted(taken))}, and not the encoder's embedding.")
    rename_value(first.graph, embedding, "embedding")
    rename_value(first.graph, image, IMAGE)
    further = [value for value in second.graph.input if value.name not in ("embedding", IMAGE)]
    graph = onnx.helper.make_graph(
        [*first.graph.node, *second.graph.node],
        "medzoo",
        [first.graph.input[0], *further],
        list(second.graph.output),
        [*first.graph.initializer, *second.graph.initializer],
    )
    graph.sparse_initializer.extend([*first.graph.sparse_initializer, *second.graph.sparse_initializer])
    merged = onnx.helper.make_model(
        graph,
        opset_imports=unite_opsets(first, second),
        functions=[*first.functions, *second.functions],
        producer_name="medzoo",
        ir_version=max(first.ir_version, second.ir_version),
    )
    onnx.checker.check_model(merged, full_check=True)
    return merged


def opset_of(model: Any) -> int:
    return max(int(entry.version) for entry in model.opset_import if entry.domain in ("", "ai.onnx"))


def raised(model: Any, opset: int) -> Any:
    """The same in a newer opset: a graph has one."""
    return model if opset_of(model) == opset else version_converter.convert_version(model, opset)


def unite_opsets(*models: Any) -> list[Any]:
    versions: dict[str, int] = {}
    for entry in (entry for model in models for entry in model.opset_import):
        versions[entry.domain] = max(versions.get(entry.domain, 0), int(entry.version))
    return [onnx.helper.make_opsetid(domain, version) for domain, version in versions.items()]


def rename_value(graph: Any, old: str, new: str) -> None:
    """An input or output, and whoever makes or takes it; subgraphs may take it too."""
    for value in (*graph.input, *graph.output):
        if value.name == old:
            value.name = new
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == old:
                    names[place] = new
        for attribute in node.attribute:
            for inner in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                rename_value(inner, old, new)
