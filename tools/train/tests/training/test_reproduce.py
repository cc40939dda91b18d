"""The one command from data to weights: its plan, and a quick run from the weights in the packages on drawn images."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from medzoo_heads.domain.score import head_domain_from_json
from PIL import Image

from medzoo_train.reproduce.settings import Settings
from medzoo_train.reproduce.steps import plan
from tests.places import PACKAGES, TRAIN
from tests.tiny_data import draw_photographs, draw_sets


def draw_negatives(root: Path) -> Path:
    """Folders of negatives with a few noisy pictures each."""
    rng = np.random.default_rng(5)
    for name in ("none_photos", "none_colonoscopy"):
        (root / name / "images").mkdir(parents=True)
        lines = ["id,image,split,group"]
        for i in range(6):
            Image.fromarray(rng.integers(0, 255, (40, 50, 3), np.uint8)).save(root / name / "images" / f"{i}.png")
            lines.append(f"{name}{i},images/{i}.png,test,{name}{i}")
        (root / name / "index.csv").write_text("\n".join(lines) + "\n")
    return root


def test_the_plan_goes_from_the_trunk_to_the_domains_and_names_what_each_step_leaves(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, tmp_path / "out", tmp_path, "0.6.0", "scratch", quick=False)
    steps = plan(settings)
    modules = [step.command[2].removeprefix("medzoo_train.") for step in steps]
    assert modules == [
        "pretrain_prompts", "train", "train_automed", "add_stage", "photographs", "add_everyday", "look", "look",
        "export_packages", "domain", "domain",
        "train_presence", "train_presence", "train_promptable", "train_promptable", "look", "train_promptable",
        "train_promptable", "train_medcls",
        "export_packages", "domain", "export_packages", "look_again", "train_medcls",
        "export_packages", "domain", "domain", "fit", "fit", "export_packages", "export_packages",
    ]  # fmt: skip
    shorter = plan(Settings(tmp_path, tmp_path, tmp_path / "out", tmp_path, "0.6.0", "packages", quick=False))
    assert shorter[0].command[2] == "medzoo_train.read_packages" and len(shorter) == len(steps) - 5
    exports = [step.command for step in steps if step.command[2] == "medzoo_train.export_packages"]
    assert ["--keep-encoder" in command for command in exports] == [False, True, False, True, False, False]
    assert ["int8-static" in command for command in exports] == [False, False, True, False, True, True]
    # AutoMed's reads what the encoder's says, so it is the last.
    varied = [command[command.index("--variant-of") + 1] for command in exports if "--variant-of" in command]
    assert varied == ["encoder", "encoder", "automed"]
    assert len([step for step in shorter if "--keep-encoder" in step.command]) == 2
    # Training goes by the reference; what a CPU runs is fitted once all heads are there.
    precisions = [
        step.command[step.command.index("--precision") + 1] for step in steps if "medzoo_train.domain" in step.command
    ]
    assert precisions == ["reference", "reference", "reference", "auto", "auto"]


def test_a_quick_run_from_the_packages_ends_in_weights_with_domains_and_a_second_one_passes_over_what_is_there(
    tmp_path: Path,
) -> None:
    data, negatives = draw_sets(tmp_path / "data"), draw_negatives(tmp_path / "negatives")
    packages = tmp_path / "packages"
    for name in ("sam-med2d", "automed", "medcls"):
        for folder in ("weights", "golden"):
            shutil.copytree(PACKAGES / name / folder, packages / name / folder)
    photographs = draw_photographs(tmp_path / "photographs")
    given = ["--data", data, "--negatives", negatives, "--photographs", photographs]
    options = [*given, "--out", tmp_path / "out", "--packages", packages, "--start", "packages"]
    command = [sys.executable, "-m", "medzoo_train.reproduce", "--quick", "--version", "9.9.9", *map(str, options)]
    run = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    automed = json.loads((packages / "automed" / "weights" / "model.json").read_text())
    assert automed["version"] == "9.9.9"
    assert [head_domain_from_json(entry).labels for entry in automed["domains"]] == [
        (label,) for label in automed["labels"]
    ]
    # Such weights may be refused by the gate: then there is neither file nor entry.
    encoder = json.loads((packages / "sam-med2d" / "weights" / "model.json").read_text())
    assert (packages / "sam-med2d" / "weights" / "encoder.int8.onnx").is_file() == ("variants" in encoder)
    assert (packages / "automed" / "weights" / "automed.int8.onnx").is_file() == ("variants" in automed)
    golden = json.loads((packages / "automed" / "golden" / "golden.json").read_text())
    assert len(golden["domains"]) == len(automed["labels"])
    decoder = json.loads((packages / "sam-med2d" / "weights" / "decoder.json").read_text())
    assert "image" in [tensor["name"] for tensor in decoder["model"]["inputs"]]
    again = subprocess.run([*command, "--list"], cwd=TRAIN, capture_output=True, text=True, check=True)
    assert again.stdout.count("python") >= 10
