"""`python -m medzoo_train.ablation.files --data SET... --opponent DIR`: AutoMed's files against prompts by hand, and
LiteMedSAM.

AutoMed answers without a prompt, as the zoo has it: a target whose presence is below its threshold is empty. The
promptable head of the packages, and another one of `--opponent` (`npm run convert -- --from medsam-lite`), get the
tight box of the whole mask, or one of each of its parts, whose answers are joined. Dice at the image's own size.
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
from .prompts import box_tokens, components
from .statistics import Estimate, bootstrap, verdict

PACKAGES = Path(__file__).parents[4] / "packages"
#: Parts of one mask that are boxed, the largest first: a person would tire sooner.
MOST_BOXES = 30
#: What each row is called, in the order of the table.
ARMS = {
    "automed": "AutoMed, no prompt",
    "box": "promptable head, one tight box",
    "boxes": "promptable head, a tight box around each part",
    "opponent_box": "LiteMedSAM, one tight box",
    "opponent_boxes": "LiteMedSAM, a tight box around each part",
}
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


def by_boxes(files: PromptedFiles, seen: Seen, parts: Sequence[Mask]) -> Mask:
    """What the answers to the tight boxes of all parts cover together."""
    height, width = parts[0].shape
    coords, labels = box_tokens(list(parts))
    answers = [
        files.answer(dict(seen), c.tolist(), n.tolist(), height, width) for c, n in zip(coords, labels, strict=True)
    ]
    return np.asarray(np.any(answers, axis=0))


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
        prepared = ours.encoder.prepare(image)
        seen = {"embedding": ours.encoder.session.run(None, {"image": prepared})[0], "image": prepared}
        theirs = opponent.look(image)
        parts = components(true)[:MOST_BOXES]
        found = {
            "automed": automed.answer(seen, label, *true.shape),
            "box": by_boxes(ours, seen, [true]),
            "boxes": by_boxes(ours, seen, parts),
            "opponent_box": by_boxes(opponent, theirs, [true]),
            "opponent_boxes": by_boxes(opponent, theirs, parts),
        }
        for arm, mask in found.items():
            scores[arm].append(dice(mask, true))
        groups.append(row.group)
    columns = {arm: np.array(values) for arm, values in scores.items()}
    report: dict[str, Any] = {"set": folder.name, "label": label, "n": len(groups), "groups": len(set(groups))}
    report["dice"] = {arm: bootstrap(values, groups).to_json() for arm, values in columns.items()}
    report["less"] = {
        arm: bootstrap(columns["automed"] - columns[arm], groups).to_json() for arm in ARMS if arm != "automed"
    }
    return report


def format_tables(reports: Sequence[dict[str, Any]], split: str) -> str:
    """Two Markdown tables: Dice, and what AutoMed is above or below each other."""
    head = "|  | " + " | ".join(f"{r['label']} (n {r['n']}, {r['groups']} groups)" for r in reports) + " |"
    rule = "| --- |" + " --- |" * len(reports)
    lines = [
        f"Split `{split}`; Dice at the image's own size, mean over images, with a 95 % bootstrap interval.",
        "",
        head,
        rule,
    ]
    for arm, words in ARMS.items():
        cells = [f"{d['mean']:.3f} ({d['low']:.3f} to {d['high']:.3f})" for d in (r["dice"][arm] for r in reports)]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    lines += ["", head.replace("|  |", "| AutoMed less |", 1), rule]
    for arm, words in ARMS.items():
        if arm == "automed":
            continue
        cells = []
        for d in (r["less"][arm] for r in reports):
            said = verdict(Estimate(d["mean"], d["low"], d["high"]))
            better = {"holds": "better", "does not hold": "**worse**", "undecided": "undecided"}[said]
            cells.append(f"{d['mean']:+.3f} ({d['low']:+.3f} to {d['high']:+.3f}): {better}")
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--opponent", type=Path, required=True, help="folder with a converted encoder and promptable head"
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="data sets with masks of AutoMed's targets")
    parser.add_argument("--split", default="val")
    parser.add_argument("--limit", type=int, help="images of each set")
    parser.add_argument("--json", type=Path, help="where the numbers go; written after each set")
    args = parser.parse_args()
    weights = PACKAGES / "sam-med2d" / "weights"
    automed = AutomedFile(PACKAGES / "automed" / "weights")
    ours = PromptedFiles(weights / "model.json", weights / "decoder.json")
    opponent = PromptedFiles(args.opponent / "model.json", args.opponent / "decoder.json")
    subjects = {spec.name: spec.subject for spec in SETS if spec.kind == "segmentation"}
    reports = []
    for folder in args.data:
        label = subjects.get(folder.name)
        if label is None:
            raise SystemExit(f"{folder.name} is no set of AutoMed's targets; those are {', '.join(subjects)}.")
        reports.append(measure_set(folder, label, args.split, args.limit, automed, ours, opponent))
        print(json.dumps(reports[-1]), flush=True)
        if args.json:
            args.json.write_text(json.dumps({"split": args.split, "sets": reports}, indent=2) + "\n")
    print(format_tables(reports, args.split))


if __name__ == "__main__":
    main()
