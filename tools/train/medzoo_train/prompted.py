"""`python -m medzoo_train.prompted --encoder E --decoder D --data SET...`: a promptable head against no model at all.

Each object alone, from its tight box and from one point inside, by the exported files. Beside it what needs no model:
the ellipse inscribed in the box, and the box itself. Intervals are bootstrapped over groups of images.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image
from scipy import ndimage
from tqdm import tqdm

from .ablation.prompts import centre_point
from .ablation.statistics import bootstrap
from .data.index import Row, read_index
from .data.objects import Box, box_of, inscribed_ellipse
from .domain.pooled import PooledEncoder, read_pixels
from .export.model_json import read_encoder
from .models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND, PADDING, POSITIVE

Mask = npt.NDArray[np.bool_]
#: Objects of one image, the largest first, and the least of their pixels.
MOST, LEAST_PIXELS = 6, 24
ARMS = ("box", "point", "ellipse", "rectangle")


def dice(found: Mask, true: Mask) -> float:
    return float(2 * (found & true).sum() / max(int(found.sum() + true.sum()), 1))


def ellipse_of(box: Box, height: int, width: int) -> Mask:
    return inscribed_ellipse(box, max(height, width))[:height, :width]


class PromptedFiles:
    """An encoder and a promptable decoder as a zoo would run them."""

    def __init__(self, encoder: Path, decoder: Path, threads: int = 1) -> None:
        content = read_encoder(encoder)
        self.encoder = PooledEncoder(encoder, content, threads)
        described = json.loads(decoder.read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.decoder = onnxruntime.InferenceSession(str(decoder.parent / described["model"]["url"]), options)
        self.shapes = {tensor["name"]: tensor["shape"] for tensor in described["model"]["inputs"]}
        size = content["preprocess"]["size"]
        self.width, self.height = int(size["width"]), int(size["height"])

    def look(self, image: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.float32]]:
        prepared = self.encoder.prepare(image)
        seen = {"embedding": self.encoder.session.run(None, {"image": prepared})[0]}
        return seen | ({"image": prepared} if "image" in self.shapes else {})

    def answer(
        self,
        seen: dict[str, npt.NDArray[np.float32]],
        coords: Sequence[Sequence[float]],
        labels: Sequence[int],
        height: int,
        width: int,
    ) -> Mask:
        """coords in pixels of the image -> the mask of the image's size, as the SDK makes it."""
        scale = np.array([self.width / width, self.height / height], np.float32)
        side = int(self.shapes["mask_input"][-1])
        feeds = {
            "point_coords": np.array([coords], np.float32) * scale,
            "point_labels": np.array([labels], np.float32),
            "mask_input": np.zeros((1, 1, side, side), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
        }
        logits = self.decoder.run(["masks"], {**seen, **feeds})[0][0, 0]
        at_input = Image.fromarray(logits).resize((self.width, self.height), Image.Resampling.BILINEAR)
        return np.asarray(at_input.resize((width, height), Image.Resampling.BILINEAR)) >= 0


def objects_of(mask: Mask) -> Iterator[Mask]:
    labels, count = ndimage.label(mask)
    sizes = np.bincount(labels.reshape(-1), minlength=count + 1)[1:]
    for k in np.argsort(-sizes, kind="stable")[:MOST]:
        if sizes[k] >= LEAST_PIXELS:
            yield np.asarray(labels == k + 1)


def measure_image(files: PromptedFiles, row: Row) -> list[dict[str, float]]:
    """The Dice of each arm, for each object of an image."""
    assert row.mask is not None
    image = read_pixels(row.image)
    with Image.open(row.mask) as file:
        mask = np.asarray(file.convert("L")) > 127
    height, width = mask.shape
    seen, found = None, []
    for true in objects_of(mask):
        seen = seen or files.look(image)
        box, (x, y) = box_of(true), centre_point(true)
        rectangle = np.zeros_like(true)
        rectangle[box.y0 : box.y1, box.x0 : box.x1] = True
        corners = [[box.x0, box.y0], [box.x1, box.y1]]
        by_box = files.answer(seen, corners, [BOX_FIRST, BOX_SECOND], height, width)
        by_point = files.answer(seen, [[x + 0.5, y + 0.5], [0, 0]], [POSITIVE, PADDING], height, width)
        masks = (by_box, by_point, ellipse_of(box, height, width), rectangle)
        found.append({arm: dice(one, true) for arm, one in zip(ARMS, masks, strict=True)})
    return found


def measure_set(files: PromptedFiles, folder: Path, split: str, limit: int | None) -> dict[str, Any]:
    """Mean Dice over objects with intervals, and the paired difference of box and ellipse."""
    rows = [row for row in read_index(folder, split) if row.mask]
    if limit and len(rows) > limit:
        rows = [rows[i] for i in sorted(np.random.default_rng(2).choice(len(rows), limit, replace=False))]
    scores: list[dict[str, float]] = []
    groups: list[str] = []
    for row in tqdm(rows, desc=folder.name, leave=False):
        found = measure_image(files, row)
        scores += found
        groups += [row.group] * len(found)
    columns = {arm: np.array([score[arm] for score in scores]) for arm in ARMS}
    columns |= {"box - ellipse": columns["box"] - columns["ellipse"], "point - box": columns["point"] - columns["box"]}
    report = {arm: bootstrap(values, groups).to_json() for arm, values in columns.items()}
    return {"objects": len(scores), "images": len(rows), **report}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    packages = Path(__file__).parents[3] / "packages"
    parser.add_argument("--encoder", type=Path, default=packages / "sam-med2d" / "weights" / "model.json")
    parser.add_argument("--decoder", type=Path, default=packages / "sam-med2d" / "weights" / "decoder.json")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="data sets with masks")
    parser.add_argument("--split", default="val")
    parser.add_argument("--limit", type=int, help="images of each set")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    files, reports = PromptedFiles(args.encoder, args.decoder), {}
    for folder in args.data:
        report = reports[folder.name] = measure_set(files, folder, args.split, args.limit)
        shown = ", ".join(
            f"{arm} {v['mean']:.3f} ({v['low']:.3f} to {v['high']:.3f})"
            for arm, v in report.items()
            if isinstance(v, dict)
        )
        print(f"{folder.name}: {report['objects']} objects of {report['images']} images; {shown}", flush=True)
    if args.json:
        args.json.write_text(json.dumps(reports, indent=2) + "\n")


if __name__ == "__main__":
    main()
