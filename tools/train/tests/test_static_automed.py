"""AutoMed in static int8: small, the same twice and on every processor, and written only where its gate lets it in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from medzoo_heads.export.file import digest_of
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from medzoo_train.data.sets import SETS
from medzoo_train.export import activation_ranges, gate_pictures
from medzoo_train.export.few_bits import PACKED
from medzoo_train.export.gate import GateError
from medzoo_train.export.model_json import TRAINED_PREPROCESS, model_json
from medzoo_train.export.onnx_file import export_onnx, open_onnx, write
from medzoo_train.export.package import drop_old_variants
from medzoo_train.export.safe_weights import worst_pair
from medzoo_train.export.static_automed import BORROWED_FROM, automed_to_int8, fold_weights, is_safe, nodes_in_int8
from medzoo_train.export.variant import EXACT, write_automed_variant
from medzoo_train.export.wrappers import AutoMedFile
from medzoo_train.models.automed import AutoMed
from medzoo_train.models.config import AutoMedConfig, AutoPromptConfig
from medzoo_train.models.fold import fold_batch_norms
from medzoo_train.models.pixels import normalise
from medzoo_train.training.batches import LoadedSet
from medzoo_train.training.everyday import convolutions, round_trunk

TARGETS = ("lungs", "wound")
LUNGS = next(spec for spec in SETS if spec.subject == "lungs")
OUTPUTS = ["masks", "iou", "presence"]


class Small(nn.Module):
    """An encoder that says how bright each cell is, and with `extra` channels says it once more."""

    def __init__(self, extra: int = 0) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cells = nn.Conv2d(3, 48 + extra, 16, 16)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.cells(image)
        return found


class Narrowed(nn.Module):
    """AutoMed on an encoder whose first channels alone it was trained on."""

    def __init__(self, automed: nn.Module) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: torch.Tensor, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        masks, iou, presence = self.automed(embedding[:, :48], image)
        return masks, iou, torch.sigmoid(presence)


def pictures(count: int, seed: int) -> torch.Tensor:
    """uint8 [N, 3, 256, 256]: a bright square on noise."""
    rng = np.random.default_rng(seed)
    drawn = np.clip(rng.normal(90, 25, (count, 3, 256, 256)), 0, 255)
    for one in drawn:
        x, y = rng.integers(20, 140, 2)
        one[:, y : y + 90, x : x + 90] += 60
    return torch.from_numpy(np.clip(drawn, 0, 255).astype(np.uint8))


def small() -> AutoMed:
    """Weights of chance that are sure of what they say, since a decision at the brink changes with any rounding."""
    torch.manual_seed(1)
    prompt = AutoPromptConfig(width=0.5, dim=48)
    model = AutoMed(AutoMedConfig(targets=TARGETS, dim=48, num_heads=4, auto_prompt=prompt, everyday=True)).eval()
    fold_batch_norms(model)
    last: Any = model.presence_head.layers[-1]
    everyday: Any = model.everyday
    with torch.no_grad():
        last.bias.copy_(torch.tensor([3.0, -3.0]))
        model.mask_shift += 1000
        exact = AutoMed(model.config).everyday
        assert exact is not None
        fold_batch_norms(exact)
        exact.load_state_dict(everyday.state_dict())
        round_trunk(everyday.trunk, exact.trunk, torch.randn(1, 3, 64, 64))
    return model


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages with an encoder and AutoMed."""
    root = tmp_path_factory.mktemp("packages")
    image, embedding = torch.zeros(1, 3, 256, 256), torch.zeros(1, 48, 16, 16)
    encoder, automed = root / "sam-med2d" / "weights" / "encoder.onnx", root / "automed" / "weights" / "automed.onnx"
    export_onnx(Small().eval(), [image], ["image"], ["embedding"], encoder, "fp16-storage")
    export_onnx(AutoMedFile(small()), [embedding, image], ["embedding", "image"], OUTPUTS, automed, "fp16-storage")
    described = model_json(encoder, "small", "1.0.0", "CC0", [], preprocess=TRAINED_PREPROCESS)
    encoder.with_name("model.json").write_text(json.dumps(described))
    thresholds = dict.fromkeys(TARGETS, 0.5)
    content = model_json(automed, "head", "1.0.0", "CC0", [], TARGETS, described, presenceThresholds=thresholds)
    automed.with_name("model.json").write_text(json.dumps(content))
    return root


@pytest.fixture
def packages(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gate_pictures, "MADE", 6)
    # Ranges need not be the best here, and are most of the time.
    monkeypatch.setattr(activation_ranges, "SHARES", np.linspace(0.5, 1, 3))
    return Path(shutil.copytree(exported, tmp_path / "packages"))


def images(count: int, seed: int = 5) -> list[Any]:
    return [normalise(one[None].float()).numpy() for one in pictures(count, seed)]


def feeds(root: Path, count: int = 4, seed: int = 5) -> list[dict[str, Any]]:
    encode = open_onnx(root / "sam-med2d" / "weights" / "encoder.onnx")
    return [
        {"embedding": encode({"image": torch.from_numpy(one)})["embedding"].numpy(), "image": one} for one in images(count, seed)
    ]


def tensors(feed: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in feed.items()}


def held(count: int = 6) -> LoadedSet:
    masks = torch.zeros(count, 256, 256, dtype=torch.uint8)
    masks[:, 60:160, 60:160] = 255
    return LoadedSet(LUNGS, pictures(count, 7), masks, None, [str(i) for i in range(count)])


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
    import onnxruntime

    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name))
    inputs = {"embedding": np.zeros((1, 48, 16, 16), np.float32), "image": np.zeros((1, 3, 256, 256), np.float32)}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = zip(read.values(), session.run(list(read), inputs), strict=True)
    return [
        values if kind == "MatMul" else values[:, :, 0, 0].T for kind, values in found if kind == "MatMul" or values.shape[1] > 1
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
    assert {one.key: one.value for one in model.metadata_props} == {"medzoo.data.sha256": digest_of(folder / "automed.onnx")}
    # Nothing of its own has more than one number for each channel: weights in four bits are borrowed as packed.
    assert all(len(one.dims) < 2 or one.ByteSize() < 300 for one in model.graph.initializer if one not in lent)
    reference = onnx.load(str(folder / "automed.onnx"))
    packed = [one for one in reference.graph.initializer if one.name.endswith(PACKED) and len(one.raw_data) >= BORROWED_FROM]
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
    wide = [{**one, "embedding": np.pad(one["embedding"], ((0, 0), (0, 16), (0, 0), (0, 0)))} for one in feeds(packages)]
    write(automed_to_int8(file, wide), file.with_name("automed.int8.onnx"))
    exact, found = (open_onnx(file.with_name(name))(tensors(wide[0])) for name in ("automed.onnx", "automed.int8.onnx"))
    assert 0 < (found["presence"] - exact["presence"]).abs().max() < 0.02


def test_what_the_gate_lets_in_is_named_in_the_model_file_with_the_same_bytes_twice(packages: Path) -> None:
    folder = packages / "automed" / "weights"
    changes = write_automed_variant(packages, images(2), [held()], pictures(2, 11))
    assert [(one.metric, one.label) for one in changes] == [
        ("dice", "lungs"), ("ece", "lungs"), ("ece", "wound"), *[("presence_changed", None)] * 3
    ]  # fmt: skip
    assert [one.n for one in changes] == [6, 6, 6, 6 * 2, 6 * 2, (6 + 6 + 2) * 2]
    content = json.loads((folder / "model.json").read_text())
    assert list(content)[list(content).index("model") + 1] == "variants"
    [entry] = content["variants"]
    assert (entry["precision"], entry["providers"], entry["url"]) == ("int8-static", ["cpu"], "./automed.int8.onnx")
    assert entry["sha256"] == digest_of(folder / "automed.int8.onnx")
    assert entry["data"]["sha256"] == content["model"]["sha256"]
    assert entry["gate"][0] | {"before": 0, "after": 0} == {
        "dataset": "cxr_lung", "metric": "dice", "split": "val", "label": "lungs", "n": 6, "before": 0, "after": 0
    }  # fmt: skip
    before = (folder / "automed.int8.onnx").read_bytes(), (folder / "model.json").read_bytes()
    write_automed_variant(packages, images(2), [held()], pictures(2, 11))
    assert ((folder / "automed.int8.onnx").read_bytes(), (folder / "model.json").read_bytes()) == before
    assert sorted(file.name for file in folder.iterdir()) == ["automed.int8.onnx", "automed.onnx", "model.json"]


def test_what_the_gate_refuses_is_not_there_and_one_of_before_goes(packages: Path) -> None:
    folder = packages / "automed" / "weights"
    (folder / "automed.int8.onnx").write_bytes(b"of before")
    # Thresholds where the weights of chance are: any rounding changes a decision.
    content = json.loads((folder / "model.json").read_text())
    asked = [open_onnx(folder / "automed.onnx")(tensors(one))["presence"][0, 0] for one in feeds(packages, 6, 7)]
    content["presenceThresholds"]["lungs"] = float(torch.stack(asked).median())
    (folder / "model.json").write_text(json.dumps(content))
    flat = [normalise(torch.full((1, 3, 256, 256), 20.0)).numpy()]
    with pytest.raises(GateError, match=r"(?s)int8-static of AutoMed.*presence_changed.*over the limit"):
        write_automed_variant(packages, flat, [held()])
    assert sorted(file.name for file in folder.iterdir()) == ["automed.onnx", "model.json"]
    assert "variants" not in json.loads((folder / "model.json").read_text())
    with pytest.raises(GateError, match="no held-out image"):
        write_automed_variant(packages, images(1), [])


def test_the_embeddings_of_the_reference_are_asked_too(packages: Path) -> None:
    """A GPU may run the encoder's reference, and a CPU the head."""
    weights = packages / "sam-med2d" / "weights"
    shutil.copy(weights / "encoder.onnx", weights / "encoder.int8.onnx")
    content = json.loads((weights / "model.json").read_text())
    content["variants"] = [{"url": "./encoder.int8.onnx", "providers": ["cpu"], "precision": "int8-static"}]
    (weights / "model.json").write_text(json.dumps(content))
    # With it AutoMed's answers come from another encoder, which is the brink for its thresholds.
    torch.manual_seed(3)
    away = nn.Sequential(nn.Conv2d(3, 48, 16, 16)).eval()
    image = torch.zeros(1, 3, 256, 256)
    export_onnx(away, [image], ["image"], ["embedding"], weights / "encoder.onnx", "fp16-storage")
    folder = packages / "automed" / "weights"
    automed = open_onnx(folder / "automed.onnx")
    encode = open_onnx(weights / "encoder.onnx")
    asked = []
    for one in images(6, 7):
        shown = torch.from_numpy(one)
        asked.append(automed({"embedding": encode({"image": shown})["embedding"], "image": shown})["presence"][0, 0])
    content = json.loads((folder / "model.json").read_text())
    content["presenceThresholds"]["lungs"] = float(torch.stack(asked).median())
    (folder / "model.json").write_text(json.dumps(content))
    flat = [normalise(torch.full((1, 3, 256, 256), 20.0)).numpy()]
    with pytest.raises(GateError, match="by embeddings of the reference"):
        write_automed_variant(packages, flat, [held()])


def test_a_new_reference_drops_the_variant_of_the_old_one(packages: Path) -> None:
    folder = packages / "automed" / "weights"
    (folder / "automed.int8.onnx").write_bytes(b"of before")
    content = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**content, "variants": [{"url": "./automed.int8.onnx"}]}))
    drop_old_variants(folder / "automed.onnx")
    assert (folder / "automed.int8.onnx").is_file()
    (folder / "model.json").write_text(json.dumps(content))
    drop_old_variants(folder / "automed.onnx")
    assert sorted(file.name for file in folder.iterdir()) == ["automed.onnx", "model.json"]


def test_it_says_which_reference_it_reads_and_is_made_anew_for_another_one(packages: Path) -> None:
    folder = packages / "automed" / "weights"
    write_automed_variant(packages, images(2), [held(3)])
    [before] = json.loads((folder / "model.json").read_text())["variants"]
    image, embedding = torch.zeros(1, 3, 256, 256), torch.zeros(1, 48, 16, 16)
    other = small()
    with torch.no_grad():
        for one in convolutions(other.auto_prompt.trunk):
            one.weight *= 1.1
    export_onnx(AutoMedFile(other), [embedding, image], ["embedding", "image"], OUTPUTS, folder / "automed.onnx", "fp16-storage")
    assert before["data"]["sha256"] != digest_of(folder / "automed.onnx")
    write_automed_variant(packages, images(2), [held(3)])
    [after] = json.loads((folder / "model.json").read_text())["variants"]
    assert after["data"]["sha256"] == digest_of(folder / "automed.onnx")
    assert after["sha256"] == digest_of(folder / "automed.int8.onnx") != before["sha256"]
