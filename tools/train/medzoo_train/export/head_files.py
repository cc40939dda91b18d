"""The files of each head that stands on one encoder: weights, model.json, golden records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..data.sets import SetSpec
from ..models.pixels import normalise
from ..models.system import System
from ..training.batches import LoadedSet
from ..training.validate import embed
from .calibrate import HeldOut, calibration_of
from .checked_file import export_checked
from .golden import class_answer, mask_answer, write_golden
from .graph.onnx_file import Precision
from .model_json import InitialWeights, model_json, write_json
from .presence import EVEN
from .wrappers import MEDCLS_OUTPUTS, AutoMedFile, PromptableDecoder

LICENCE = "Apache-2.0 (weights); see trainedOn for the licences of the data. Not for diagnosis."
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


@dataclass(frozen=True)
class TrainedOn:
    """A data set and how many of its images were learnt from."""

    spec: SetSpec
    n: int


def trained_on(sets: Sequence[TrainedOn]) -> list[dict[str, Any]]:
    return [
        {
            "dataset": s.spec.name,
            "licence": s.spec.licence,
            "n": s.n,
            "source": s.spec.source,
            "grouping": s.spec.grouping,
        }
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
    write_json(
        file.with_name("decoder.json"), model_json(file, name, export.version, LICENCE, own, labels, export.encoder)
    )
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
        file, f"sam-medcls-{export.size}-{task}", export.version, LICENCE, trained_on(own),
        held.spec.classes, export.encoder,
        calibration=calibration_of(logits, held.labels, held.spec.classes, held.spec.name, more),
    )  # fmt: skip
    write_json(package / "weights" / task / "model.json", content)
    answer = class_answer(answers["logits"], held.spec.classes, content["calibration"]["temperature"])
    write_golden(
        package / "golden" / task, export.picture, {**feeds_in_order(export), **answers}, held.spec.classes, answer
    )
