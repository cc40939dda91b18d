"""Exports a trained system into the npm packages: files, model.json, golden records."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from medzoo_heads.export.golden import draw_picture
from torch import Tensor, nn

from ..data.sets import SetSpec
from ..models.pixels import normalise
from ..models.system import System
from ..training.batches import LoadedSet
from ..training.validate import embed
from .calibrate import HeldOut, calibration_of
from .gate import HeadFiles, check_changes, measure_changes
from .golden import class_answer, mask_answer, write_golden
from .half import round_to_half
from .masks import centre_masks
from .model_json import TRAINED_PREPROCESS, InitialWeights, model_json, write_json
from .onnx_file import Precision, export_onnx, run_onnx
from .presence import EVEN, centre_presence
from .wrappers import MEDCLS_OUTPUTS, AutoMedFile, PromptableDecoder

LICENCE = "Apache-2.0 (weights); see trainedOn for the licences of the data. Not for diagnosis."
#: Largest difference allowed between PyTorch and the exported file, relative to the output's largest value. int8 is judged by
#: what it costs on held-out images (gate.py); here it only has to be the same model.
TOLERANCE: dict[Precision, float] = {"fp32": 2e-4, "fp16-storage": 2e-4, "int8": 0.1}


class ExportError(RuntimeError):
    """The exported file does not answer as the model does."""


#: What stands on one encoder.
HEADS = ("promptable", "automed", "medcls")
#: The promptable decoder takes any number of points.
FREE_POINTS = {"point_coords": {1: "points"}, "point_labels": {1: "points"}}


def prompt_example(grid: int) -> dict[str, Tensor]:
    """A box and a point on the golden picture, in the promptable decoder's inputs."""
    return {
        "point_coords": torch.tensor([[[60.0, 50.0], [190.0, 200.0], [120.0, 110.0]]]),
        "point_labels": torch.tensor([[2.0, 3.0, 1.0]]),
        "mask_input": torch.zeros(1, 1, 4 * grid, 4 * grid),
        "has_mask_input": torch.zeros(1),
    }


def export_checked(
    module: nn.Module,
    feeds: dict[str, Tensor],
    outputs: Sequence[str],
    path: Path,
    precision: Precision,
    free: dict[str, dict[int, str]] | None = None,
) -> dict[str, Tensor]:
    """Exports, runs the file, and returns PyTorch's outputs (in int8 the file's own); an error if they differ or hold NaN."""
    check_finite(dict(module.state_dict()), f"{path.name}: not exported, since weights are not finite (NaN or infinite)")
    export_onnx(module, list(feeds.values()), list(feeds), outputs, path, precision, free)
    with torch.no_grad():
        result = module(*feeds.values())
    expected = dict(zip(outputs, (result,) if isinstance(result, Tensor) else result, strict=True))
    check_finite(expected, f"{path.name}: outputs of PyTorch are not finite (NaN or infinite)")
    found = run_onnx(path, feeds)
    check_finite(found, f"{path.name}: outputs of the file are not finite (NaN or infinite)")
    for name, values in found.items():
        difference = (values - expected[name]).abs().max().item()
        allowed = TOLERANCE[precision] * max(1.0, expected[name].abs().max().item())
        if difference > allowed:
            raise ExportError(f"{path.name}: {name} differs from PyTorch by {difference:.2e}, allowed {allowed:.2e}.")
    return found if precision == "int8" else expected


def check_finite(tensors: Mapping[str, Tensor], words: str) -> None:
    """An error that names the tensors which hold NaN or an infinity: no comparison would find them, for NaN exceeds nothing."""
    broken = [name for name, tensor in tensors.items() if not tensor.isfinite().all()]
    if broken:
        more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise ExportError(f"{words}: {', '.join(broken[:3])}{more}.")


@dataclass(frozen=True)
class TrainedOn:
    """A data set and how many of its images were learnt from."""

    spec: SetSpec
    n: int


def trained_on(sets: Sequence[TrainedOn]) -> list[dict[str, Any]]:
    return [
        {"dataset": s.spec.name, "licence": s.spec.licence, "n": s.n, "source": s.spec.source, "grouping": s.spec.grouping}
        for s in sets
    ]


@dataclass(frozen=True)
class Export:
    """What the files of one export have in common."""

    system: System
    train: Sequence[TrainedOn]
    val: Sequence[LoadedSet]
    version: str
    #: Of the heads; the encoder's may be int8, for that is where the time goes.
    precision: Precision
    #: The size's name, the last part of every model's name.
    size: str
    picture: Any
    image: Tensor
    embedding: Tensor
    #: model.json of the encoder.
    encoder: dict[str, Any]
    #: By task.
    held_out: Mapping[str, HeldOut]


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

    `initialised_from`: what the encoder's training began with, if not from scratch. `keep_encoder` leaves the encoder as it is
    and writes the heads that were trained on it; the promptable head too, if it is a new one. `centred`: which of masks and
    presence have their thresholds where they should be already. `held_out`: by task, what classifiers are calibrated on.
    `heads`: which heads are written; the files of the others stay as they are, which only the encoder that is kept allows.
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
        exported = export_checked(system.sam.image_encoder, {"image": image}, ["embedding"], weights / "encoder.onnx", precision)
        embedding = exported["embedding"]
        encoder = model_json(
            weights / "encoder.onnx", f"sam-med2d-{size}", version, LICENCE, trained_on(train),
            initialised_from=initialised_from, preprocess=TRAINED_PREPROCESS,
        )  # fmt: skip
        write_json(weights / "model.json", encoder)
        drop_old_variants(weights)
    of_heads: Precision = "fp16-storage" if precision == "int8" else precision
    export = Export(system, train, val, version, of_heads, size, picture, image, embedding, encoder, held_out or {})
    if "promptable" in heads and (not keep_encoder or system.closer is not None):
        export_promptable(export, packages / "sam-med2d")
    if "automed" in heads:
        export_automed(export, packages / "automed")
    for held in val if "medcls" in heads else ():
        if held.spec.kind == "classification":
            export_medcls(export, held, packages / "medcls")


def check_encoder(system: System, image: Tensor, path: Path) -> Tensor:
    """The embedding of the encoder file that is kept; an error unless the system's own encoder answers the same."""
    if not path.is_file():
        raise ExportError(f"There is no {path.name} to keep; export the encoder too.")
    found = run_onnx(path, {"image": image})["embedding"]
    with torch.no_grad():
        own = system.encode(image)
    check_finite({"embedding": found}, f"{path.name}: outputs of the file that is kept are not finite (NaN or infinite)")
    check_finite({"embedding": own}, f"{path.name}: outputs of the encoder that the heads were trained on are not finite")
    if own.shape != found.shape or (own - found).abs().max() > TOLERANCE["fp16-storage"] * found.abs().max():
        raise ExportError(f"The heads were trained on another encoder than {path.name}; export the encoder too.")
    return found


def drop_old_variants(weights: Path) -> None:
    """Removes variants of an encoder that is there no more: nothing names them, and the package would ship them."""
    named = {one["url"].removeprefix("./") for one in json.loads((weights / "model.json").read_text()).get("variants", [])}
    for file in weights.glob("encoder.*.onnx"):
        if file.name not in named:
            file.unlink()


def check_int8(system: System, val: Sequence[LoadedSet]) -> None:
    """Throws GateError unless the encoder in int8 serves the heads as well as it does otherwise, on the held-out images."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = golden_input(draw_picture())
        before, after, automed = folder / "before.onnx", folder / "after.onnx", folder / "automed.onnx"
        encoder = system.sam.image_encoder
        embedding = export_checked(encoder, {"image": image}, ["embedding"], before, "fp16-storage")["embedding"]
        export_checked(encoder, {"image": image}, ["embedding"], after, "int8")
        feeds = {"embedding": embedding, "image": image}
        export_onnx(AutoMedFile(system.automed), list(feeds.values()), list(feeds), ["masks", "iou", "presence"], automed)
        medcls = {task: folder / f"{task}.onnx" for task in system.medcls}
        for task, path in medcls.items():
            export_onnx(system.medcls[task], [embedding], ["embedding"], MEDCLS_OUTPUTS, path)
        heads = HeadFiles(automed, system.automed.config.targets, medcls)
        check_changes(measure_changes(before, after, heads, val))


def golden_input(picture: Any) -> Tensor:
    """The picture as the encoder takes it, resized in float as core does: float32 [1, 3, 256, 256]."""
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    pixels = torch.nn.functional.interpolate(pixels, size=(256, 256), mode="bilinear", antialias=True)
    return normalise(pixels)


def feeds_in_order(export: Export) -> dict[str, Tensor]:
    """The first stages of every golden record."""
    return {"image": export.image, "embedding": export.embedding}


def export_promptable(export: Export, package: Path) -> None:
    file = package / "weights" / "decoder.onnx"
    feeds = {"embedding": export.embedding, **prompt_example(export.embedding.shape[-1])}
    closer = export.system.closer
    if closer is not None:
        feeds["image"] = export.image
    decoder = PromptableDecoder(export.system.sam, closer)
    answers = export_checked(decoder, feeds, ["masks", "iou"], file, export.precision, FREE_POINTS)
    own = trained_on([s for s in export.train if s.spec.kind == "segmentation"])
    name = f"sam-med2d-{export.size}-promptable"
    labels = ["object"]
    write_json(file.with_name("decoder.json"), model_json(file, name, export.version, LICENCE, own, labels, export.encoder))
    # As the head decodes it: the first mask, at the size of the encoder's input; a prompt says that something is there.
    size = (export.image.shape[-2], export.image.shape[-1])
    first = torch.nn.functional.interpolate(answers["masks"][:, :1], size=size, mode="bilinear", align_corners=False)
    answer = mask_answer(first, torch.ones(1, 1), answers["iou"][:, :1].clamp(0, 1), labels)
    write_golden(package / "golden", export.picture, {**feeds_in_order(export), **answers}, labels, answer)


def export_automed(export: Export, package: Path) -> None:
    system = export.system
    targets = system.automed.config.targets
    file = package / "weights" / "automed.onnx"
    outputs = ["masks", "iou", "presence"]
    feeds = {"embedding": export.embedding, "image": export.image}
    answers = export_checked(AutoMedFile(system.automed), feeds, outputs, file, export.precision)
    thresholds = dict.fromkeys(targets, EVEN)
    content = model_json(
        file, f"sam-automed-{export.size}", export.version, LICENCE, trained_on(export.train), targets, export.encoder,
        # Its finest features began as the encoder's.
        initialised_from=[InitialWeights(**weights) for weights in export.encoder.get("initialisedFrom", [])],
        presenceThresholds=thresholds,
    )  # fmt: skip
    write_json(package / "weights" / "model.json", content)
    answer = mask_answer(answers["masks"], answers["presence"], answers["iou"], targets)
    write_golden(package / "golden", export.picture, {**feeds_in_order(export), **answers}, targets, answer)


def export_medcls(export: Export, held: LoadedSet, package: Path) -> None:
    task = held.spec.subject
    model = export.system.medcls[task]
    file = package / "weights" / task / "medcls.onnx"
    answers = export_checked(model, {"embedding": export.embedding}, MEDCLS_OUTPUTS, file, export.precision)
    assert held.labels is not None
    more = export.held_out.get(task)
    if more is not None:
        logits = more.logits
    else:
        with torch.no_grad():
            logits = model(embed(export.system, held)[0])[0].float()
    own = [s for s in export.train if s.spec.subject == task]
    content = model_json(
        file, f"sam-medcls-{export.size}-{task}", export.version, LICENCE, trained_on(own), held.spec.classes, export.encoder,
        calibration=calibration_of(logits, held.labels, held.spec.classes, held.spec.name, more),
    )  # fmt: skip
    write_json(package / "weights" / task / "model.json", content)
    answer = class_answer(answers["logits"], held.spec.classes, content["calibration"]["temperature"])
    write_golden(package / "golden" / task, export.picture, {**feeds_in_order(export), **answers}, held.spec.classes, answer)
