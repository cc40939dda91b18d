"""`python -m medzoo_train.train_promptable --weights W --seen DIR --out DIR`: the promptable head, one object at a time.

The encoder stands still; pictures and embeddings are those that `medzoo_train.look` has kept. Learns from components of masks,
regions of unlabelled images and collages; answers to a box begin as the inscribed ellipse (models/refiner.py). Stops and resumes.
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
import torch.nn.functional as F
from torch import Tensor

from .data.sets import SETS
from .models.fold import fold_batch_norms
from .models.pixels import normalise
from .models.refiner import Closer, box_of_mask, cut, given_box
from .models.system import System, system_of
from .training.joint import Ema
from .training.losses import iou_of, mask_loss
from .training.pointed import Prompted, Prompts, disturb, find_things
from .training.seen import SIDE, Seen


def rough_masks(system: System, batch: Prompted) -> tuple[Tensor, Tensor]:
    """What the decoder says by itself: masks float32 [B, 4, 64, 64] and iou."""
    sam, count = system.sam, len(batch.embedding)
    sparse = sam.prompt_encoder.sparse(batch.coords * SIDE, batch.labels)
    dense = sam.prompt_encoder.dense(torch.zeros(count, 1, 64, 64), torch.zeros(count))
    return sam.mask_decoder(batch.embedding, sam.prompt_encoder.dense_pe(), sparse, dense)  # type: ignore[no-any-return]


def box_losses(system: System, batch: Prompted, image: Tensor) -> Tensor:
    """The decoder learns from points; its rough masks of boxes are taken as they are, or now and then taken away."""
    closer = system.closer
    assert closer is not None
    keep = (torch.rand(len(image), 1, 1, 1) > 0.2).float()
    with torch.no_grad():
        rough = rough_masks(system, batch)[0][:, 0]
    boxes, _ = given_box(batch.coords, batch.labels)
    logits, rois, quality = closer.refiner(image, batch.embedding * keep, rough, boxes, batch.coords, batch.labels)
    return region_loss(closer, logits, rois, quality, batch.truth)


def region_loss(closer: Closer, logits: Tensor, rois: Tensor, quality: Tensor, truth: Tensor) -> Tensor:
    own = cut(truth[:, None], rois, closer.refiner.config.side)[:, 0].clamp(0, 1)
    # A part outside the region is out of reach: the quality has to tell.
    inside = own.sum((1, 2)) * ((rois[:, 2] - rois[:, 0]) * (rois[:, 3] - rois[:, 1]))
    whole = truth.mean((1, 2)) * closer.refiner.config.side**2
    reached = iou_of(logits.detach(), own) * (inside / whole.clamp(min=1e-6)).clamp(max=1)
    return mask_loss(logits, own).mean() + 0.3 * F.mse_loss(quality, reached)


def point_losses(system: System, batch: Prompted, image: Tensor) -> Tensor:
    """Rough masks as SAM trains them (mask 0 always, of 1..3 the best), and a closer look at one of the two."""
    closer = system.closer
    assert closer is not None
    rough, iou = rough_masks(system, batch)
    small = F.avg_pool2d(batch.truth[:, None], 4)[:, 0]
    each = torch.stack([mask_loss(rough[:, k], small) for k in range(rough.shape[1])], dim=1)
    reached = torch.stack([iou_of(rough[:, k].detach(), small) for k in range(rough.shape[1])], dim=1)
    best = each[:, 1:].detach().argmin(1) + 1
    rows = torch.arange(len(image))
    loss = (each[:, 0] + 0.5 * each[rows, best]).mean() + 0.2 * (iou - reached).pow(2).mean()
    looked = rough[rows, torch.where(torch.rand(len(image)) < 0.7, torch.zeros_like(best), best)].detach()
    near = closer.refiner(image, batch.embedding, looked, box_of_mask(looked), batch.coords, batch.labels)
    return loss + region_loss(closer, near[0], near[1], near[2], batch.truth)


def groups_of(system: System) -> list[dict[str, Any]]:
    assert system.closer is not None
    blend = [system.closer.refiner.blend]
    new = [p for p in system.closer.parameters() if p.requires_grad and p is not blend[0]]
    old = [*system.sam.mask_decoder.parameters(), *system.sam.prompt_encoder.parameters()]
    return [
        {"params": new, "factor": 1.0, "weight_decay": 0.02},
        {"params": old, "factor": 0.25, "weight_decay": 0.0},
        {"params": blend, "factor": 5.0, "weight_decay": 0.0},
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--seen", type=Path, required=True, help="folder that medzoo_train.look has filled")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60, help="ends by time, the schedule with it")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--boxes", type=float, default=0.65, help="share of the steps with boxes; the others have points")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = with_closer(saved, tasks)
    closer = system.closer
    assert closer is not None
    seen = Seen(args.seen)
    things = find_things(seen, args.seed, args.out / "things.pth")
    counts = {kind: sum(thing.kind == kind for thing in things) for kind in sorted({thing.kind for thing in things})}
    print(f"{len(things)} objects: {counts}", flush=True)
    prompts = Prompts(seen, things, args.seed, args.boxes)
    optimiser = torch.optim.AdamW(groups_of(system), lr=args.rate, betas=(0.9, 0.98))
    learning = torch.nn.ModuleDict({"closer": closer, "decoder": system.sam.mask_decoder, "prompts": system.sam.prompt_encoder})
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
            line = {"step": step, "minutes": round(minutes, 1), **{name: round(value, 4) for name, value in shown.items()}}
            print(json.dumps(line), flush=True)
    save(learning, optimiser, ema, step, args.minutes, checkpoint)
    learning.load_state_dict(ema.state)
    if saved.get("folded"):
        fold_batch_norms(closer.eval())
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    torch.save({**saved, "closer": True, "ema": state}, args.out / "weights.pth")
    print(f"{step} steps; {args.out / 'weights.pth'}", flush=True)


def with_closer(saved: dict[str, Any], tasks: dict[str, int]) -> System:
    """The system of a weights file, with a refiner: its own, or a new one whose trunk is AutoMed's."""
    system = system_of(saved, tasks)
    if system.closer is None:
        bare = system_of({**saved, "closer": False}, tasks)
        fresh = System(tasks, bare.sam.image_encoder.config, closer=True).closer
        assert fresh is not None
        fresh.refiner.trunk.start_from(bare.automed.auto_prompt.trunk)
        system.closer = fresh
    return system


def save(learning: torch.nn.Module, optimiser: torch.optim.Optimizer, ema: Ema, step: int, minutes: float, path: Path) -> None:
    content = {"now": learning.state_dict(), "optimiser": optimiser.state_dict(), "ema": ema.state, "step": step}
    torch.save({**content, "minutes": minutes}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


if __name__ == "__main__":
    main()
