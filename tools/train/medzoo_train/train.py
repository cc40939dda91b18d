"""`python -m medzoo_train.train --data DIR --out DIR`: trains the encoder and all heads together; resumes where it
stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import get_args

import torch
from tqdm import tqdm

from .data.sets import SETS
from .models.checkpoints.checkpoint import check_names
from .models.checkpoints.from_sam import Freeze, SamStart, freeze_encoder, load_start, sam_start
from .models.checkpoints.read_checkpoint import CheckpointError, read_checkpoint
from .models.config import SAM_MED2D_TINY, TINY_DECODER, AutoMedConfig, EncoderConfig
from .models.encoder.mobile_trunk import MobileTrunk, Trunk, load_imagenet
from .models.system import System
from .training.batches import Batches, LoadedSet, load_set
from .training.joint import CoarseMasks, Ema, Recipe, parameter_groups, step_losses
from .training.validate import validate


def tasks_of(sets: list[LoadedSet]) -> dict[str, int]:
    return {s.spec.subject: len(s.spec.classes) for s in sets if s.spec.kind == "classification"}


def start_from(checkpoint: Path) -> SamStart:
    try:
        state = read_checkpoint(checkpoint)
        check_names(state, checkpoint.name)
        return sam_start(state)
    except CheckpointError as error:
        raise SystemExit(str(error)) from error


def save(path: Path, content: Mapping[str, object]) -> None:
    """Writes beside the file and renames, so that a killed run leaves a whole checkpoint."""
    partial = path.with_suffix(".partial")
    torch.save(dict(content), partial)
    os.replace(partial, path)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the log")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--start", type=Path, help="checkpoint whose weights to start from")
    parser.add_argument("--trunk", type=Path, help="EfficientNet-Lite0 checkpoint, for AutoMed and a `mobile` stem")
    parser.add_argument(
        "--sam", type=Path, help="SAM-Med2D or SAM checkpoint (.pth) whose encoder and decoder to start from"
    )
    parser.add_argument(
        "--freeze", choices=get_args(Freeze), default="adapters", help="all of the encoder, or all but adapters"
    )
    parser.add_argument("--device", type=torch.device, help="cpu or cuda; a GPU if there is one")
    parser.add_argument("--prompts", type=Path, help="file of medzoo_train.pretrain_prompts, laid over --start")
    parser.add_argument("--recipe", type=json.loads, default={}, help="JSON object that overrides fields of the recipe")
    parser.add_argument(
        "--encoder",
        type=json.loads,
        default={},
        help="JSON object that overrides sizes of the encoder (sam-med2d-tiny)",
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--stop-after", type=int, help="end after this step as if cut off; the next call resumes")
    parser.add_argument("--validate-every", type=int, default=300)
    parser.add_argument("--validate-limit", type=int, default=60, help="segmentation images per set while training")
    return parser.parse_args()


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(args.threads)
    overrides = {k: v for k, v in (("steps", args.steps), ("seed", args.seed)) if v is not None} | args.recipe
    unknown = set(overrides) - {f.name for f in fields(Recipe)}
    if unknown:
        raise SystemExit(f"The recipe has no field {sorted(unknown)}; it has {[f.name for f in fields(Recipe)]}.")
    if "shares" in overrides:
        overrides["shares"] = tuple((str(name), float(weight)) for name, weight in dict(overrides["shares"]).items())
    if "sizes" in overrides:
        overrides["sizes"] = tuple((float(share), int(size)) for share, size in overrides["sizes"])
    recipe = Recipe(**overrides)
    torch.manual_seed(recipe.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    sets = [load_set(spec, args.data, "train") for spec in SETS]
    held = [load_set(spec, args.data, "val") for spec in SETS]
    targets = AutoMedConfig().targets
    segmentation = [s for s in sets if s.spec.kind == "segmentation"]
    classification = [s for s in sets if s.spec.kind == "classification"]
    device = args.device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sam = start_from(args.sam) if args.sam else None
    encoder = EncoderConfig.from_json((sam.encoder if sam else SAM_MED2D_TINY).to_json() | args.encoder)
    decoder = sam.decoder if sam else TINY_DECODER
    system = System(tasks_of(sets), encoder, decoder).to(memory_format=torch.channels_last)
    coarse = CoarseMasks(system.sam.image_encoder.config.out_chans, len(targets))
    if sam:
        try:
            load_start(system.sam, sam)
        except CheckpointError as error:
            raise SystemExit(str(error)) from error
        freeze_encoder(system.sam.image_encoder, args.freeze)
    trunk = system.sam.image_encoder.patch_embed
    early = system.automed.auto_prompt.trunk
    if args.trunk:
        imagenet = torch.load(args.trunk, weights_only=True)
        load_imagenet(early, imagenet)
        if isinstance(trunk, MobileTrunk):
            load_imagenet(trunk, imagenet)
    if args.start:
        started = torch.load(args.start, weights_only=True)
        system.load_state_dict(started["ema"])
        if "coarse" in started:
            coarse.load_state_dict(started["coarse"])
    if args.prompts:
        taught = torch.load(args.prompts, weights_only=True)["automed"]
        _, unexpected = system.automed.load_state_dict(taught, strict=False)
        if unexpected:
            raise SystemExit(f"{args.prompts} holds tensors that AutoMed does not have: {unexpected[:5]}.")
    for pretrained in (trunk, early):
        if isinstance(pretrained, Trunk):
            pretrained.freeze(recipe.trunk_frozen)
    system.to(device)
    coarse.to(device)
    optimiser = torch.optim.AdamW(parameter_groups(system, coarse, recipe), betas=(0.9, 0.98))
    ema = Ema(system, recipe.ema)
    batches = Batches(
        segmentation,
        classification,
        targets,
        recipe.segmentation_per_batch,
        recipe.classification_per_batch,
        recipe.seed,
        weights=dict(recipe.shares),
    )
    checkpoint = args.out / "last.pth"
    first = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location="cpu", weights_only=False)
        if saved["recipe"] != asdict(recipe) or saved["encoder"] != encoder.to_json():
            raise SystemExit(f"{checkpoint} belongs to another recipe; give another --out or remove it.")
        system.load_state_dict(saved["model"])
        coarse.load_state_dict(saved["coarse"])
        optimiser.load_state_dict(saved["optimiser"])
        ema.state, ema.step = {k: v.to(device) for k, v in saved["ema"].items()}, saved["step"]
        batches.restore(saved["batches"])
        torch.set_rng_state(saved["random"])
        first = saved["step"]
    log = (args.out / "log.jsonl").open("a")
    shown: dict[str, float] = {}
    skipped = 0
    system.train()
    progress = tqdm(range(first, recipe.steps), initial=first, total=recipe.steps, mininterval=10)
    for step in progress:
        began = time.monotonic()
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * group["factor"] * recipe.rate_at(step)
        losses = step_losses(system, coarse, batches.make(recipe.size_at(step)).to(device), recipe, step)
        total = torch.stack(list(losses.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_([*system.parameters(), *coarse.parameters()], recipe.clip)
        if torch.isfinite(norm):
            optimiser.step()
            ema.update(system)
        else:
            skipped += 1
        for name, value in losses.items():
            shown[name] = 0.98 * shown.get(name, value.item()) + 0.02 * value.item()
        taken = {"s": f"{time.monotonic() - began:.1f}"}
        progress.set_postfix({k: f"{v:.3f}" for k, v in shown.items()} | taken, refresh=False)
        if (step + 1) % args.validate_every == 0 or step + 1 == recipe.steps:
            last = step + 1 == recipe.steps
            probe = System(tasks_of(sets), encoder, decoder).to(device)
            probe.load_state_dict(ema.state)
            reports = validate(probe, held, targets, None if last else args.validate_limit, probes=True)
            log.write(json.dumps({"step": step + 1, "losses": shown, "skipped": skipped, "val": reports}) + "\n")
            log.flush()
            save(
                checkpoint,
                {
                    "step": step + 1,
                    "recipe": asdict(recipe),
                    "encoder": encoder.to_json(),
                    "decoder": asdict(decoder),
                    "model": system.state_dict(),
                    "coarse": coarse.state_dict(),
                    "ema": ema.state,
                    "optimiser": optimiser.state_dict(),
                    "batches": batches.state(),
                    "random": torch.get_rng_state(),
                },
            )
        if step + 1 == args.stop_after:
            return
    state = {k: v.cpu() for k, v in ema.state.items()}
    coarse.cpu()
    sizes = {"encoder": encoder.to_json(), "decoder": asdict(decoder)}
    save(args.out / "weights.pth", {"ema": state, "coarse": coarse.state_dict(), "recipe": asdict(recipe), **sizes})


if __name__ == "__main__":
    main()
