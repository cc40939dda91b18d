"""The ablation end to end on drawn images: every row, resumed without training anew, into a page, and the figure."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from medzoo_train.ablation.__main__ import main as ablation
from medzoo_train.ablation.arms import ARMS
from medzoo_train.ablation.experiment import Budget, Experiment
from medzoo_train.ablation.figure import main as figure_of
from medzoo_train.ablation.files_report import BEGIN as FILES_BEGIN
from medzoo_train.ablation.files_report import END as FILES_END
from medzoo_train.ablation.files_report import render as render_files
from medzoo_train.ablation.pool import SegmentationPool
from medzoo_train.ablation.report import BEGIN, END, insert, render
from medzoo_train.ablation.report import main as report
from medzoo_train.data.sets import SETS
from medzoo_train.models.config import SAM_MED2D_TINY, EncoderConfig
from medzoo_train.models.system import System
from tests.places import REPOSITORY
from tests.tiny_data import draw_sets

SMALL = ["--budget=2", "--batch=2", "--pool=5", "--class-batch=2", "--copies=2", "--threads=1", "--seeds", "1", "2"]


def ablate(data: Path, weights: Path, out: Path, *more: str) -> None:
    ablation([f"--data={data}", f"--weights={weights}", f"--out={out}", *SMALL, *more])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = draw_sets(tmp_path_factory.mktemp("data"), per_split=2)
    # A picture without the target, which nobody could prompt for.
    Image.new("L", (72, 56)).save(root / "hc18_fetal_head" / "masks" / "val0.png")
    return root


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(4)
    small = {"embed_dim": 48, "depth": 1, "global_attn_indexes": [0], "out_chans": 48}
    encoder = EncoderConfig.from_json(SAM_MED2D_TINY.to_json() | small)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    file = tmp_path_factory.mktemp("weights") / "weights.pth"
    torch.save({"ema": System(tasks, encoder).state_dict(), "encoder": encoder.to_json(), "recipe": {}}, file)
    return file


@pytest.fixture(scope="module")
def first(data: Path, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ablation") / "results.json"
    ablate(data, weights, out)
    return out


def test_every_arm_is_measured_on_every_set(first: Path) -> None:
    results: dict[str, Any] = json.loads(first.read_text())
    assert [one["subject"] for one in results["segmentation"]] == ["lungs", "fetal_head", "nuclei", "wound", "polyp"]
    assert [one["n"] for one in results["segmentation"]] == [2, 1, 2, 2, 2]
    prompts = ["point", "box", "points", "boxes"]
    rows = ["automed", "automed-zeroed", "automed-swapped", "trained-automed-coordinate"]
    rows += ["trained-automed-squeeze-excite", *(f"trained-{way}" for way in prompts), "trained-unet"]
    for one in results["segmentation"]:
        assert [row["row"] for row in one["rows"]] == rows
        for row in one["rows"]:
            assert 0 <= row["low"] <= row["mean"] <= row["high"] <= 1
            if row["row"].startswith("trained-"):
                assert row["seeds"] == [1, 2]
                assert row["mean"] == pytest.approx(sum(row["of_seeds"]) / 2, abs=1e-4)
    for one in results["classification"]:
        assert [row["row"] for row in one["rows"]] == [
            "medcls",
            "trained-medcls",
            "trained-mean-pooling",
            "trained-mobilenet",
        ]
    sizes = {row["row"]: row["parameters"] for row in results["segmentation"][0]["rows"]}
    assert abs(sizes["trained-unet"] / sizes["automed"] - 1) < 0.1


def test_a_run_resumes_what_is_done_and_trains_what_is_missing(first: Path, data: Path, weights: Path) -> None:
    before = json.loads(first.read_text())
    models = first.with_suffix("") / "models"
    lost, kept = models / "automed-coordinate-2.pth", models / "unet-1.pth"
    was, written = torch.load(lost, weights_only=True)["model"], kept.stat().st_mtime_ns
    lost.unlink()
    ablate(data, weights, first)
    assert json.loads(first.read_text()) == before
    assert kept.stat().st_mtime_ns == written
    again = torch.load(lost, weights_only=True)["model"]
    assert all(torch.equal(was[name], again[name]) for name in was)
    with pytest.raises(SystemExit, match="trained with other settings"):
        ablate(data, weights, first, "--budget", "3")


def test_arms_of_one_seed_see_the_same_images_and_prompts(first: Path, data: Path, weights: Path) -> None:
    budget = Budget(steps=2, batch=2, pool=5, class_steps=2, class_batch=2, copies=2)
    experiment = Experiment(weights, data, first.with_suffix(""), budget, [1])
    store = experiment.segmentation_store()
    one, two, other = (SegmentationPool(store, seed) for seed in (1, 1, 2))
    for _ in range(4):
        a, b = one.draw(3), two.draw(3)
        assert torch.equal(a.image, b.image)
        assert torch.equal(a.batch.coords, b.batch.coords)
        assert torch.equal(a.embedding, b.embedding)
    assert not torch.equal(one.draw(5).image, other.draw(5).image)
    assert all(arm.rate > 0 for arm in ARMS.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--budget", "0"], "--budget is 0, expected at least 1"),
        (["--seeds", "1", "1"], "expected different ones"),
        (["--weights", "nowhere.pth"], "There is no file nowhere.pth"),
    ],
)
def test_wrong_options_are_told(
    weights: Path, tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        ablate(tmp_path, weights, tmp_path / "out.json", *arguments)
    assert message in capsys.readouterr().err


def test_the_report_replaces_its_own_section_and_nothing_else(first: Path, tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    page.write_text("# Results\n\nwords before\n")
    for _ in range(2):
        report([str(first), "--docs", str(page)])
    page.write_text(page.read_text() + "\nwords after\n")
    report([str(first), "--docs", str(page)])
    text = page.read_text()
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.startswith("# Results\n\nwords before\n\n")
    assert text.endswith(f"{END}\n\nwords after\n")
    for subject in ("lungs", "nuclei", "brain-mri"):
        assert subject in text
    assert "**This budget is small.** 2 steps" in text


def test_the_report_says_where_the_claim_does_not_hold(first: Path) -> None:
    results = json.loads(first.read_text())
    for one, said in zip(
        results["segmentation"], ("holds", "undecided", "does not hold", "does not hold", "holds"), strict=True
    ):
        claim = ("trained-automed-coordinate", "trained-box")
        next(d for d in one["differences"] if (d["first"], d["second"]) == claim)["verdict"] = said
    results["budget"]["steps"] = 5000
    text = render(results)
    expected = "holds on lungs, polyp; **does not hold** on nuclei, wound; is undecided on fetal_head."
    assert f"- Against one tight box it {expected}" in text
    assert "This budget is small" not in text


def test_a_page_with_half_a_mark_is_refused() -> None:
    with pytest.raises(SystemExit, match="once each, or neither"):
        insert(f"# Results\n{BEGIN}\n", "x")


def test_the_figure_is_drawn_from_any_folder(data: Path, weights: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "kvasir_seg", tmp_path / "images")
    index = tmp_path / "images" / "index.csv"
    rows = [["images/val0.png", "masks/val0.png", "polyp", ""], ["images/val1.png", "", "", "brain-mri"]]
    with index.open("w", newline="") as file:
        csv.writer(file).writerows([["image", "mask", "target", "task"], *rows])
    out = tmp_path / "figure.png"
    command = [f"--weights={weights}", f"--images={index.parent}", f"--out={out}"]
    figure_of(command)
    with Image.open(out) as figure:
        assert figure.size == (6 * 262 + 6, 2 * 280 + 6)
        assert len(figure.convert("RGB").getcolors(1 << 20) or []) > 20
    index.write_text("image,mask,target,task\nimages/val0.png,,liver,\n")
    with pytest.raises(SystemExit, match=r"has the target 'liver'; expected one of \['lungs'"):
        figure_of(command)


def test_the_page_says_what_the_committed_results_say() -> None:
    docs = REPOSITORY / "docs"
    page = (docs / "results.md").read_text()
    assert insert(page, render(json.loads((docs / "ablation.json").read_text()))) == page
    files = render_files(json.loads((docs / "ablation-files.json").read_text()))
    assert insert(page, files, FILES_BEGIN, FILES_END) == page
