"""`python -m medzoo_train.ablation.figure --weights W --images FOLDER --out FILE.png`: AutoMed, point and box side by
side.

FOLDER holds index.csv with the columns image, mask, target (what the mask shows) and task (whose heat map to draw);
mask, target and task may be empty. `npm run samples -- --data FOLDER` writes such a folder of phantoms; real images may
not be copied into the project.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from torch import Tensor

from ..data.index import DataError, read_image, read_mask
from ..data.sets import SETS
from ..export.wrappers import PromptableDecoder
from ..models.pixels import normalise
from ..models.system import System
from ..training.batches import STORED
from ..training.validate import dice_scores
from .experiment import load_system
from .prompts import Prompts, hand_made

Panel = npt.NDArray[np.uint8]
GAP, CAPTION = 6, 18
COLOURS = {"truth": (255, 255, 255), "found": (255, 176, 0), "prompt": (90, 200, 255)}
COLUMNS = ("image", "truth", "AutoMed, no prompt", "one point", "one box", "MedCls evidence")


@dataclass(frozen=True)
class Entry:
    image: Path
    mask: Path | None
    target: str
    task: str


def read_entries(folder: Path, targets: Sequence[str], tasks: Sequence[str]) -> list[Entry]:
    """The rows of FOLDER/index.csv; an error that says what was expected where a target or task is not known."""
    path = folder / "index.csv"
    if not path.is_file():
        raise DataError(f"No index.csv in {folder.name}/; expected columns image, mask, target, task.")
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        missing = {"image", "mask", "target", "task"} - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"{folder.name}/index.csv lacks the columns {sorted(missing)}.")
        rows = list(reader)
    for name, known in (("target", targets), ("task", tasks)):
        wrong = sorted({row[name] for row in rows} - {"", *known})
        if wrong:
            raise DataError(
                f"{folder.name}/index.csv has the {name} {wrong[0]!r}; expected one of {list(known)} or nothing."
            )
    if not rows:
        raise DataError(f"{folder.name}/index.csv has no rows.")
    return [Entry(folder / r["image"], folder / r["mask"] if r["mask"] else None, r["target"], r["task"]) for r in rows]


def outline(pixels: Panel, mask: npt.NDArray[np.bool_], colour: tuple[int, int, int]) -> Panel:
    """uint8 [H, W, 3] with the mask's border drawn two pixels wide."""
    edge = ndimage.binary_dilation(mask) & ~ndimage.binary_erosion(mask, border_value=1)
    drawn = pixels.copy()
    drawn[edge] = colour
    return drawn


def with_prompt(pixels: Panel, prompts: Prompts) -> Panel:
    """A dot for a point, a frame for a box."""
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    for coords, labels in zip(*prompts, strict=True):
        (x0, y0), (x1, y1) = coords.tolist()
        if labels[1] >= 0:
            draw.rectangle((x0, y0, x1 - 1, y1 - 1), outline=COLOURS["prompt"], width=2)
        else:
            draw.ellipse((x0 - 4, y0 - 4, x0 + 4, y0 + 4), fill=COLOURS["prompt"], outline=(0, 0, 0))
    return np.asarray(image)


def heat(pixels: Panel, evidence: Tensor) -> Panel:
    """Evidence float32 [16, 16] over a darkened grey image: none is dark, then red and yellow, the most white."""
    fine = F.interpolate(evidence[None, None], size=pixels.shape[:2], mode="bilinear")[0, 0]
    level = (fine / fine.max().clamp(min=1e-9)).numpy()[..., None]
    ramp = np.clip(level * 3 - np.array([0.0, 1.0, 2.0]), 0, 1)
    grey = pixels.mean(axis=2, keepdims=True) / 255
    return np.asarray(np.clip((grey * 0.6 * (1 - level) + ramp * 0.9) * 255, 0, 255), dtype=np.uint8)


def prompted(system: System, embedding: Tensor, image: Tensor, prompts: Prompts) -> Tensor:
    """Logits of the answer to one prompt, as the file of the promptable head gives them: float32 [S, S]."""
    coords, labels = (torch.from_numpy(part) for part in prompts)
    grid = 4 * embedding.shape[-1]
    decoder = PromptableDecoder(system.sam, system.closer)
    masks: Tensor
    masks, _ = decoder(embedding, coords, labels, torch.zeros(1, 1, grid, grid), torch.zeros(1), image)
    return masks[0, 0]


@torch.no_grad()
def panels(system: System, entry: Entry) -> dict[str, tuple[Panel, str]]:
    """By column: a picture and its caption. Columns that this image cannot fill are left out."""
    pixels = read_image(entry.image, STORED)
    picture = np.ascontiguousarray(pixels.transpose(1, 2, 0))
    image = normalise(torch.from_numpy(pixels.copy())[None].float())
    embedding = system.encode(image)
    drawn = {"image": (picture, entry.target or entry.task)}
    truth = read_mask(entry.mask, STORED) if entry.mask else np.zeros((STORED, STORED), np.uint8)
    shown = truth >= 128
    if shown.any():
        drawn["truth"] = (outline(picture, shown, COLOURS["truth"]), "truth")
    if entry.target and shown.any():
        logits = {COLUMNS[2]: system.automed(embedding, image)[0][0, system.automed.config.targets.index(entry.target)]}
        ways = hand_made(shown)
        for column, way in ((COLUMNS[3], "point"), (COLUMNS[4], "box")):
            logits[column] = prompted(system, embedding, image, ways[way])
        for column, found in logits.items():
            dice = float(dice_scores(found[None], torch.from_numpy(truth.copy())[None])[0])
            up = F.interpolate(found[None, None], size=(STORED, STORED), mode="bilinear")[0, 0]
            marked = outline(picture, (up >= 0).numpy(), COLOURS["found"])
            marked = (
                with_prompt(marked, ways["point" if column == COLUMNS[3] else "box"])
                if column != COLUMNS[2]
                else marked
            )
            drawn[column] = (marked, f"{column}: Dice {dice:.3f}")
    if entry.task:
        scores, _, evidence = system.medcls[entry.task](embedding)
        classes = next(spec.classes for spec in SETS if spec.subject == entry.task)
        # Even evidence looks like much of it: the caption says how far it is from even.
        speaks_for = evidence[0].clamp(min=0)
        peak = float(speaks_for.max() / speaks_for.mean().clamp(min=1e-9))
        drawn[COLUMNS[5]] = (
            heat(picture, speaks_for),
            f"{classes[int(scores.argmax())]} (at most {peak:.1f} x the mean)",
        )
    return drawn


def compose(rows: Sequence[dict[str, tuple[Panel, str]]]) -> Image.Image:
    """A grid: one row an image, one column of COLUMNS each, captions under the pictures."""
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    width = len(columns) * (STORED + GAP) + GAP
    height = len(rows) * (STORED + CAPTION + GAP) + GAP
    page = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(12)
    for i, row in enumerate(rows):
        for column, (picture, caption) in row.items():
            x, y = GAP + columns.index(column) * (STORED + GAP), GAP + i * (STORED + CAPTION + GAP)
            page.paste(Image.fromarray(picture), (x, y))
            draw.text((x + 1, y + STORED + 2), caption, fill=(0, 0, 0), font=font)
    return page


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m medzoo_train.ablation.figure", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True, help="folder with index.csv: image, mask, target, task")
    parser.add_argument("--out", type=Path, required=True, help="PNG")
    args = parser.parse_args(arguments)
    system = load_system(args.weights)
    try:
        entries = read_entries(args.images, system.automed.config.targets, list(system.medcls))
    except DataError as error:
        raise SystemExit(str(error)) from error
    page = compose([panels(system, entry) for entry in entries])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    page.quantize(128, dither=Image.Dither.NONE).save(args.out, optimize=True)


if __name__ == "__main__":
    main()
