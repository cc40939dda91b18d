"""AutoMed's variant is written only where its gate lets it in, and goes where its reference has gone."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from medzoo_heads.export.file import digest_of
from torch import nn

from medzoo_train import export_packages
from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx
from medzoo_train.export.int8.gate import GateError
from medzoo_train.export.int8.variant import write_automed_variant
from medzoo_train.export.package import drop_old_variants
from medzoo_train.export.wrappers import AutoMedFile
from medzoo_train.models.pixels import normalise
from medzoo_train.training.everyday import convolutions
from tests.int8.small_automed import OUTPUTS, feeds, held, images, pictures, small, tensors


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
    export_onnx(
        AutoMedFile(other), [embedding, image], ["embedding", "image"], OUTPUTS, folder / "automed.onnx", "fp16-storage"
    )
    assert before["data"]["sha256"] != digest_of(folder / "automed.onnx")
    write_automed_variant(packages, images(2), [held(3)])
    [after] = json.loads((folder / "model.json").read_text())["variants"]
    assert after["data"]["sha256"] == digest_of(folder / "automed.onnx")
    assert after["sha256"] == digest_of(folder / "automed.int8.onnx") != before["sha256"]


def run_command(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """What variants the command asked for, of which the encoder's is refused."""
    asked: list[str] = []

    def refuse(name: str, *_: object) -> list[Any]:
        asked.append(name)
        if name == "encoder":
            raise GateError("too different")
        return []

    monkeypatch.setattr(export_packages, "write_variant_of", refuse)
    monkeypatch.setattr(sys, "argv", ["export_packages", *words])
    try:
        export_packages.main()
    except SystemExit as ended:
        asked.append(str(ended.code))
    return asked


def test_the_command_makes_those_that_are_asked_for_and_goes_on_after_a_refusal(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data", str(tmp_path), "--packages", str(exported), "--precision", "int8-static"]
    assert run_command(monkeypatch, *given) == ["encoder", "automed", "3"]
    assert "encoder: too different" in capsys.readouterr().err
    assert run_command(monkeypatch, *given, "--variant-of", "automed") == ["automed"]
    assert run_command(monkeypatch, *given, "--variant-of", "automed", "encoder") == ["encoder", "automed", "3"]
    assert run_command(monkeypatch, *given[:4], "--weights", "w", "--variant-of", "automed") == ["2"]
    assert "--precision int8-static" in capsys.readouterr().err
    # Packages without AutoMed have nothing to make one of.
    assert run_command(monkeypatch, *given[:2], *given[4:], "--packages", str(tmp_path)) == ["encoder", "3"]
