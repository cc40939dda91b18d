"""Static int8: small, plain and the same twice, and written only where its gate lets it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import onnx
import pytest
import torch
from medzoo_heads.export.file import digest_of
from torch import nn

from medzoo_train.data.sets import SETS
from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx, write
from medzoo_train.export.int8.gate import GateError
from medzoo_train.export.int8.static_int8 import FIRST_BLOCK, nodes_in_int8, to_static_int8
from medzoo_train.export.int8.variant import EXACT, write_variant
from medzoo_train.export.model_json import TRAINED_PREPROCESS, file_that_runs, model_json
from medzoo_train.models.pixels import normalise
from medzoo_train.training.batches import LoadedSet
from tests.places import PACKAGES

SCHEMA = PACKAGES / "core" / "schemas" / "encoder.schema.json"
CHEST = next(spec for spec in SETS if spec.subject == "chest-xray-pneumonia")


def pictures(count: int, seed: int) -> torch.Tensor:
    """uint8 [N, 3, 64, 64]: noise, dark and bright in turns."""
    rng = np.random.default_rng(seed)
    levels = np.where(np.arange(count) % 2, 200, 40)[:, None, None, None]
    return torch.from_numpy(np.clip(levels + rng.normal(0, 25, (count, 3, 64, 64)), 0, 255).astype(np.uint8))


def inputs(count: int, seed: int = 5) -> list[Any]:
    return [normalise(one[None].float()).numpy() for one in pictures(count, seed)]


def block(first: int, channels: int = 48, stride: int = 1) -> nn.Sequential:
    """Keeps what it is given, but for a little of everything else."""
    conv = nn.Conv2d(first, channels, 1, stride)
    with torch.no_grad():
        conv.weight.mul_(0.1)
        conv.weight[:, :, 0, 0] += torch.eye(channels, first).roll(first // 2, 1)
    return nn.Sequential(conv, nn.ReLU6())


class Adapted(nn.Module):
    """A product by weights and an adapter beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.lin1, self.Adapter = nn.Linear(48, 48), nn.Sequential(nn.Linear(48, 48))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = x + 0.1 * self.lin1(x) + 0.1 * self.Adapter(x)
        return found


class Trunk(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = block(3, 48, 4)
        self.blocks = nn.ModuleList(block(48) for _ in range(FIRST_BLOCK + 3))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = self.stem(image + 2)
        for one in self.blocks:
            x = x + 0.1 * one(x)
        return x


class Small(nn.Module):
    """An encoder of the names that ours has, which says how bright each quarter of four pixels is: [B, 48, 16, 16]."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.patch_embed = Trunk()
        self.blocks = nn.ModuleList([Adapted()])
        self.neck = nn.Sequential(nn.Conv2d(48, 48, 1), nn.Identity(), nn.Conv2d(48, 48, 1))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.patch_embed(image)
        for one in self.blocks:
            x = one(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        found: torch.Tensor = self.neck(x)
        return found


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with encoder.onnx and the variant beside it."""
    folder = tmp_path_factory.mktemp("packages") / "sam-med2d" / "weights"
    image = torch.zeros(1, 3, 64, 64)
    export_onnx(Small().eval(), [image], ["image"], ["embedding"], folder / "encoder.onnx", "fp16-storage")
    write(to_static_int8(folder / "encoder.onnx", inputs(8)), folder / "encoder.int8.onnx")
    content = model_json(folder / "encoder.onnx", "small", "1.0.0", "CC0", [], preprocess=TRAINED_PREPROCESS)
    (folder / "model.json").write_text(json.dumps(content))
    return folder


def test_it_is_close_to_the_reference_and_answers_alike_alone_and_in_a_batch(weights: Path) -> None:
    images = torch.cat([torch.from_numpy(one) for one in inputs(4, 6)])
    exact, found = (
        open_onnx(weights / name)({"image": images})["embedding"] for name in ("encoder.onnx", "encoder.int8.onnx")
    )
    assert 0 < (found - exact).norm() < 0.15 * exact.norm()
    alone = torch.cat([open_onnx(weights / "encoder.int8.onnx")({"image": one[None]})["embedding"] for one in images])
    assert (alone - found).abs().max() <= 1e-5 * found.abs().max()


def test_it_is_plain_onnx_that_takes_its_weights_from_the_reference(weights: Path) -> None:
    file = weights / "encoder.int8.onnx"
    model = onnx.load(str(file), load_external_data=False)
    assert {node.domain for node in model.graph.node} == {""}
    assert [(one.domain, one.version) for one in model.opset_import] == [("", 17)]
    kinds = [node.op_type for node in model.graph.node]
    assert "DynamicQuantizeLinear" not in kinds and kinds.count("QuantizeLinear") > 10
    assert not any(node.doc_string for node in model.graph.node) and not model.doc_string
    assert str(weights.parent).encode() not in file.read_bytes() and b"/tmp/" not in file.read_bytes()
    lent = [one for one in model.graph.initializer if one.data_location == onnx.TensorProto.EXTERNAL]
    assert {entry.value for one in lent for entry in one.external_data if entry.key == "location"} == {"encoder.onnx"}
    assert {one.key: one.value for one in model.metadata_props} == {
        "medzoo.data.sha256": digest_of(weights / "encoder.onnx")
    }
    assert not [
        one.name for one in model.graph.initializer if one.data_type == onnx.TensorProto.INT8 and len(one.dims) > 1
    ]


def test_stem_finest_blocks_and_adapters_stay_as_they_are(weights: Path) -> None:
    reference = onnx.load(str(weights / "encoder.onnx"))
    for node in reference.graph.node:
        if node.op_type == "Cast":
            reference.graph.initializer.add(name=node.output[0])
    names = nodes_in_int8(reference)
    assert not [name for name in names if "stem" in name or "Adapter" in name]
    blocks = {int(name.split("blocks.")[1].split("/")[0]) for name in names if name.startswith("/patch_embed")}
    assert blocks == {FIRST_BLOCK, FIRST_BLOCK + 1, FIRST_BLOCK + 2}
    assert [name for name in names if name.endswith("MatMul")] == ["/blocks.0/lin1/MatMul"]
    assert [name for name in names if "neck" in name] == ["/neck/neck.0/Conv"]


def test_the_same_images_give_the_same_bytes(weights: Path, tmp_path: Path) -> None:
    write(to_static_int8(weights / "encoder.onnx", inputs(8)), weights / "again.onnx")
    assert (weights / "again.onnx").read_bytes() == (weights / "encoder.int8.onnx").read_bytes()
    (weights / "again.onnx").unlink()


def test_the_file_answers_alike_where_sums_are_exact_and_where_they_are_not(weights: Path) -> None:
    usual, exact = open_onnx(weights / "encoder.int8.onnx"), open_onnx(weights / "encoder.int8.onnx", settings=EXACT)
    for image in inputs(6, 9):
        one, other = (run({"image": torch.from_numpy(image)})["embedding"] for run in (usual, exact))
        assert (one - other).abs().max() <= 1e-5 * other.abs().max()


class ByBrightness(nn.Module):
    """Class 1 where the embedding is nearer to that of a bright picture than to that of a dark one."""

    def __init__(self, dark: torch.Tensor, bright: torch.Tensor) -> None:
        super().__init__()
        self.dark, self.bright = nn.Parameter(dark), nn.Parameter(bright)

    def forward(self, embedding: torch.Tensor) -> torch.Tensor:
        away = [((embedding - mean) ** 2).mean((1, 2, 3)) for mean in (self.dark, self.bright)]
        return -torch.stack(away, 1)


@pytest.fixture
def packages(weights: Path, tmp_path: Path) -> Path:
    """Packages with that encoder and a head that reads it."""
    own, task = tmp_path / "sam-med2d" / "weights", tmp_path / "medcls" / "weights" / CHEST.subject
    own.mkdir(parents=True)
    for name in ("encoder.onnx", "model.json"):
        (own / name).write_bytes((weights / name).read_bytes())
    images = torch.cat([torch.from_numpy(one) for one in inputs(2)])
    seen = open_onnx(own / "encoder.onnx")({"image": images})["embedding"]
    head = ByBrightness(seen[:1], seen[1:])
    export_onnx(head, [seen[:1]], ["embedding"], ["logits"], task / "medcls.onnx")
    encoder = json.loads((own / "model.json").read_text())
    content = model_json(task / "medcls.onnx", "head", "1.0.0", "CC0", [], CHEST.classes, encoder)
    (task / "model.json").write_text(json.dumps(content))
    return tmp_path


def held(count: int = 20) -> LoadedSet:
    return LoadedSet(CHEST, pictures(count, 7), None, torch.arange(count) % 2, [str(i) for i in range(count)])


def test_what_the_gate_lets_in_is_named_in_the_model_file(packages: Path) -> None:
    folder = packages / "sam-med2d" / "weights"
    changes = write_variant(packages, inputs(8), [held()])
    assert {change.metric for change in changes} == {"accuracy", "ece", "answers_changed"}
    content = json.loads((folder / "model.json").read_text())
    [entry] = content["variants"]
    assert (entry["precision"], entry["providers"]) == ("int8-static", ["cpu"])
    assert entry["sha256"] == digest_of(folder / "encoder.int8.onnx")
    assert entry["data"]["sha256"] == content["model"]["sha256"]
    assert file_that_runs(content)["url"] == "./encoder.int8.onnx"
    assert file_that_runs(content, is_reference=True)["url"] == "./encoder.onnx"
    schema = json.loads(SCHEMA.read_text())
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(content)] == []
    before = (folder / "encoder.int8.onnx").read_bytes(), (folder / "model.json").read_bytes()
    write_variant(packages, inputs(8), [held()])
    assert ((folder / "encoder.int8.onnx").read_bytes(), (folder / "model.json").read_bytes()) == before


def test_what_the_gate_refuses_is_not_there_and_one_of_before_goes(packages: Path) -> None:
    folder = packages / "sam-med2d" / "weights"
    write_variant(packages, inputs(8), [held()])
    # Calibrated on dark pictures, it takes bright ones for dark.
    flat = [normalise(torch.full((1, 3, 64, 64), 20.0)).numpy()]
    with pytest.raises(GateError, match=r"(?s)int8-static is not offered.*accuracy.*over the limit"):
        write_variant(packages, flat, [held()])
    assert sorted(file.name for file in folder.iterdir()) == ["encoder.onnx", "model.json"]
    assert "variants" not in json.loads((folder / "model.json").read_text())
    with pytest.raises(GateError, match="no held-out image"):
        write_variant(packages, inputs(8), [])
