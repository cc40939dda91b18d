"""What the heads of the packages answer to held-out images, from an encoder's embeddings: files and thresholds as
shipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from medzoo_heads.classify.calibrate import plausible_sets
from medzoo_heads.domain.background import Background
from medzoo_heads.domain.pooling import pool
from medzoo_heads.domain.score import HeadDomain, head_domain_from_json, score
from medzoo_heads.measure.classes import calibration_error as error_of
from torch import Tensor

from ...domain.of_encoder import background_for, backgrounds_of
from ...models.pixels import normalise
from ...training.batches import LoadedSet
from ...training.validate import dice_scores
from ..graph.onnx_file import open_onnx
from .gate import box_prompt

Run = Callable[[Mapping[str, Tensor]], dict[str, Tensor]]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Classifier:
    run: Run
    labels: tuple[str, ...]
    temperature: float
    #: By label, in the order of the labels; None where its model.json has no conformal sets.
    quantiles: Floats | None
    error_rate: float
    domain: HeadDomain | None


@dataclass(frozen=True)
class Heads:
    """The heads that listen to one encoder; a head that is not there has nothing to say."""

    backgrounds: Sequence[Background]
    classifiers: Mapping[str, Classifier]
    automed: Run | None
    targets: tuple[str, ...]
    #: Logits, by target.
    presence_at: Floats
    domains: Mapping[str, HeadDomain]
    promptable: Run | None
    promptable_sees: bool


@dataclass(frozen=True)
class Answers:
    """What the heads said of N images of one set; None where no head has anything to say of it."""

    #: float64 [N, K], at the temperature that ships.
    probabilities: Floats | None = None
    #: Whether the true label is in the conformal set, [N].
    covered: Flags | None = None
    #: Dice of the set's target, [N].
    dice: Floats | None = None
    #: The same of the promptable head, given the box around the true mask.
    box_dice: Floats | None = None
    #: [N, T]
    present: Flags | None = None
    #: Whether its own head, or target, takes it for an image of its kind, [N].
    inside: Flags | None = None


def read_heads(packages: Path, threads: int = 1) -> Heads:
    """From `packages`/*/weights."""
    encoder = read_json(packages / "sam-med2d" / "weights" / "model.json")
    classifiers = {}
    for file in sorted((packages / "medcls" / "weights").glob("*/model.json")):
        content = read_json(file)
        classifiers[file.parent.name] = classifier_of(content, open_onnx(file.with_name("medcls.onnx"), threads))
    automed = packages / "automed" / "weights" / "automed.onnx"
    content = read_json(automed.with_name("model.json")) if automed.is_file() else {"labels": []}
    presence = [content["presenceThresholds"][label] for label in content["labels"]]
    domains = [head_domain_from_json(entry) for entry in content.get("domains", [])]
    decoder = packages / "sam-med2d" / "weights" / "decoder.onnx"
    inputs = read_json(decoder.with_suffix(".json"))["model"]["inputs"] if decoder.is_file() else []
    return Heads(
        backgrounds_of(encoder), classifiers,
        open_onnx(automed, threads) if automed.is_file() else None, tuple(content["labels"]), logit(np.array(presence)),
        {domain.labels[0]: domain for domain in domains},
        open_onnx(decoder, threads) if decoder.is_file() else None, any(one["name"] == "image" for one in inputs),
    )  # fmt: skip


def read_json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8")))


def logit(shares: Floats) -> Floats:
    found: Floats = np.log(shares) - np.log1p(-shares)
    return found


def classifier_of(content: dict[str, Any], run: Run) -> Classifier:
    calibration = content.get("calibration", {})
    conformal = calibration.get("conformal")
    domains = content.get("domains")
    return Classifier(
        run, tuple(content["labels"]), calibration.get("temperature", 1.0),
        np.array([conformal["quantiles"][label] for label in content["labels"]]) if conformal else None,
        conformal["errorRate"] if conformal else 0.0, head_domain_from_json(domains[0]) if domains else None,
    )  # fmt: skip


def answer(heads: Heads, data: LoadedSet, embeddings: Tensor) -> Answers:
    """What the heads say of all images of a set, whose embeddings are float32 [N, C, G, G]."""
    task = data.spec.subject
    present, dice, box_dice, logits = [], [], [], []
    classifier = heads.classifiers.get(task) if data.masks is None else None
    for i in range(len(data)):
        embedding, image = embeddings[i : i + 1], normalise(data.images[i : i + 1].float())
        if classifier:
            logits.append(classifier.run({"embedding": embedding})["logits"])
        if heads.automed:
            found = heads.automed({"embedding": embedding, "image": image})
            present.append(found["presence"][0].numpy() >= sigmoid(heads.presence_at))
            if data.masks is not None and task in heads.targets:
                k = heads.targets.index(task)
                dice.append(dice_scores(found["masks"][:, k], data.masks[i : i + 1])[0])
        if heads.promptable and data.masks is not None and (data.masks[i] > 127).any():
            prompt = box_prompt(data.masks[i], image.shape[-1]) | ({"image": image} if heads.promptable_sees else {})
            masks = heads.promptable({"embedding": embedding, **prompt})["masks"]
            box_dice.append(dice_scores(masks[:, :1].mean(1), data.masks[i : i + 1])[0])
    domain = classifier.domain if classifier else heads.domains.get(task)
    probabilities = softmax(torch.cat(logits) / classifier.temperature) if classifier else None
    return Answers(
        probabilities,
        covered_by(classifier, probabilities, data.labels) if classifier and probabilities is not None else None,
        np.array(dice) if dice else None, np.array(box_dice) if box_dice else None,
        np.stack(present) if present else None,
        inside_of(heads.backgrounds, domain, embeddings) if heads.backgrounds and domain else None,
    )  # fmt: skip


def sigmoid(logits: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-logits))
    return found


def softmax(logits: Tensor) -> Floats:
    found: Floats = torch.softmax(logits.double(), 1).numpy()
    return found


def inside_of(backgrounds: Sequence[Background], domain: HeadDomain, embeddings: Tensor) -> Flags:
    background = background_for(backgrounds, domain)
    found: Flags = score(background, domain.own, domain.covers, pool(embeddings.numpy()))[0] <= domain.threshold
    return found


def covered_by(classifier: Classifier, probabilities: Floats, labels: Tensor | None) -> Flags | None:
    """Whether the conformal set holds the true label."""
    if classifier.quantiles is None or labels is None:
        return None
    kept = plausible_sets(probabilities, classifier.quantiles, classifier.error_rate)
    found: Flags = kept[np.arange(len(labels)), labels.numpy()]
    return found


def calibration_error(probabilities: Floats, labels: Tensor) -> float:
    """Of the most probable label, as the SDK's reports have it."""
    right = (probabilities.argmax(1) == labels.numpy()).astype(np.float64)
    return float(error_of(probabilities.max(1), right)(np.ones((1, len(right))))[0])
