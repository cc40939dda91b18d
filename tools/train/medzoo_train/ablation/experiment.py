"""Runs the arms: pools and models are made once and kept in the work folder, so that a run cut short goes on where it
stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..data.sets import SETS, SetSpec
from ..models.automed.automed import AutoMed
from ..models.system import System, system_of
from ..models.unet import parameters_of
from ..training.batches import Batches, load_set
from ..training.validate import Floats, embed
from .arms import ARMS, PIXEL_FACTOR, PIXEL_READERS, Arm, Promptable
from .classify import CLASSIFIERS, Classifier, ClassPool, classifier_loss, right_answers
from .fit import fit, remembered
from .pool import SegmentationPool, Store, classification_chunks, kept, segmentation_chunks
from .score import HeldOut, automed_dice, hold_out, prompted_dice, unet_dice, without_embedding

#: Of the pools; the seeds of a run are those of the arms.
POOL_SEED = 11


@dataclass(frozen=True)
class Budget:
    """What each trained arm gets. Images seen are steps times batch; they are drawn from a pool of augmented ones."""

    steps: int
    batch: int
    #: Augmented segmentation images in the pool.
    pool: int
    class_steps: int
    class_batch: int
    #: Copies of each classification image in the pool, the first as it is.
    copies: int


@dataclass(frozen=True)
class Scores:
    """One row of a set: a score for each image, for each seed where the row was trained here."""

    row: str
    seeds: list[int]
    each: list[Floats]
    parameters: int


def load_system(path: Path) -> System:
    """The system of a training run's weights.pth, standing still."""
    saved = torch.load(path, weights_only=True)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks)
    return system.eval().requires_grad_(False)


def digest_of(module: nn.Module) -> str:
    """SHA-256 of a module's tensors: heads that are trained anew on the same encoder leave pools and arms as
    they are.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()


class Experiment:
    def __init__(self, weights: Path, data: Path, work: Path, budget: Budget, seeds: Sequence[int]) -> None:
        self.system = load_system(weights)
        self.encoder = digest_of(self.system.sam.image_encoder)
        self.digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        self.data, self.work, self.budget, self.seeds = data, work, budget, list(seeds)
        self.targets = list(self.system.automed.config.targets)

    def settings(self, *names: str) -> dict[str, Any]:
        """What a thing in the work folder was made with."""
        budget = asdict(self.budget)
        return {"encoder": self.encoder, "pool_seed": POOL_SEED} | {name: budget[name] for name in names}

    def segmentation_store(self) -> Store:
        folder, settings = self.work / "pool" / "segmentation", self.settings("pool")
        if folder.is_dir():
            return kept(folder, settings, 0, iter(()), "")
        sets = [load_set(spec, self.data, "train") for spec in SETS if spec.kind == "segmentation"]
        batches = Batches(sets, [], self.targets, 5 * len(sets), 0, POOL_SEED)
        return kept(
            folder, settings, self.budget.pool, segmentation_chunks(self.system, batches), "segmentation images"
        )

    def class_store(self, spec: SetSpec) -> Store:
        folder, settings = self.work / "pool" / spec.subject, self.settings("copies")
        if folder.is_dir():
            return kept(folder, settings, 0, iter(()), "")
        data = load_set(spec, self.data, "train")
        rows = self.budget.copies * len(data)
        chunks = classification_chunks(self.system, data, POOL_SEED)
        return kept(folder, settings, rows, chunks, f"{spec.subject} images")

    def trained(self, arm: Arm, seed: int) -> nn.Module:
        torch.manual_seed(seed)
        settings = self.settings("steps", "batch", "pool") | {"seed": seed, "rate": arm.rate}

        def train(model: nn.Module) -> nn.Module:
            pool = SegmentationPool(self.segmentation_store(), seed)
            return fit(
                model,
                lambda m: arm.loss(m, pool.draw(self.budget.batch)),
                self.budget.steps,
                arm.rate,
                title=f"{arm.name}, seed {seed}",
                fast=PIXEL_READERS,
                factor=PIXEL_FACTOR,
            )

        return remembered(self.work / "models" / f"{arm.name}-{seed}.pth", settings, arm.make(self.system), train)

    def train(self) -> None:
        """Trains what is not there yet, seed by seed, so that a run cut short has whole seeds; reads nothing that is
        held out.
        """
        for seed in self.seeds:
            for arm in ARMS.values():
                self.trained(arm, seed)
            for spec in SETS:
                if spec.kind == "classification":
                    for classifier in CLASSIFIERS.values():
                        self.classifier(spec, classifier, seed)

    def held_out(self, split: str) -> list[HeldOut]:
        specs = [spec for spec in SETS if spec.kind == "segmentation"]
        return [hold_out(self.system, load_set(s, self.data, split), self.targets.index(s.subject)) for s in specs]

    def segmentation(self, split: str) -> list[tuple[HeldOut, list[Scores]]]:
        """Every row of every set that has masks."""
        models = {name: [self.trained(arm, seed) for seed in self.seeds] for name, arm in ARMS.items()}
        return [(held, self.shipped_rows(held) + self.trained_rows(held, models)) for held in self.held_out(split)]

    def shipped_rows(self, held: HeldOut) -> list[Scores]:
        """AutoMed with and without the embedding; files.py asks the promptable head that ships."""
        automed = self.system.automed
        size = parameters_of(automed)
        without = without_embedding(automed, held).items()
        return [
            Scores("automed", [], [automed_dice(automed, held)], size),
            *(Scores(f"automed-{how}", [], [dice], size) for how, dice in without),
        ]

    def trained_rows(self, held: HeldOut, models: dict[str, list[nn.Module]]) -> list[Scores]:
        rows: list[Scores] = []
        for name, arm in ARMS.items():
            size = parameters_of(models[name][0])
            if arm.kind == "promptable":
                answers = [prompted_dice(model, held) for model in models[name] if isinstance(model, Promptable)]
                rows += [Scores(f"trained-{way}", self.seeds, [a[way] for a in answers], size) for way in answers[0]]
                continue
            each = [automed_dice(m, held) if isinstance(m, AutoMed) else unet_dice(m, held) for m in models[name]]
            rows.append(Scores(f"trained-{name}", self.seeds, each, size))
        return rows

    def classifier(self, spec: SetSpec, arm: Classifier, seed: int) -> nn.Module:
        torch.manual_seed(seed)
        settings = self.settings("class_steps", "class_batch", "copies") | {"seed": seed, "rate": arm.rate}

        def train(model: nn.Module) -> nn.Module:
            loss = classifier_loss(ClassPool(self.class_store(spec), seed), self.budget.class_batch, arm.reads)
            return fit(model, loss, self.budget.class_steps, arm.rate, title=f"{spec.subject}: {arm.name}, seed {seed}")

        model = arm.make(self.system.sam.image_encoder.config.out_chans, len(spec.classes))
        return remembered(self.work / "models" / f"{spec.subject}-{arm.name}-{seed}.pth", settings, model, train)

    def classification(self, spec: SetSpec, split: str) -> tuple[list[str], list[Scores]]:
        """The groups of one set's held-out images, and its rows."""
        models = {name: [self.classifier(spec, arm, seed) for seed in self.seeds] for name, arm in CLASSIFIERS.items()}
        data = load_set(spec, self.data, split)
        seen = {"pixels": data.images, "embedding": embed(self.system, data)[0]}
        shipped = self.system.medcls[spec.subject]
        rows = [Scores("medcls", [], [right_answers(shipped, data, seen["embedding"])], parameters_of(shipped))]
        for name, arm in CLASSIFIERS.items():
            each = [right_answers(model, data, seen[arm.reads]) for model in models[name]]
            rows.append(Scores(f"trained-{name}", self.seeds, each, parameters_of(models[name][0])))
        return data.groups, rows
