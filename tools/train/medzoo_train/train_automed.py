"""`python -m medzoo_train.train_automed --weights W --data DIR --out DIR`: SAM-AutoMed further, on an encoder that
stands still.

The encoder keeps its digest, so every other head that reads it stays as it is. Processes of one thread each share a
batch (gloo): on a CPU that is faster than threads. Stops and resumes: call it again with the same --out.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as distributed
from torch import Tensor, nn
from torch.multiprocessing.spawn import spawn
from tqdm import tqdm

from .data.harden import Hardening
from .data.nothing import load_negatives, made_pictures, negative_folders
from .data.sets import SETS
from .models.system import System, system_of
from .training.automed_losses import Learning, groups_of, let_masks_learn_alone, losses_of
from .training.batches import STORED, Batches, load_set
from .training.joint import Ema, Recipe
from .training.replay import Replay
from .training.validate import validate

#: Harder sets come more often.
SHARES = {"kvasir_seg": 1.2, "fuseg_wound": 1.4, "dsb2018_nuclei": 1.4}
#: Pictures of nothing that are made for the negatives.
MADE = 300


@dataclass(frozen=True)
class Settings:
    weights: Path
    data: Path
    out: Path
    steps: int
    batch: int
    rate: float
    keep_prompts: float
    keep_laterals: float
    processes: int
    minutes: float
    seed: int
    validate_every: int
    uses: int
    trunk_frozen: int
    negatives: Path | None
    hard: bool
    damage: float
    masks_alone: bool


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, part in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.reshape(gradient.shape))


def work(rank: int, settings: Settings) -> None:
    distributed.init_process_group("gloo", rank=rank, world_size=settings.processes)
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed * 100 + rank)
    saved = torch.load(settings.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks).to(memory_format=torch.channels_last).eval()
    automed = system.automed
    automed.auto_prompt.trunk.freeze(settings.trunk_frozen)
    if settings.masks_alone:
        let_masks_learn_alone(automed)
    segmentation = [load_set(spec, settings.data, "train") for spec in SETS if spec.kind == "segmentation"]
    others = [load_set(spec, settings.data, "train") for spec in SETS if spec.kind == "classification"]
    held = [load_set(spec, settings.data, "val") for spec in SETS if spec.kind == "segmentation"] if rank == 0 else []
    share = settings.batch // settings.processes
    negatives = 0 if settings.masks_alone else max(1, share // 6)
    nothing = nothing_to_see(settings) if settings.negatives else None
    blanks = max(1, share // 12) if settings.negatives else 0
    targets = automed.config.targets
    seed = settings.seed * 100 + rank
    batches = Batches(
        segmentation, others, targets, share - negatives - blanks, negatives, seed, weights=SHARES,
        hardening=Hardening(damage=settings.damage) if settings.hard else None,
        nothing=nothing, nothing_per_batch=blanks,
    )  # fmt: skip
    optimiser = torch.optim.AdamW(groups_of(automed), lr=settings.rate, betas=(0.9, 0.98))
    ema = Ema(automed, 0.998)
    learning = Learning(settings.keep_prompts, settings.keep_laterals, settings.masks_alone)
    checkpoint = settings.out / "automed.pth"
    first, spent = 0, 0.0
    if checkpoint.is_file():
        last = torch.load(checkpoint, weights_only=False)
        automed.load_state_dict(last["automed"])
        optimiser.load_state_dict(last["optimiser"])
        ema.state, ema.step, first, spent = last["ema"], last["step"], last["step"], last["minutes"]
        batches.restore({**batches.state(), "torch": torch.Generator().manual_seed(seed + first).get_state()})
    replay = Replay(system, batches, settings.uses, 60, seed + first)
    began = time.monotonic()
    progress = tqdm(range(first, settings.steps), initial=first, total=settings.steps, mininterval=15, disable=rank > 0)
    shown = 0.0
    for step in progress:
        # By time where minutes are given: a machine that is shared is not as fast as it was.
        minutes = spent + (time.monotonic() - began) / 60
        done = torch.tensor(minutes / settings.minutes if settings.minutes else step / settings.steps)
        distributed.broadcast(done, 0)
        if done >= 1:
            break
        factor = min(1.0, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done.item())))
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * group["factor"] * factor
        loss = losses_of(automed, replay.draw(), learning)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        average_gradients(automed.parameters())
        # The average is the same in every process, so all of them skip the same step.
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(automed.parameters(), 1.0)):
            optimiser.step()
            ema.update(automed)
        shown = loss.item() if step == first else 0.98 * shown + 0.02 * loss.item()
        progress.set_postfix(loss=f"{shown:.3f}", refresh=False)
        if rank == 0 and (step + 1) % settings.validate_every == 0:
            state = {"automed": automed.state_dict(), "optimiser": optimiser.state_dict(), "ema": ema.state}
            save({**state, "step": step + 1, "minutes": minutes}, checkpoint)
            report(system, ema, held, settings, step + 1, shown, limit=40)
    if rank == 0:
        report(system, ema, held, settings, step + 1, shown, limit=None)
        automed.load_state_dict(ema.state)
        centred = ["presence"] if settings.masks_alone else []
        save(
            {**saved, "centred": centred, "ema": {k: v.clone() for k, v in system.state_dict().items()}},
            settings.out / "weights.pth",
        )
    distributed.barrier()


def nothing_to_see(settings: Settings) -> Tensor:
    """Pictures without a target, uint8 [N, 3, 256, 256]: the half of the negatives that may be trained on, and made
    ones.
    """
    assert settings.negatives is not None
    found = load_negatives(settings.negatives, negative_folders(settings.negatives), training=True, size=STORED)
    made = made_pictures(MADE, STORED, np.random.default_rng(settings.seed))
    # Photographs and endoscopy are few and harder than what is made: each comes several times as often.
    return torch.cat([found] * max(1, 2 * MADE // len(found)) + [made])


def save(content: dict[str, Any], path: Path) -> None:
    torch.save(content, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def report(
    system: System, ema: Ema, held: list[Any], settings: Settings, step: int, loss: float, limit: int | None
) -> None:
    """Validates the moving average, and puts the weights that are trained back in their place."""
    own = {k: v.clone() for k, v in system.automed.state_dict().items()}
    system.automed.load_state_dict(ema.state)
    reports = validate(system, held, system.automed.config.targets, limit, probes=limit is None)
    system.automed.load_state_dict(own)
    with (settings.out / "log.jsonl").open("a") as log:
        log.write(json.dumps({"step": step, "loss": round(loss, 4), "val": reports}) + "\n")


def free_port() -> int:
    """A port that nobody has: two trainings may run on one machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="weights.pth of train or read_packages")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=0, help="ends by time, the schedule with it; 0 goes by steps")
    parser.add_argument("--batch", type=int, default=48, help="images a step, all processes together")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--keep-prompts", type=float, default=0.75)
    parser.add_argument("--keep-laterals", type=float, default=0.9)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--uses", type=int, default=3, help="how often an encoded batch is used")
    parser.add_argument(
        "--trunk-frozen", type=int, default=Recipe.trunk_frozen, help="blocks of its early trunk that stand still"
    )
    parser.add_argument(
        "--negatives", type=Path, help="folder with none_* sets; half of them are trained on as pictures of nothing"
    )
    parser.add_argument(
        "--hard", action="store_true", help="damage, turn, letterbox and grey some images (data/harden.py)"
    )
    parser.add_argument(
        "--damage", type=float, default=Hardening.damage, help="with --hard: share of images that are damaged"
    )
    parser.add_argument(
        "--masks-alone", action="store_true", help="prompts, tokens and presence stay as they are; no --negatives"
    )
    parser.add_argument("--validate-every", type=int, default=250)
    parser.add_argument("--seed", type=int, default=7)
    settings = Settings(**vars(parser.parse_args()))
    if settings.masks_alone and settings.negatives:
        parser.error("--masks-alone learns nothing from pictures of nothing: leave out --negatives.")
    settings.out.mkdir(parents=True, exist_ok=True)
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    spawn(work, (settings,), nprocs=settings.processes)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
