"""Data sets of a few drawn images in the layout of index.csv, for tests that must not need real ones."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from medzoo_train.data.sets import SETS


def draw_sets(root: Path, per_split: int = 4) -> Path:
    """Every set that training knows, each with a bright ellipse as target or, for classes, a shade for each class."""
    rng = np.random.default_rng(3)
    for spec in SETS:
        folder = root / spec.name
        (folder / "images").mkdir(parents=True)
        (folder / "masks").mkdir()
        rows = []
        for split in ("train", "val", "test"):
            for i in range(max(per_split, len(spec.classes))):
                name = f"{split}{i}"
                label = spec.classes[i % len(spec.classes)] if spec.classes else spec.subject
                shade = 60 + 50 * spec.classes.index(label) if spec.classes else 30
                image = Image.new("RGB", (72, 56), (shade, shade, shade))
                x, y = int(rng.integers(10, 40)), int(rng.integers(10, 30))
                box = (x, y, x + 22, y + 16)
                ImageDraw.Draw(image).ellipse(box, fill=(220, 200, 180))
                image.save(folder / "images" / f"{name}.png")
                mask = ""
                if spec.kind == "segmentation":
                    mask = f"masks/{name}.png"
                    drawn = Image.new("L", image.size)
                    ImageDraw.Draw(drawn).ellipse(box, fill=255)
                    drawn.save(folder / mask)
                rows.append([f"{spec.name}-{name}", f"images/{name}.png", mask, label, split, name])
        with (folder / "index.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "image", "mask", "label", "split", "group"])
            writer.writerows(rows)
    return root


def draw_photographs(folder: Path) -> Path:
    """A folder as medzoo_train.photographs leaves it: scenes, and things on a transparent ground; some are held out."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(4)
    lines = ["id,image,kind,package,version,licence,path"]
    for i in range(12):
        kind = "thing" if i % 3 == 0 else "scene"
        pixels = rng.integers(0, 255, (110, 130, 4), np.uint8)
        pixels[..., 3] = 255
        if kind == "thing":
            pixels[:, :50, 3] = 0
        Image.fromarray(pixels).save(folder / "images" / f"{i}.png")
        lines.append(f"package-{i:04d},images/{i}.png,{kind},package,1,CC0-1.0,usr/share/{i}.png")
    (folder / "index.csv").write_text("\n".join(lines) + "\n")
    return folder
