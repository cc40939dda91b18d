"""Exports a trained system into the npm packages: files, model.json, golden records."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from medzoo_heads.export.golden import draw_picture

from ..models.system import System
from ..training.batches import LoadedSet
from .calibrate import HeldOut
from .checked_file import check_encoder, export_checked
from .graph.half import round_to_half
from .graph.onnx_file import Precision, export_onnx
from .head_files import (
    LICENCE,
    Export,
    TrainedOn,
    export_automed,
    export_medcls,
    export_promptable,
    golden_input,
    trained_on,
)
from .int8.gate import HeadFiles, check_changes, measure_changes
from .masks import centre_masks
from .model_json import TRAINED_PREPROCESS, InitialWeights, model_json, write_json
from .presence import centre_presence
from .wrappers import MEDCLS_OUTPUTS, AutoMedFile

#: What stands on one encoder.
HEADS = ("promptable", "automed", "medcls")


def export_packages(
    system: System,
    train: Sequence[TrainedOn],
    val: Sequence[LoadedSet],
    packages: Path,
    version: str,
    precision: Precision = "fp16-storage",
    initialised_from: Sequence[InitialWeights] = (),
    size: str = "tiny",
    keep_encoder: bool = False,
    centred: Sequence[str] = (),
    held_out: Mapping[str, HeldOut] | None = None,
    heads: Sequence[str] = HEADS,
) -> None:
    """Writes weights/ and golden/ of sam-med2d, automed and medcls below `packages`; in int8 only if the gate lets it.

    `initialised_from`: what the encoder's training began with, if not from scratch. `keep_encoder` leaves the encoder
    as it is and writes the heads that were trained on it; the promptable head too, if it is a new one. `centred`: which
    of masks and presence have their thresholds where they should be already. `held_out`: by task, what classifiers are
    calibrated on. `heads`: which heads are written; the files of the others stay as they are, which only the encoder
    that is kept allows.
    """
    system.eval()
    if "masks" not in centred:
        centre_masks(system, val)
    if "presence" not in centred:
        centre_presence(system, val)
    if precision != "fp32":
        round_to_half(system)
    if precision == "int8":
        check_int8(system, val)
    picture = draw_picture()
    image = golden_input(picture)
    weights = packages / "sam-med2d" / "weights"
    if keep_encoder:
        embedding = check_encoder(system, image, weights / "encoder.onnx")
        encoder = json.loads((weights / "model.json").read_text())
    else:
        exported = export_checked(
            system.sam.image_encoder, {"image": image}, ["embedding"], weights / "encoder.onnx", precision
        )
        embedding = exported["embedding"]
        encoder = model_json(
            weights / "encoder.onnx", f"sam-med2d-{size}", version, LICENCE, trained_on(train),
            initialised_from=initialised_from, preprocess=TRAINED_PREPROCESS,
        )  # fmt: skip
        write_json(weights / "model.json", encoder)
        drop_old_variants(weights / "encoder.onnx")
    of_heads: Precision = "fp16-storage" if precision == "int8" else precision
    export = Export(system, train, val, version, of_heads, size, picture, image, embedding, encoder, held_out or {})
    if "promptable" in heads and (not keep_encoder or system.closer is not None):
        export_promptable(export, packages / "sam-med2d")
    if "automed" in heads:
        export_automed(export, packages / "automed")
        drop_old_variants(packages / "automed" / "weights" / "automed.onnx")
    for held in val if "medcls" in heads else ():
        if held.spec.kind == "classification":
            export_medcls(export, held, packages / "medcls")


def drop_old_variants(reference: Path) -> None:
    """Removes variants of a file that is there no more: nothing names them, and the package would ship them."""
    content = json.loads(reference.with_name("model.json").read_text())
    named = {one["url"].removeprefix("./") for one in content.get("variants", [])}
    for file in reference.parent.glob(f"{reference.stem}.*.onnx"):
        if file.name not in named:
            file.unlink()


def check_int8(system: System, val: Sequence[LoadedSet]) -> None:
    """Throws GateError unless the encoder in int8 serves the heads as well as it does otherwise, on the held-out
    images.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = golden_input(draw_picture())
        before, after, automed = folder / "before.onnx", folder / "after.onnx", folder / "automed.onnx"
        encoder = system.sam.image_encoder
        embedding = export_checked(encoder, {"image": image}, ["embedding"], before, "fp16-storage")["embedding"]
        export_checked(encoder, {"image": image}, ["embedding"], after, "int8")
        feeds = {"embedding": embedding, "image": image}
        export_onnx(
            AutoMedFile(system.automed), list(feeds.values()), list(feeds), ["masks", "iou", "presence"], automed
        )
        medcls = {task: folder / f"{task}.onnx" for task in system.medcls}
        for task, path in medcls.items():
            export_onnx(system.medcls[task], [embedding], ["embedding"], MEDCLS_OUTPUTS, path)
        heads = HeadFiles(automed, system.automed.config.targets, medcls)
        check_changes(measure_changes(before, after, heads, val))
