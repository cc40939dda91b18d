"""`python -m medzoo_train.ablation.files --data SET... --opponent DIR --json FILE`: AutoMed's files against prompts by
hand, and LiteMedSAM.

AutoMed answers without a prompt, as the zoo has it: a target whose presence is below its threshold is empty. The
promptable head of the packages gets one point or the tight box of the whole mask, or one of each of its parts, whose
answers are joined; another one of `--opponent` (`npm run convert -- --from medsam-lite`) gets the boxes. Dice at the
image's own size. Goes on where FILE ends; `medzoo_train.ablation.files_report` writes it into docs/results.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image
from tqdm import tqdm

from ..data.index import read_index
from ..data.sets import SETS
from ..domain.pooled import read_pixels
from ..prompted import Mask, PromptedFiles, dice
from .prompts import Prompts, box_tokens, components, point_tokens
from .statistics import Floats, bootstrap, verdict

PACKAGES = Path(__file__).parents[4] / "packages"
#: Parts of one mask that are prompted for, the largest first: a person would tire sooner.
MOST_PARTS = 30
#: From a pixel's index to its centre; what follows a point is padding, whose place says nothing.
CENTRE = np.array([[[0.5, 0.5], [0, 0]]], np.float32)
#: The promptable head's rows, then the opponent's, which was trained for boxes alone.
PROMPTS = ("point", "points", "box", "boxes")
BOXED = ("box", "boxes")
ARMS = ("automed", *PROMPTS, *(f"opponent_{way}" for way in BOXED))
Seen = Mapping[str, npt.NDArray[np.float32]]


class AutomedFile:
    """AutoMed's exported file, on embeddings and images that the encoder's file has prepared."""

    def __init__(self, folder: Path) -> None:
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.labels: list[str] = described["labels"]
        self.present_from: dict[str, float] = described["presenceThresholds"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / described["model"]["url"]), options)

    def answer(self, seen: Seen, label: str, height: int, width: int) -> Mask:
        masks, presence = self.session.run(
            ["masks", "presence"], {"embedding": seen["embedding"], "image": seen["image"]}
        )
        k = self.labels.index(label)
        if presence[0, k] < self.present_from[label]:
            return np.zeros((height, width), np.bool_)
        at_image = Image.fromarray(masks[0, k]).resize((width, height), Image.Resampling.BILINEAR)
        return np.asarray(at_image) >= 0


def hand_made(true: Mask) -> dict[str, Prompts]:
    """Each way of prompting for one true mask that is not empty; points are centres of pixels."""
    parts = components(true)[:MOST_PARTS]
    (one, one_label), (each, labels) = point_tokens(parts[:1]), point_tokens(parts)
    points = {"point": (one + CENTRE, one_label), "points": (each + CENTRE, labels)}
    return points | {"box": box_tokens([true]), "boxes": box_tokens(parts)}


def by_prompts(files: PromptedFiles, seen: Seen, prompts: Prompts, height: int, width: int) -> Mask:
    """What the answers to all prompts cover together."""
    coords, labels = prompts
    answers = [
        files.answer(dict(seen), c.tolist(), n.tolist(), height, width) for c, n in zip(coords, labels, strict=True)
    ]
    return np.asarray(np.any(answers, axis=0))


def compare(differences: Floats, groups: Sequence[str]) -> dict[str, Any]:
    estimate = bootstrap(differences, groups)
    return {**estimate.to_json(), "verdict": verdict(estimate)}


def measure_set(
    folder: Path,
    label: str,
    split: str,
    limit: int | None,
    automed: AutomedFile,
    ours: PromptedFiles,
    opponent: PromptedFiles,
) -> dict[str, Any]:
    """Mean Dice of each arm over images whose mask is not empty, and AutoMed's less each other's, paired by image."""
    rows = [row for row in read_index(folder, split) if row.mask]
    if limit and len(rows) > limit:
        rows = [rows[i] for i in sorted(np.random.default_rng(2).choice(len(rows), limit, replace=False))]
    scores: dict[str, list[float]] = {arm: [] for arm in ARMS}
    groups: list[str] = []
    for row in tqdm(rows, desc=folder.name, leave=False):
        assert row.mask is not None
        with Image.open(row.mask) as file:
            true = np.asarray(file.convert("L")) > 127
        if not true.any():
            continue
        image = read_pixels(row.image)
        prompts, shape = hand_made(true), true.shape
        prepared = ours.encoder.prepare(image)
        seen = {"embedding": ours.encoder.session.run(None, {"image": prepared})[0], "image": prepared}
        theirs = opponent.look(image)
        found = {"automed": automed.answer(seen, label, *shape)}
        found |= {way: by_prompts(ours, seen, prompts[way], *shape) for way in PROMPTS}
        found |= {f"opponent_{way}": by_prompts(opponent, theirs, prompts[way], *shape) for way in BOXED}
        for arm, mask in found.items():
            scores[arm].append(dice(mask, true))
        groups.append(row.group)
    columns = {arm: np.array(values) for arm, values in scores.items()}
    report: dict[str, Any] = {"set": folder.name, "label": label, "n": len(groups), "groups": len(set(groups))}
    report["dice"] = {arm: bootstrap(values, groups).to_json() for arm, values in columns.items()}
    report["less"] = {arm: compare(columns["automed"] - columns[arm], groups) for arm in ARMS if arm != "automed"}
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--opponent", type=Path, required=True, help="folder with a converted encoder and promptable head"
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="data sets with masks of AutoMed's targets")
    parser.add_argument("--split", default="val")
    parser.add_argument("--limit", type=int, help="images of each set")
    parser.add_argument("--json", type=Path, required=True, help="where the numbers go, set by set")
    args = parser.parse_args()
    weights = PACKAGES / "sam-med2d" / "weights"
    files = {"automed": PACKAGES / "automed" / "weights" / "model.json", "promptable": weights / "decoder.json"}
    automed = AutomedFile(files["automed"].parent)
    ours = PromptedFiles(weights / "model.json", files["promptable"])
    opponent = PromptedFiles(args.opponent / "model.json", args.opponent / "decoder.json")
    subjects = {spec.name: spec.subject for spec in SETS if spec.kind == "segmentation"}
    settings = {"split": args.split, "limit": args.limit, "files": {name: digest_of(at) for name, at in files.items()}}
    reports = earlier_sets(args.json, settings)
    for folder in args.data:
        label = subjects.get(folder.name)
        if label is None:
            raise SystemExit(f"{folder.name} is no set of AutoMed's targets; those are {', '.join(subjects)}.")
        if any(report["set"] == folder.name for report in reports):
            continue
        reports.append(measure_set(folder, label, args.split, args.limit, automed, ours, opponent))
        print(json.dumps(reports[-1]), flush=True)
        args.json.write_text(json.dumps({**settings, "sets": reports}, indent=2) + "\n")


def digest_of(model_json: Path) -> str:
    digest: str = json.loads(model_json.read_text(encoding="utf-8"))["model"]["sha256"]
    return digest


def earlier_sets(path: Path, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The sets that a run cut short has measured; refused where it measured something else."""
    if not path.is_file():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    sets: list[dict[str, Any]] = content.pop("sets")
    if content != settings:
        raise SystemExit(f"{path} is of another split, limit or file: expected {settings}, found {content}. Move it.")
    return sets


if __name__ == "__main__":
    main()
