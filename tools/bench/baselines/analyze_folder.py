"""A folder of images with a pool of processes: a picture with the masks for each, and one CSV. Started by
src/rows/jobs.ts.

python analyze_folder.py FOLDER OUT PROCESSES [table]

With `table`, no pictures are drawn.
"""

import csv
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from models import Mask, Models, read_image
from PIL import Image

COLOURS = np.array([[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [213, 94, 0]], dtype=np.float32)
models: Models


def open_models() -> None:
    global models
    models = Models()


def draw(image: Image.Image, masks: list[Mask]) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float32)
    for mask, colour in zip(masks, COLOURS, strict=True):
        pixels = np.where(mask.pixels[:, :, np.newaxis], pixels * 0.6 + colour * 0.4, pixels)
    return Image.fromarray(pixels.astype(np.uint8))


def analyze(task: tuple[Path, Path | None]) -> list[list[object]]:
    file, picture = task
    image = read_image(file.read_bytes())
    masks = models.analyze(image)
    if picture is not None:
        draw(image, masks).save(picture)
    return [[file.name, mask.label, mask.presence, mask.area] for mask in masks]


def main() -> None:
    folder, out, processes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    draws = sys.argv[4:] != ["table"]
    tasks = [(file, out / f"{file.stem}.png" if draws else None) for file in sorted(folder.iterdir())]
    with (
        ProcessPoolExecutor(processes, initializer=open_models) as pool,
        (out / "answers.csv").open("w", newline="") as table,
    ):
        rows = csv.writer(table)
        rows.writerow(["file", "label", "presence", "area"])
        for found in pool.map(analyze, tasks, chunksize=4):
            rows.writerows(found)


if __name__ == "__main__":
    main()
