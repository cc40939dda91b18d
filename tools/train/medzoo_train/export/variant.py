"""A variant of the packages' encoder in static int8: its file and its entry in model.json, if the gate lets it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from medzoo_heads.export.file import describe_file

from ..data.index import read_image
from ..data.sets import SETS
from ..models.pixels import normalise
from ..training.batches import STORED, LoadedSet, usable_rows
from .activation_ranges import Floats
from .gate import Change, GateError, check_changes
from .held_answers import read_heads, read_json
from .onnx_file import open_onnx, write
from .static_gate import Embed, changes_of, compare, entries_of
from .static_int8 import to_static_int8

PRECISION = "int8-static"
#: Training images that ranges are measured on, in equal parts of every set.
CALIBRATION = 128
SEED = 1
#: Sums of products as they are on every processor: without VNNI, ONNX Runtime's usual kernels stop at 16 bits.
EXACT = {"session.x64quantprecision": "1"}
#: Calibration images on which both kinds of kernels are asked.
EXACT_IMAGES = 16


def calibration_images(data: Path, count: int = CALIBRATION) -> list[Floats]:
    """Training images of every set that is there, as the encoder takes them: float32 [1, 3, S, S]."""
    specs = [spec for spec in SETS if (data / spec.name).is_dir()]
    found = []
    for spec in specs:
        rows = usable_rows(spec, data, "train")
        picked = np.random.default_rng(SEED).permutation(len(rows))[: count // len(specs)]
        for row in sorted(picked.tolist()):
            pixels = torch.tensor(read_image(rows[row].image, STORED)[None]).float()
            found.append(normalise(pixels).numpy())
    return found


def embedder(file: Path, threads: int = 1) -> Embed:
    """Embeds sets one image at a time, and each set once."""
    run = open_onnx(file, threads)
    known: dict[str, torch.Tensor] = {}

    def embed(data: LoadedSet) -> torch.Tensor:
        if data.spec.name not in known:
            parts = [run({"image": normalise(image[None].float())})["embedding"] for image in data.images]
            known[data.spec.name] = torch.cat(parts)
        return known[data.spec.name]

    return embed


def write_variant(packages: Path, images: Sequence[Floats], held: Sequence[LoadedSet], threads: int = 1) -> list[Change]:
    """Writes `encoder.int8.onnx` and its entry in model.json; throws GateError if it is refused, and then none is
    there.

    `images` calibrate it; on `held` the packages' own heads are asked with its embeddings and with the reference's.
    """
    weights = packages / "sam-med2d" / "weights"
    reference, file = weights / "encoder.onnx", weights / "encoder.int8.onnx"
    made = to_static_int8(reference, images)
    # What was let in before is asked again, since heads and thresholds are others now; until then it is not there.
    put_variant(weights / "model.json", None)
    file.unlink(missing_ok=True)
    with unfinished(file) as draft:
        write(made, draft)
        check_exact(draft, images)
        changes = judged(packages, reference, draft, held, threads)
        draft.replace(file)
    put_variant(weights / "model.json", describe_variant(file, reference, changes))
    return changes


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """A file beside `file`, where its weights are found too; gone if it was not moved away."""
    draft = file.with_name(f"unfinished-{file.name}")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def judged(packages: Path, reference: Path, variant: Path, held: Sequence[LoadedSet], threads: int) -> list[Change]:
    """The changes that it makes; GateError if they are too large."""
    heads = read_heads(packages, threads)
    changes = changes_of(compare(heads, embedder(reference, threads), embedder(variant, threads), held))
    check_changes(changes, PRECISION)
    return changes


def check_exact(file: Path, images: Sequence[Floats]) -> None:
    """GateError unless this processor's usual kernels give what exact ones do: without VNNI, sums in 16 bits could be
    cut off.
    """
    usual, exact = open_onnx(file), open_onnx(file, settings=EXACT)
    for image in images[:: max(1, len(images) // EXACT_IMAGES)]:
        one, other = (run({"image": torch.from_numpy(image)})["embedding"] for run in (usual, exact))
        if (one - other).abs().max() > 1e-5 * other.abs().max():
            raise GateError(f"{PRECISION} is not offered: its sums are cut off on this processor, and others answer otherwise.")


def describe_variant(file: Path, reference: Path, changes: Sequence[Change]) -> dict[str, Any]:
    """Its entry in `variants`. The tensors are those of the reference, from whose file it takes its weights."""
    own, lent = describe_file(file), describe_file(reference)
    return {
        "precision": PRECISION,
        "providers": ["cpu"],
        **{key: own[key] for key in ("url", "sha256", "bytes")},
        "data": {key: lent[key] for key in ("url", "sha256", "bytes")},
        "gate": entries_of(changes),
    }


def put_variant(file: Path, entry: dict[str, Any] | None) -> None:
    """Puts the entry, or none, into a model.json after `model`, in the place of one of the same precision."""
    content = read_json(file)
    others = [one for one in content.pop("variants", []) if one["precision"] != PRECISION]
    variants = [*others, entry] if entry else others
    items = list(content.items())
    place = list(content).index("model") + 1
    varied = dict([*items[:place], *([("variants", variants)] if variants else []), *items[place:]])
    file.write_text(json.dumps(varied, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
