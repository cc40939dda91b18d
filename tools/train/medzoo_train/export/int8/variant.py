"""A variant in static int8 of the packages' encoder or of AutoMed: its file and its entry in model.json, if the gate
lets it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from medzoo_heads.export.file import describe_file

from ...data.index import read_image
from ...data.sets import SETS
from ...models.pixels import normalise
from ...training.batches import STORED, LoadedSet, usable_rows
from ..graph.onnx_file import open_onnx, write
from ..model_json import file_that_runs
from .activation_ranges import Floats
from .gate import Change, GateError, check_changes
from .gate_pictures import groups_of
from .head_gate import AFTER, BEFORE, ON_CPU, ON_REFERENCE, judge_head, read_head
from .held_answers import read_heads, read_json
from .static_automed import automed_to_int8
from .static_gate import PRECISION, Embed, changes_of, compare, entries_of
from .static_int8 import to_static_int8

#: Training images that ranges are measured on, in equal parts of every set.
CALIBRATION, AUTOMED_CALIBRATION = 128, 64
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


def write_variant(
    packages: Path, images: Sequence[Floats], held: Sequence[LoadedSet], threads: int = 1
) -> list[Change]:
    """Writes `encoder.int8.onnx` and its entry in model.json; throws GateError if it is refused, and then none is
    there.

    `images` calibrate it; on `held` the packages' own heads are asked with its embeddings and with the reference's.
    """
    reference = packages / "sam-med2d" / "weights" / "encoder.onnx"
    made = to_static_int8(reference, images)
    with drafted(reference, made) as draft:
        check_exact(draft, [{"image": image} for image in images])
        changes = judged(packages, reference, draft, held, threads)
        accept(draft, reference, changes)
    return changes


def judged(packages: Path, reference: Path, variant: Path, held: Sequence[LoadedSet], threads: int) -> list[Change]:
    """The changes that it makes; GateError if they are too large."""
    heads = read_heads(packages, threads)
    changes = changes_of(compare(heads, embedder(reference, threads), embedder(variant, threads), held))
    check_changes(changes, PRECISION)
    return changes


def write_automed_variant(
    packages: Path, images: Sequence[Floats], held: Sequence[LoadedSet], negatives: torch.Tensor | None = None,
    threads: int = 1,
) -> list[Change]:  # fmt: skip
    """Writes `automed.int8.onnx` and its entry in model.json; throws GateError if it is refused, and then none is
    there.

    `images` calibrate it, with the embeddings of the file that a CPU runs; on `held`, and on harder pictures made of
    it, it is compared with the reference. `negatives`: uint8 [N, 3, S, S], pictures without any target.
    """
    encoders, reference = encoder_files(packages), packages / "automed" / "weights" / "automed.onnx"
    embed = open_onnx(encoders[ON_CPU], threads)
    feeds = [
        {"embedding": embed({"image": torch.from_numpy(image)})["embedding"].numpy(), "image": image}
        for image in images
    ]
    made = automed_to_int8(reference, feeds)
    with drafted(reference, made) as draft:
        check_exact(draft, feeds)
        head = read_head(reference.with_name("model.json"))
        runs = {name: open_onnx(file, threads) for name, file in encoders.items()}
        heads = {BEFORE: open_onnx(reference, threads), AFTER: open_onnx(draft, threads)}
        changes = judge_head(groups_of(held, negatives, head.labels), runs, heads, head)
        accept(draft, reference, changes)
    return changes


def encoder_files(packages: Path) -> dict[str, Path]:
    """The file that a CPU runs, and the reference where that is another one."""
    weights = packages / "sam-med2d" / "weights"
    content = read_json(weights / "model.json")
    running, reference = (weights / file_that_runs(content, named)["url"] for named in (False, True))
    return {ON_CPU: running} | ({} if running == reference else {ON_REFERENCE: reference})


@contextmanager
def drafted(reference: Path, made: Any) -> Iterator[Path]:
    """The file of a variant that nobody has judged, beside its reference, where its weights are found too.

    What was let in before is judged again, since thresholds and other models are others now; until then it is not
    there. The draft is gone afterwards if `accept` has not moved it away.
    """
    put_variant(reference.with_name("model.json"), None)
    file = file_of(reference)
    file.unlink(missing_ok=True)
    draft = file.with_name(f"unfinished-{file.name}")
    try:
        write(made, draft)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def file_of(reference: Path) -> Path:
    return reference.with_name(f"{reference.stem}.int8.onnx")


def accept(draft: Path, reference: Path, changes: Sequence[Change]) -> None:
    """Gives the draft its name, and model.json its entry."""
    file = draft.replace(file_of(reference))
    put_variant(reference.with_name("model.json"), describe_variant(file, reference, changes))


def check_exact(file: Path, feeds: Sequence[Mapping[str, Floats]]) -> None:
    """GateError unless this processor's usual kernels give what exact ones do: without VNNI, sums in 16 bits could be
    cut off.
    """
    usual, exact = open_onnx(file), open_onnx(file, settings=EXACT)
    for feed in feeds[:: max(1, len(feeds) // EXACT_IMAGES)]:
        given = {name: torch.from_numpy(value) for name, value in feed.items()}
        found, expected = usual(given), exact(given)
        if any((found[name] - one).abs().max() > 1e-5 * one.abs().max() for name, one in expected.items()):
            raise GateError(
                f"{PRECISION} is not offered: its sums are cut off on this processor, and others answer otherwise."
            )


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
