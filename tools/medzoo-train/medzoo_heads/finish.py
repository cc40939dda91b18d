"""Writes the files of a trained head, each only when all is known."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import Json, Singles
from .domain.pooling import pool
from .domain.score import HeadDomain, golden_domains, say_few
from .export.check import check_head
from .export.golden import write_golden
from .export.graph import open_session, run_model
from .export.model_json import NOT_STATED, model_json, write_json
from .export.staged import staged
from .export.variants import say_dropped
from .prepare import Opened
from .settings import Settings
from .training import Clock, say

Tensors = Mapping[str, Sequence[Any]]
MODEL = "head.onnx"


@dataclass(frozen=True)
class Trained:
    model: Any
    inputs: Tensors
    outputs: Tensors
    labels: Sequence[str]
    #: Further keys of model.json.
    extra: Json
    domains: Sequence[HeadDomain]
    metrics: Sequence[Json]
    #: What outputs of the golden picture mean.
    answer: Callable[[Mapping[str, Singles]], Json]
    #: Images that were learnt from.
    n: int
    #: For training.json.
    report: Json


def write_head(trained: Trained, opened: Opened, settings: Settings, clock: Clock) -> None:
    """head.onnx, golden.json and golden.png, training.json and model.json: all of them, or none."""
    out, about = settings.out, opened.embeddings.about
    content = trained.model.SerializeToString(deterministic=True)
    check_head(content, trained.labels)
    versions = {name: version(name) for name in ("jax", "numpy", "onnx", "onnxruntime", "optax", "scipy")}
    notes = {
        "seed": settings.seed,
        "minutes": settings.minutes,
        "seconds": round(clock.seconds, 1),
        "processorSeconds": round(time.process_time(), 1),
        "rows": about.rows,
        **trained.report,
        "python": platform.python_version(),
        "versions": versions,
    }
    with staged(out) as folder:
        file = folder / MODEL
        file.write_bytes(content)
        domains = [domain.to_json() for domain in trained.domains]
        described = model_json(
            file, trained.inputs, trained.outputs, about.encoder, trained.labels, settings.about, opened.before,
            trained.n, trained.extra, domains, trained.metrics, about.seen,
        )  # fmt: skip
        write_golden_of(trained, opened, folder, content)
        write_json(folder / "training.json", notes)
        write_json(folder / "model.json", described)
    if opened.golden is None:
        forget_golden(out)
    if dropped := say_dropped(opened.before, described):
        say(dropped)
    for sentence in say_few(trained.domains):
        say(sentence)
    if described["trainedOn"][0]["licence"] == NOT_STATED:
        say('The licence of the data is not stated, and `medzoo check-head` asks for it: --data-licence "CC BY 4.0".')
    golden = "" if opened.golden is None else ", golden.json, golden.png"
    say(f"Written to {out}: {MODEL} ({len(content) / 1e6:.2f} MB), model.json, training.json{golden}.")


def write_golden_of(trained: Trained, opened: Opened, folder: Path, content: bytes) -> None:
    if opened.golden is None:
        return
    given = {"embedding": opened.golden.embedding, "image": opened.golden.image}
    outputs = run_model(open_session(content), {name: given[name] for name in trained.inputs})
    domains: list[Json] = []
    if opened.background is not None:
        # As a zoo computes it, of the embedding in float32.
        pooled = pool(np.asarray(opened.golden.embedding))[0]
        domains = golden_domains(opened.background, trained.domains, pooled)
    stages = {"image": given["image"], "embedding": given["embedding"], **outputs}
    write_golden(folder, opened.golden.picture, stages, trained.labels, trained.answer(outputs), domains)


def forget_golden(out: Path) -> None:
    for name in ("golden.json", "golden.png"):
        # One of other weights would fail the head's tests.
        (out / name).unlink(missing_ok=True)
    say(
        "No golden record is written: the embeddings have no golden.safetensors. Embed with a newer `medzoo embed`, or "
        "give --encoder."
    )
