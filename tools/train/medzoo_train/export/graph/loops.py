"""Repeated steps as one `Loop` of a graph.

The exporter that traces writes each step down. Of the promptable head that was hundreds of nodes, and to plan memory,
ONNX Runtime 1.30 compares the shape of each output with those of all that are free: it took seconds to open the file.
"""

from __future__ import annotations

from typing import Any

from onnx import NodeProto, TensorProto, helper

from ...models.promptable.follow import DOMAIN, MARK, REACH


def write_loops(model: Any) -> None:
    """Puts a loop in the place of each mark; leaves a model without marks as it is."""
    nodes: list[Any] = []
    for node in model.graph.node:
        nodes += (
            loop_of(node)
            if (node.domain, node.op_type) == (DOMAIN, MARK)
            else [NodeProto.FromString(node.SerializeToString())]
        )
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    # Where a loop's result has no shape, the outputs that are read from it have none to compare: half the time.
    results = {node.output[0] for node in nodes if node.op_type == "Loop"}
    for index in reversed([index for index, value in enumerate(model.graph.value_info) if value.name in results]):
        del model.graph.value_info[index]
    for index in reversed([index for index, opset in enumerate(model.opset_import) if opset.domain == DOMAIN]):
        del model.opset_import[index]


def loop_of(mark: Any) -> list[Any]:
    """`follow` as nodes: the numbers of a loop, and the loop, which ends when a step has changed nothing.

    Its body has no tensor of its own. ONNX Runtime 1.30 writes such tensors twice when it saves a graph with packed
    weights, and then cannot open it.
    """
    start, mask = mark.input
    result = mark.output[0]
    steps = next(one.i for one in mark.attribute if one.name == "steps")
    names = [f"{result}.before", *(f"{result}.pooled{index}" for index in range(len(REACH)))]
    body = [
        helper.make_node(
            "MaxPool", [names[at]], [names[at + 1]], kernel_shape=kernel, pads=[*padding, *padding], strides=[1, 1]
        )
        for at, (kernel, padding) in enumerate(REACH)
    ]
    body += [
        helper.make_node("Mul", [names[-1], mask], [f"{result}.after"]),
        helper.make_node("Sub", [f"{result}.after", names[0]], [f"{result}.added"]),
        helper.make_node("ReduceMax", [f"{result}.added"], [f"{result}.most"], keepdims=0),
        # Any number but 0 is true.
        helper.make_node("Cast", [f"{result}.most"], [f"{result}.grows"], to=TensorProto.BOOL),
    ]
    inputs = [
        helper.make_tensor_value_info(f"{result}.step", TensorProto.INT64, []),
        helper.make_tensor_value_info(f"{result}.grew", TensorProto.BOOL, []),
        helper.make_tensor_value_info(names[0], TensorProto.FLOAT, [None] * 4),
    ]
    outputs = [
        helper.make_tensor_value_info(f"{result}.grows", TensorProto.BOOL, []),
        helper.make_tensor_value_info(f"{result}.after", TensorProto.FLOAT, [None] * 4),
    ]
    numbers = [
        helper.make_node(
            "Constant", [], [f"{result}.steps"], value=helper.make_tensor("steps", TensorProto.INT64, [], [steps])
        ),
        helper.make_node(
            "Constant", [], [f"{result}.begin"], value=helper.make_tensor("begin", TensorProto.BOOL, [], [True])
        ),
    ]
    graph = helper.make_graph(body, "step", inputs, outputs)
    return [
        *numbers,
        helper.make_node("Loop", [numbers[0].output[0], numbers[1].output[0], start], [result], mark.name, body=graph),
    ]
