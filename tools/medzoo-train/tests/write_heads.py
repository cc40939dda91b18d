"""`python tests/write_heads.py [OUT]`: heads on core's test encoder, for test/written-heads.spec.ts.

The pictures are drawn here, and embedded with the encoder's own file, as `medzoo embed` does it.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from medzoo_heads.__main__ import main as train
from medzoo_heads.describe.__main__ import main as describe
from medzoo_heads.embeddings.format import EmbedFile, EncoderIdentity
from medzoo_heads.export.encoder import EncoderFile
from medzoo_heads.export.golden import draw_picture
from tests.made_embeddings import COUNTS, Made, about, row_of

REPOSITORY = Path(__file__).resolve().parents[3]
ENCODER = REPOSITORY / "packages" / "core" / "test-models" / "encoder.json"
SIDE = 16


def draw(rng: np.random.Generator, label: int) -> tuple[Any, Any, dict[str, str]]:
    """uint8 [16, 16, 3], the mask of its one square, and what columns of an index say of it: none of label 0, white of
    1, red of 2.
    """
    # Each of a colour of its own, or the leak check would rightly say that they are alike.
    picture = np.clip(rng.integers(20, 130, 3) + rng.normal(0, 12, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    said = {"index:white": str(int(label == 1)), "index:red": str(int(label == 2))}
    if label:
        y, x = rng.integers(0, SIDE - 9, 2)
        mask[y : y + 9, x : x + 9] = label
        said |= {"index:middle_x": str(x + 4.5), "index:middle_y": str(y + 4.5)}
        picture[mask > 0] = (230, 230, 230) if label == 1 else (230, 30, 30)
    return picture, mask, said | {"index:shade": f"{picture.mean():.2f}"}


def embed(encoder: EncoderFile, labels: tuple[str, ...]) -> Made:
    rng = np.random.default_rng(1)
    rows, embeddings, images, masks = [], [], [], []
    for split, count in COUNTS.items():
        for label in range(len(labels)):
            for number in range(count):
                picture, mask, said = draw(rng, label)
                file = f"{label}-{split}-{number}.png"
                rows.append(row_of(file, split, labels[label], file, 0) | said | {"width": SIDE, "height": SIDE})
                embeddings.append(encoder.encode(encoder.prepare(picture))[0])
                images.append(picture.transpose(2, 0, 1))
                masks.append(mask)
    model = encoder.content
    described = about() | {"preprocess": encoder.preprocess, "dataset": "drawn squares"}
    described["encoder"] = {"id": model["name"], "digest": model["model"]["sha256"]}
    described["embedding"] = {"shape": model["model"]["outputs"][0]["shape"][1:], "dtype": "float16"}
    tensors = {"images": np.stack(images), "masks": np.stack(masks)}
    return Made(rows, np.stack(embeddings).astype(np.float16), tensors, described)


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "tools" / "medzoo-train" / "build" / "heads"
    digest = json.loads(ENCODER.read_text(encoding="utf-8"))["model"]["sha256"]
    of_encoder = EmbedFile(EncoderIdentity("test-encoder", digest), None, {}, (4, 2, 2), 0, (), None, None)
    encoder = EncoderFile(ENCODER, of_encoder)
    made = embed(encoder, ("none", "white", "red"))
    emb = made.write(out / "embeddings")
    common = ["--embeddings", str(emb), "--encoder", str(ENCODER), "--steps", "60", "--drop-leaks"]
    # Heads without code.
    common += ["--intended-use", "Tests.", "--modalities", "XC"]
    colours = ["--mask-value", "1=white", "--mask-value", "2=red"]
    # Labels in no alphabetical order, so that a sorted list somewhere would be found.
    heads = {
        "classes": ["--labels", "white,none,red"],
        "colours": ["--task", "segmentation", *colours],
        "shades": ["--task", "regression", "--quantity", "shade=1"],
        "several": ["--task", "multilabel", "--labels", "white,red"],
        "middles": ["--task", "keypoints"],
        "squares": ["--task", "segmentation", "--labels", "square"],
    }
    for name, options in heads.items():
        if name == "squares":
            # Of one target, whose masks have one value.
            made.tensors["masks"] = np.where(made.tensors["masks"] > 0, 255, 0).astype(np.uint8)
            made.write(out / "embeddings")
        if train([*common, "--out", str(out / name), "--id", name, "--title", name, *options]):
            sys.exit(1)
    draw_golden(encoder, emb)
    for name in ("classes", "several", "middles", "squares"):
        if describe_anew(out / name, out / f"described-{name}", emb):
            sys.exit(1)


def draw_golden(encoder: EncoderFile, emb: Path) -> None:
    """The picture that `medzoo embed` draws, and what the encoder makes of it."""
    picture = draw_picture()
    Image.fromarray(picture).save(emb / "golden.png")
    image = encoder.prepare(picture)
    save_file({"image": image, "embedding": encoder.encode(image)}, emb / "golden.safetensors")


def describe_anew(head: Path, out: Path, emb: Path) -> int:
    """The ONNX file of a head alone, as it would come from elsewhere."""
    out.mkdir(exist_ok=True)
    (out / "model.json").unlink(missing_ok=True)
    shutil.copyfile(head / "head.onnx", out / "model.onnx")
    labels = ",".join(json.loads((head / "model.json").read_text(encoding="utf-8"))["labels"])
    words = ["--id", out.name, "--title", out.name, "--intended-use", "Tests.", "--modalities", "XC"]
    given = ["--onnx", str(out / "model.onnx"), "--labels", labels, "--licence", "MIT", "--embeddings", str(emb)]
    return describe([*given, *words, "--data-licence", "CC0-1.0"])


if __name__ == "__main__":
    main()
