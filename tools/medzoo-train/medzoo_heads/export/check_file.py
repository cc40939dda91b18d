"""What a zoo checks of a head's ONNX file when it starts, checked where the file is made, whoever made it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, numpy_helper

from ..errors import TrainError

#: Of onnxruntime-node 1.30, which opens the file.
OPSETS = range(7, 27)
NEWEST_IR = 13
#: Operators of other domains are nowhere to be found at run time.
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
#: Element types that medzoo carries between models.
DTYPES = {TensorProto.FLOAT: "float32", TensorProto.UINT8: "uint8", TensorProto.INT64: "int64"}
#: Inputs that a zoo fills by itself: the encoder's output, and what the encoder was given.
FED = {"embedding": "outputs", "image": "inputs"}
#: Free dimensions other than the batch, such as a number of points, are tried at this length.
TRIED_LENGTH = 2


def check_file(file: Path, labels: Sequence[str], encoder: dict[str, Any] | None) -> list[str]:
    """Notes on what is right and could be better. TrainError for what a zoo would refuse.

    `encoder` is the content of the model.json of the encoder that the head was trained on.
    """
    try:
        model = onnx.load(str(file))
        onnx.checker.check_model(model)
    except FileNotFoundError as error:
        raise TrainError(f"There is no file {error.filename or file}.") from None
    except Exception as error:  # protobuf and onnx throw many kinds
        raise TrainError(f"{file} is no ONNX file that can be read: {error}") from None
    check_versions(model)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    outputs = list(model.graph.output)
    for value in [*inputs, *outputs]:
        check_tensor(value)
    check_weights(model)
    check_batch([*inputs, *outputs])
    notes = [*check_labels(outputs, labels), *check_inputs(inputs, encoder)]
    try_out(file, inputs)
    return notes


def check_versions(model: Any) -> None:
    for entry in model.opset_import:
        if entry.domain not in DOMAINS:
            raise TrainError(
                f"The file needs operators of {entry.domain}, which ONNX Runtime has not. Export it with ONNX's own."
            )
        if entry.domain in ("", "ai.onnx") and entry.version not in OPSETS:
            raise TrainError(
                f"The file is of opset {entry.version}; expected {OPSETS.start} to {OPSETS.stop - 1}. "
                "Export it with opset_version=17."
            )
    if model.ir_version > NEWEST_IR:
        raise TrainError(
            f"The file is of IR version {model.ir_version}; expected at most {NEWEST_IR}. Use an older onnx."
        )


def check_tensor(value: Any) -> None:
    kind = value.type.tensor_type.elem_type
    if kind not in DTYPES:
        found = TensorProto.DataType.Name(kind).lower()
        raise TrainError(
            f"{value.name} is {found}; expected {', '.join(DTYPES.values())}. "
            "Weights may be stored in half: cast inputs and outputs inside the graph."
        )
    if not shape_of(value):
        raise TrainError(f"{value.name} has no dimensions; expected the batch as its first one.")
    unknown = [axis for axis, length in enumerate(shape_of(value)) if length == 0]
    if unknown:
        raise TrainError(
            f"{value.name} does not say how long dimension {unknown[0]} is; give it a length, or a name if free."
        )


def shape_of(value: Any) -> list[int | str]:
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def check_labels(outputs: Sequence[Any], labels: Sequence[str]) -> list[str]:
    """One output at least has a place for each label: [batch, labels], or [batch, labels, height, width] of masks."""
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise TrainError(f"--labels has {twice[0]} twice.")
    found = {value.name: shape_of(value) for value in outputs}
    if any(length == len(labels) or isinstance(length, str) for shape in found.values() for length in shape[1:2]):
        return []
    shapes = ", ".join(f"{name} {shape}" for name, shape in found.items())
    if len(labels) == 1:
        return [f"No output has one place for the one label: {shapes}. decode in head.ts has to choose."]
    raise TrainError(
        f"--labels names {len(labels)} ({', '.join(labels)}), and no output has as many in dimension 1: {shapes}. "
        f"Name a label for each place, in their order, or export a head of {len(labels)}."
    )


def check_weights(model: Any) -> None:
    found = find_wrong_weight(model)
    if found is not None:
        name, value = found
        raise TrainError(f"The weights {name} hold {value}: training diverged, or float16 overflowed.")


def find_wrong_weight(model: Any) -> tuple[str, float] | None:
    """The first tensor of weights that is not finite, and what it holds."""
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype.kind != "f":
            continue
        # Minus infinity alone is how attention masks are written.
        wrong = values[np.isnan(values) if values.size == 1 else ~np.isfinite(values)]
        if wrong.size:
            return tensor.name, float(wrong.ravel()[0])
    return None


def check_batch(values: Sequence[Any]) -> None:
    fixed = {value.name: shape_of(value)[0] for value in values if isinstance(shape_of(value)[0], int)}
    if fixed:
        name, length = next(iter(fixed.items()))
        axes = ", ".join(f"'{one}': {{0: 'batch'}}" for one in fixed)
        raise TrainError(
            f"Dimension 0 of {name} is {length}; expected a free batch. Export it with dynamic_axes={{{axes}}}."
        )


def check_inputs(inputs: Sequence[Any], encoder: dict[str, Any] | None) -> list[str]:
    if encoder is None:
        return ["Without --encoder the inputs are not compared with what the encoder gives."]
    try:
        declared = {name: encoder["model"][side][0] for name, side in FED.items()}
        expected = {name: (spec["dtype"], list(spec["shape"])) for name, spec in declared.items()}
    except (KeyError, IndexError, TypeError):
        raise TrainError("The model.json of --encoder lists no tensors; give that of an encoder.") from None
    notes = []
    for value in inputs:
        found = (DTYPES[value.type.tensor_type.elem_type], shape_of(value))
        if value.name in expected and not is_same(found, expected[value.name]):
            gives = f"the encoder {encoder['name']} gives {written(expected[value.name])}"
            raise TrainError(f"{value.name} is {written(found)}; {gives}.")
        if value.name in expected:
            continue
        alike = [name for name in expected if is_same(found, expected[name])]
        hint = f" It has the shape of {alike[0]}: name it so, and nothing is to be written." if alike else ""
        notes.append(f"The input {value.name} is neither embedding nor image: feeds in head.ts has to give it.{hint}")
    if not any(value.name in expected for value in inputs) and not notes:
        raise TrainError("The file has no inputs; expected embedding, or image, or both.")
    return notes


def is_same(found: tuple[str, list[int | str]], expected: tuple[str, list[int | str]]) -> bool:
    """The first dimension is the batch, free or 1."""
    return found[0] == expected[0] and found[1][1:] == expected[1][1:]


def written(tensor: tuple[str, list[int | str]]) -> str:
    return f"{tensor[0]} [{', '.join(str(length) for length in tensor[1])}]"


def try_out(file: Path, inputs: Sequence[Any]) -> None:
    """Runs the file on made-up numbers, alone and as a batch of two: shapes that an exporter froze show only here."""
    free = all(isinstance(shape_of(value)[0], str) for value in inputs)
    try:
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own kinds have no common base
        raise TrainError(f"ONNX Runtime {onnxruntime.__version__} does not open the file: {error}") from None
    for batch in (1, 2) if free else (1,):
        feeds = {value.name: made_up(value, batch) for value in inputs}
        try:
            results = session.run(None, feeds)
        except Exception as error:
            raise TrainError(f"The file opens and does not run on {batch} at once: {error}") from None
        for output, values in zip(session.get_outputs(), results, strict=True):
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                raise TrainError(
                    f"{output.name} is not finite for made-up numbers of standard deviation 1: a zoo refuses that."
                )
            if values.shape[:1] != (batch,):
                raise TrainError(
                    f"{output.name} is of shape {values.shape} for {batch} at once: its first is not the batch."
                )


def made_up(value: Any, batch: int) -> Any:
    shape = [batch, *(TRIED_LENGTH if isinstance(length, str) else length for length in shape_of(value)[1:])]
    kind = DTYPES[value.type.tensor_type.elem_type]
    if kind == "float32":
        return np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    # Numbers of a table's rows, as labels of points are: 0 is in every table.
    return np.zeros(shape, kind)
