"""AutoMed in static int8: small, plain, nearly the reference, and the same on every processor."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from medzoo_heads.export.file import digest_of
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from medzoo_train.export.graph.few_bits import PACKED
from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx, write
from medzoo_train.export.int8.safe_weights import worst_pair
from medzoo_train.export.int8.static_automed import BORROWED_FROM, automed_to_int8, fold_weights, is_safe, nodes_in_int8
from medzoo_train.export.int8.variant import EXACT
from tests.int8.small_automed import OUTPUTS, feeds, small, tensors


class Narrowed(nn.Module):
    """AutoMed on an encoder whose first channels alone it was trained on."""

    def __init__(self, automed: nn.Module) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: torch.Tensor, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        masks, iou, presence = self.automed(embedding[:, :48], image)
        return masks, iou, torch.sigmoid(presence)


def weights_in_int8(file: Path) -> list[Any]:
    """What each weight of a product or a 1x1 convolution comes to, int8 [K, N], summed over K."""
    model = onnx.load(str(file))
    makers = {name: node for node in model.graph.node for name in node.output}
    read = {}
    for node in model.graph.node:
        made = makers.get(node.input[1]) if node.op_type in ("Conv", "MatMul") else None
        if made is not None and made.op_type == "DequantizeLinear":
            read[made.input[0]] = node.op_type
    del model.graph.output[:]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.INT8, None) for name in read)
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name))
    inputs = {"embedding": np.zeros((1, 48, 16, 16), np.float32), "image": np.zeros((1, 3, 256, 256), np.float32)}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = zip(read.values(), session.run(list(read), inputs), strict=True)
    return [
        values if kind == "MatMul" else values[:, :, 0, 0].T
        for kind, values in found
        if kind == "MatMul" or values.shape[1] > 1
    ]


@pytest.fixture(scope="module")
def varied(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of AutoMed's weights, with the variant beside it."""
    root = Path(shutil.copytree(exported, tmp_path_factory.mktemp("varied") / "packages"))
    folder = root / "automed" / "weights"
    write(automed_to_int8(folder / "automed.onnx", feeds(root)), folder / "automed.int8.onnx")
    return folder


def test_it_is_small_plain_and_takes_every_weight_from_the_reference(varied: Path) -> None:
    folder = varied
    model = onnx.load(str(folder / "automed.int8.onnx"), load_external_data=False)
    assert {node.domain for node in model.graph.node} == {""}
    assert [node.op_type for node in model.graph.node].count("QuantizeLinear") > 150
    lent = [one for one in model.graph.initializer if one.data_location == TensorProto.EXTERNAL]
    assert {entry.value for one in lent for entry in one.external_data if entry.key == "location"} == {"automed.onnx"}
    assert {one.key: one.value for one in model.metadata_props} == {
        "medzoo.data.sha256": digest_of(folder / "automed.onnx")
    }
    # Nothing of its own has more than one number for each channel: weights in four bits are borrowed as packed.
    assert all(len(one.dims) < 2 or one.ByteSize() < 300 for one in model.graph.initializer if one not in lent)
    reference = onnx.load(str(folder / "automed.onnx"))
    packed = [
        one for one in reference.graph.initializer if one.name.endswith(PACKED) and len(one.raw_data) >= BORROWED_FROM
    ]
    assert len(packed) > 10 and [one.data_type for one in lent].count(TensorProto.UINT8) == len(packed)
    assert not any(node.name or node.doc_string for node in model.graph.node)
    assert (folder / "automed.int8.onnx").stat().st_size < 0.2 * (folder / "automed.onnx").stat().st_size


def test_stems_tokens_and_prompts_stay_as_they_are(exported: Path) -> None:
    model = onnx.load(str(exported / "automed" / "weights" / "automed.onnx"))
    fold_weights(model)
    names = nodes_in_int8(model)
    assert not [name for name in names if "stem" in name or "stage2/" in name or "mlp" in name or "self_attn" in name]
    assert {name.split("/")[2] for name in names} == {"auto_prompt", "everyday", "transformer", "up2", "up4", "up8"}
    assert len([name for name in names if name.endswith("MatMul")]) == 2 * 4 + 2
    assert is_safe([8, 1, 5, 5]) and is_safe([8, 8, 1, 1]) and not is_safe([8, 8, 3, 3])


def test_it_answers_nearly_as_the_reference_and_alike_alone_and_in_a_batch(varied: Path, exported: Path) -> None:
    folder = varied
    asked = [tensors(one) for one in feeds(exported, 3, 6)]
    together = {name: torch.cat([one[name] for one in asked]) for name in asked[0]}
    exact, found = (open_onnx(folder / name)(together) for name in ("automed.onnx", "automed.int8.onnx"))
    spread = exact["masks"].std()
    assert 0 < (found["masks"] - exact["masks"]).norm() / exact["masks"].numel() ** 0.5 < 0.2 * spread
    assert 0 < (found["presence"] - exact["presence"]).abs().max() < 0.02
    run = open_onnx(folder / "automed.int8.onnx")
    for name in OUTPUTS:
        alone = torch.cat([run(one)[name] for one in asked])
        assert (alone - found[name]).abs().max() <= 1e-5 * found[name].abs().max()


def test_no_processor_cuts_its_sums_off(varied: Path, exported: Path) -> None:
    file = varied / "automed.int8.onnx"
    weights = weights_in_int8(file)
    assert len(weights) > 50 and max(abs(int(one.min())) for one in weights) > 100
    assert max(int(worst_pair(one.astype(np.int64)).max()) for one in weights) <= 128
    usual, exact = open_onnx(file), open_onnx(file, settings=EXACT)
    for feed in feeds(exported, 3, 9):
        for name, one in usual(tensors(feed)).items():
            other = exact(tensors(feed))[name]
            assert (one - other).abs().max() <= 1e-5 * other.abs().max()


def test_a_wider_embedding_of_which_it_reads_the_first_channels(packages: Path) -> None:
    file = packages / "automed" / "weights" / "automed.onnx"
    image, embedding = torch.zeros(1, 3, 256, 256), torch.zeros(1, 64, 16, 16)
    export_onnx(Narrowed(small()), [embedding, image], ["embedding", "image"], OUTPUTS, file, "fp16-storage")
    wide = [
        {**one, "embedding": np.pad(one["embedding"], ((0, 0), (0, 16), (0, 0), (0, 0)))} for one in feeds(packages)
    ]
    write(automed_to_int8(file, wide), file.with_name("automed.int8.onnx"))
    exact, found = (open_onnx(file.with_name(name))(tensors(wide[0])) for name in ("automed.onnx", "automed.int8.onnx"))
    assert 0 < (found["presence"] - exact["presence"]).abs().max() < 0.02
