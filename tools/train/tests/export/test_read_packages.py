"""What the packages ship comes back as weights, is trained on, and goes out again beside the encoder that stays."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from medzoo_heads.export.file import digest_of

from medzoo_train.data.sets import SETS
from medzoo_train.export.graph.onnx_file import export_onnx, run_onnx
from medzoo_train.export.graph.read_back import ReadBackError, read_back
from medzoo_train.export.head_files import prompt_example
from medzoo_train.export.wrappers import MEDCLS_OUTPUTS, AutoMedFile, PromptableDecoder
from medzoo_train.models.medcls import MedCls
from medzoo_train.models.system import system_of
from medzoo_train.read_packages import read_packages
from tests.places import PACKAGES, TRAIN
from tests.tiny_data import draw_sets

TASKS = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}


def run(module: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"medzoo_train.{module}", *options]
    return subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shipped") / "shipped.pth"
    torch.save(read_packages(PACKAGES), path)
    return path


def test_the_weights_that_come_back_answer_as_the_files_do(shipped: Path) -> None:
    system = system_of(torch.load(shipped, weights_only=True), TASKS).eval()
    image = torch.randn(2, 3, 256, 256, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        embedding = system.encode(image)
        own = dict(zip(("masks", "iou", "presence"), AutoMedFile(system.automed)(embedding, image), strict=True))
        logits = system.medcls["brain-mri"](embedding)[0]
    close(embedding, run_onnx(PACKAGES / "sam-med2d/weights/encoder.onnx", {"image": image})["embedding"])
    for name, found in run_onnx(
        PACKAGES / "automed/weights/automed.onnx", {"embedding": embedding, "image": image}
    ).items():
        close(own[name], found)
    prompts = {"embedding": embedding[:1], **prompt_example(16), "image": image[:1]}
    for labels in ([[2.0, 3.0, -1.0]], [[-1.0, -1.0, 1.0]]):
        prompts["point_labels"] = torch.tensor(labels)
        with torch.no_grad():
            masks, iou = PromptableDecoder(system.sam, system.closer).eval()(*prompts.values())
        answers = run_onnx(PACKAGES / "sam-med2d/weights/decoder.onnx", prompts)
        # Where to look is read off masks: what is on one side of a threshold here may be on the other there, at a pixel
        # or two.
        assert ((masks > 0) != (answers["masks"] > 0)).float().mean() < 1e-3
        assert (iou - answers["iou"]).abs().max() < 1e-2
    close(logits, run_onnx(PACKAGES / "medcls/weights/brain-mri/medcls.onnx", {"embedding": embedding})["logits"])


def close(own: torch.Tensor, found: torch.Tensor) -> None:
    assert (own - found).abs().max() <= 1e-4 * found.abs().max()


def test_a_file_of_another_model_is_refused(tmp_path: Path) -> None:
    embedding = torch.rand(1, 48, 16, 16)
    export_onnx(torch.nn.Conv2d(48, 3, 1), [embedding], ["embedding"], ["logits"], tmp_path / "three.onnx")
    with pytest.raises(ReadBackError, match=r"three\.onnx: tensor .* is \[3.*expected \[4"):
        read_back(torch.nn.Conv2d(48, 4, 1), [embedding], ["embedding"], ["logits"], tmp_path / "three.onnx")
    with pytest.raises(ReadBackError, match="of another model"):
        read_back(MedCls(48, 3), [embedding], ["embedding"], MEDCLS_OUTPUTS, tmp_path / "three.onnx")


def test_masks_learn_alone_and_leave_presence_as_it_is(shipped: Path, tmp_path: Path) -> None:
    data = draw_sets(tmp_path / "data")
    options = ["--data", str(data), "--out", str(tmp_path / "run"), "--batch", "10", "--steps", "2", "--processes", "1"]
    refused = run("train_automed", "--weights", str(shipped), *options, "--masks-alone", "--negatives", str(tmp_path))
    assert "leave out --negatives" in refused.stderr
    done = run("train_automed", "--weights", str(shipped), *options, "--masks-alone", "--hard", "--damage", "1")
    assert done.returncode == 0, done.stderr
    after = torch.load(tmp_path / "run" / "weights.pth", weights_only=True)
    before = torch.load(shipped, weights_only=True)["ema"]
    changed = {".".join(name.split(".")[:2]) for name in before if not torch.equal(before[name], after["ema"][name])}
    assert changed == {f"automed.{part}" for part in ("up8", "up4", "up2", "hypernetwork", "iou_head")}
    assert after["centred"] == ["presence"]  # the export moves masks alone


def test_automed_trains_on_beside_the_encoder_that_stays(shipped: Path, tmp_path: Path) -> None:
    data = draw_sets(tmp_path / "data")
    options = ["--data", str(data), "--out", str(tmp_path / "run"), "--batch", "14", "--validate-every", "2"]
    cut = run("train_automed", "--weights", str(shipped), "--steps", "2", *options)
    assert cut.returncode == 0, cut.stderr
    done = run("train_automed", "--weights", str(shipped), "--steps", "4", *options)
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line)["step"] for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert steps == [2, 2, 4, 4]
    before, after = (torch.load(path, weights_only=True)["ema"] for path in (shipped, tmp_path / "run" / "weights.pth"))
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"automed"}

    packages = tmp_path / "packages"
    shutil.copytree(PACKAGES / "sam-med2d" / "weights", packages / "sam-med2d" / "weights")
    weights = ["--weights", str(tmp_path / "run" / "weights.pth"), "--data", str(data), "--packages", str(packages)]
    exported = run("export_packages", *weights, "--keep-encoder", "--version", "9.0.0")
    assert exported.returncode == 0, exported.stderr
    encoder = digest_of(PACKAGES / "sam-med2d" / "weights" / "encoder.onnx")
    assert digest_of(packages / "sam-med2d" / "weights" / "encoder.onnx") == encoder
    model = json.loads((packages / "automed" / "weights" / "model.json").read_text())
    assert (model["version"], model["encoder"]["sha256"]) == ("9.0.0", encoder)

    shutil.copy(PACKAGES / "automed" / "weights" / "automed.onnx", packages / "sam-med2d" / "weights" / "encoder.onnx")
    refused = run("export_packages", *weights, "--keep-encoder", "--initialised-from", "a", "b", "c")
    assert "about the encoder" in refused.stderr
