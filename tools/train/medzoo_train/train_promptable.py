"""`python -m medzoo_train.train_promptable --weights W --seen DIR --out DIR`: the promptable head, one object at a
time.

The encoder stands still; pictures and embeddings are those that `medzoo_train.look` has kept. Learns from components of
masks, regions of unlabelled images and collages; answers to a box begin as the inscribed ellipse
(models/promptable/refiner.py). With --finder, points are looked at in two windows first (models/promptable/closer.py).
Stops and resumes.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .data.sets import SETS
from .models.fold import fold_batch_norms
from .models.pixels import normalise
from .models.system import System, system_of
from .training.joint import Ema
from .training.pointed import Prompts, disturb, find_things
from .training.prompt_losses import box_losses, point_losses
from .training.seen import SeenFolders


def groups_of(system: System) -> list[dict[str, Any]]:
    """What learns, and how fast: what is new, what was trained before, and the few numbers of the blends."""
    closer = system.closer
    assert closer is not None
    parts = {closer.refiner: 1.0}
    if closer.finder is not None and closer.pointer is not None:
        parts = {closer.finder: 1.0, closer.pointer: 0.5, closer.refiner: 0.2}
    old = [*system.sam.mask_decoder.parameters(), *system.sam.prompt_encoder.parameters()]
    groups = [{"params": old, "factor": 0.25 if len(parts) == 1 else 0.4, "weight_decay": 0.0}]
    for part, factor in parts.items():
        params = [p for p in part.parameters() if p.requires_grad and p is not part.blend]
        groups.append({"params": params, "factor": factor, "weight_decay": 0.02})
        groups.append({"params": [part.blend], "factor": 5.0 * factor, "weight_decay": 0.0})
    return groups


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--seen", type=Path, nargs="+", required=True, help="folders that medzoo_train.look has filled")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60, help="ends by time, the schedule with it")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument(
        "--boxes", type=float, default=0.65, help="share of the steps with boxes; the others have points"
    )
    parser.add_argument(
        "--finder", action="store_true", help="look at points first: a part more, which begins as the closer look"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = with_closer(saved, tasks, args.finder)
    closer = system.closer
    assert closer is not None
    seen = SeenFolders(args.seen)
    things = find_things(seen, args.seed, args.out / "things.pth")
    counts = {kind: sum(thing.kind == kind for thing in things) for kind in sorted({thing.kind for thing in things})}
    print(f"{len(things)} objects: {counts}", flush=True)
    prompts = Prompts(seen, things, args.seed)
    optimiser = torch.optim.AdamW(groups_of(system), lr=args.rate, betas=(0.9, 0.98))
    learning = torch.nn.ModuleDict(
        {"closer": closer, "decoder": system.sam.mask_decoder, "prompts": system.sam.prompt_encoder}
    )
    ema = Ema(learning, 0.995)
    checkpoint = args.out / "promptable.pth"
    step, spent = 0, 0.0
    if checkpoint.is_file():
        last = torch.load(checkpoint, weights_only=False)
        learning.load_state_dict(last["now"])
        optimiser.load_state_dict(last["optimiser"])
        ema.state, ema.step, step, spent = last["ema"], last["step"], last["step"], last["minutes"]
        prompts.rng = np.random.default_rng(args.seed + step)
    generator = torch.Generator().manual_seed(args.seed + step)
    learning.train()
    began, shown = time.monotonic(), {"box": 0.0, "point": 0.0}
    while True:
        minutes = spent + (time.monotonic() - began) / 60
        done = minutes / args.minutes
        if done >= 1:
            break
        factor = min(1.0, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimiser.param_groups:
            group["lr"] = args.rate * group["factor"] * factor
        kind = "box" if prompts.rng.random() < args.boxes else "point"
        batch = prompts.draw(args.batch, kind)
        image = normalise(disturb(batch.image, generator))
        loss = box_losses(system, batch, image) if kind == "box" else point_losses(system, batch, image)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(learning.parameters(), 1.0)):
            optimiser.step()
            ema.update(learning)
        shown[kind] = loss.item() if shown[kind] == 0 else 0.97 * shown[kind] + 0.03 * loss.item()
        step += 1
        if step % args.save_every == 0:
            save(learning, optimiser, ema, step, minutes, checkpoint)
            line = {
                "step": step,
                "minutes": round(minutes, 1),
                **{name: round(value, 4) for name, value in shown.items()},
            }
            print(json.dumps(line), flush=True)
    save(learning, optimiser, ema, step, args.minutes, checkpoint)
    learning.load_state_dict(ema.state)
    if saved.get("folded"):
        fold_batch_norms(closer.eval())
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    parts = {"closer": True, "finder": closer.finder is not None}
    torch.save({**saved, **parts, "ema": state}, args.out / "weights.pth")
    print(f"{step} steps; {args.out / 'weights.pth'}", flush=True)


def with_closer(saved: dict[str, Any], tasks: dict[str, int], finds: bool) -> System:
    """The system of a weights file, with a refiner: its own, or a new one whose trunk is AutoMed's.

    `finds`: with a finder too, its own, or one that begins as the refiner.
    """
    system = system_of(saved, tasks)
    if system.closer is None:
        bare = system_of({**saved, "closer": False}, tasks)
        fresh = System(tasks, bare.sam.image_encoder.config, closer=True).closer
        assert fresh is not None
        fresh.refiner.trunk.start_from(bare.automed.auto_prompt.trunk)
        system.closer = fresh
    if finds and system.closer.finder is None:
        system.closer.add_finder()
    return system


def save(
    learning: torch.nn.Module, optimiser: torch.optim.Optimizer, ema: Ema, step: int, minutes: float, path: Path
) -> None:
    content = {"now": learning.state_dict(), "optimiser": optimiser.state_dict(), "ema": ema.state, "step": step}
    torch.save({**content, "minutes": minutes}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


if __name__ == "__main__":
    main()
