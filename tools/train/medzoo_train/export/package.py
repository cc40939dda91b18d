"""Exports a trained system into the npm packages: files, model.json, golden records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data.sets import SetSpec
from ..models.pixels import normalise
from ..models.system import System
from ..training.batches import LoadedSet
from ..training.validate import automed_logits, embed
from .calibrate import calibration_of, presence_threshold
from .golden import golden_picture, write_golden
from .model_json import TRAINED_PREPROCESS, InitialWeights, model_json, write_json
from .onnx_file import Precision, export_onnx, round_to_half, run_onnx
from .wrappers import AutoMedFile, PromptableDecoder

LICENCE = "Apache-2.0 (weights); see trainedOn for the licences of the data. Not for diagnosis."
#: Largest difference allowed between PyTorch and the exported file, relative to the output's largest value.
TOLERANCE = 2e-4


class ExportError(RuntimeError):
    """The exported file does not answer as the model does."""


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
    """Exports, runs the file, and returns PyTorch's outputs; an error if the two differ."""
    export_onnx(module, list(feeds.values()), list(feeds), outputs, path, precision, free)
    with torch.no_grad():
        result = module(*feeds.values())
    expected = dict(zip(outputs, (result,) if isinstance(result, Tensor) else result, strict=True))
    for name, found in run_onnx(path, feeds).items():
        difference = (found - expected[name]).abs().max().item()
        allowed = TOLERANCE * max(1.0, expected[name].abs().max().item())
        if difference > allowed:
            raise ExportError(f"{path.name}: {name} differs from PyTorch by {difference:.2e}, allowed {allowed:.2e}.")
    return expected


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


def export_packages(
    system: System,
    train: Sequence[TrainedOn],
    val: Sequence[LoadedSet],
    packages: Path,
    version: str,
    precision: Precision = "fp16-storage",
    initialised_from: Sequence[InitialWeights] = (),
) -> None:
    """Writes weights/ and golden/ of sam-med2d, automed and medcls below `packages`.

    `initialised_from`: what the encoder's training began with, if not from scratch.
    """
    system.eval()
    if precision == "fp16-storage":
        round_to_half(system)
    picture = golden_picture()
    image = golden_input(picture)
    weights = packages / "sam-med2d" / "weights"
    segmentation = [s for s in train if s.spec.kind == "segmentation"]
    encoder = export_checked(system.sam.image_encoder, {"image": image}, ["embedding"], weights / "encoder.onnx", precision)
    embedding = encoder["embedding"]
    feeds = {"embedding": embedding, **prompt_example(embedding.shape[-1])}
    free = {"point_coords": {1: "points"}, "point_labels": {1: "points"}}
    prompted = export_checked(PromptableDecoder(system.sam), feeds, ["masks", "iou"], weights / "decoder.onnx", precision, free)
    promptable = model_json(
        weights / "decoder.onnx", "sam-med2d-tiny-promptable", version, LICENCE, trained_on(segmentation), ["object"]
    )
    encoder_json = model_json(
        weights / "encoder.onnx", "sam-med2d-tiny", version, LICENCE, trained_on(train),
        initialised_from=initialised_from, preprocess=TRAINED_PREPROCESS,
    )  # fmt: skip
    write_json(weights / "model.json", encoder_json)
    write_json(weights / "decoder.json", promptable)
    write_golden(
        packages / "sam-med2d" / "golden",
        picture,
        {"image": image, "embedding": embedding, "masks": prompted["masks"], "iou": prompted["iou"]},
    )
    export_automed(system, image, embedding, picture, train, val, packages / "automed", version, precision)
    for held in val:
        if held.spec.kind == "classification":
            export_medcls(system, held, image, embedding, picture, train, packages / "medcls", version, precision)


def golden_input(picture: Any) -> Tensor:
    """The picture as the encoder takes it, resized in float as core does: float32 [1, 3, 256, 256]."""
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    pixels = torch.nn.functional.interpolate(pixels, size=(256, 256), mode="bilinear", antialias=True)
    return normalise(pixels)


def export_automed(
    system: System,
    image: Tensor,
    embedding: Tensor,
    picture: Any,
    train: Sequence[TrainedOn],
    val: Sequence[LoadedSet],
    package: Path,
    version: str,
    precision: Precision,
) -> None:
    targets = system.automed.config.targets
    file = package / "weights" / "automed.onnx"
    outputs = ["masks", "iou", "presence"]
    feeds = {"embedding": embedding, "image": image}
    answers = export_checked(AutoMedFile(system.automed), feeds, outputs, file, precision)
    presence, shown = [], []
    for held in val:
        e, x = embed(system, held)
        presence.append(torch.sigmoid(automed_logits(system, e, x)[2]))
        held_masks = held.masks.float().amax((1, 2)) > 0 if held.masks is not None else None
        shows = torch.zeros(len(held), len(targets), dtype=torch.bool)
        for k, target in enumerate(targets):
            if held.spec.subject == target and held_masks is not None:
                shows[:, k] = held_masks
            shows[:, k] |= target in held.spec.shows
        shown.append(shows)
    found, truth = torch.cat(presence), torch.cat(shown)
    thresholds = {t: round(presence_threshold(found[:, k], truth[:, k]), 4) for k, t in enumerate(targets)}
    content = model_json(file, "sam-automed-tiny", version, LICENCE, trained_on(train), targets, presenceThresholds=thresholds)
    write_json(package / "weights" / "model.json", content)
    write_golden(package / "golden", picture, {"image": image, "embedding": embedding, **answers})


def export_medcls(
    system: System,
    held: LoadedSet,
    image: Tensor,
    embedding: Tensor,
    picture: Any,
    train: Sequence[TrainedOn],
    package: Path,
    version: str,
    precision: Precision,
) -> None:
    task = held.spec.subject
    model = system.medcls[task]
    file = package / "weights" / task / "medcls.onnx"
    answers = export_checked(model, {"embedding": embedding}, ["logits", "attention"], file, precision)
    assert held.labels is not None
    with torch.no_grad():
        logits = model(embed(system, held)[0])[0].float()
    own = [s for s in train if s.spec.subject == task]
    content = model_json(
        file, f"sam-medcls-tiny-{task}", version, LICENCE, trained_on(own), held.spec.classes,
        calibration={**calibration_of(logits, held.labels, held.spec.classes), "dataset": held.spec.name, "split": "val"},
    )  # fmt: skip
    write_json(package / "weights" / task / "model.json", content)
    write_golden(package / "golden" / task, picture, {"image": image, "embedding": embedding, **answers})
