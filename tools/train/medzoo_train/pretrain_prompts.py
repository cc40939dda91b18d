"""`python -m medzoo_train.pretrain_prompts --data DIR --out FILE`: teaches the auto-prompt encoder alone what the
targets are.

Its dense prompt goes straight through the upscaling path to masks, without embedding or transformer. Small convolutions
learn this in minutes at a high rate; inside the joint training, behind a transformer, they take hours.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from .data.sets import SETS
from .models.automed.automed import AutoMed
from .models.config import AutoMedConfig
from .models.encoder.mobile_trunk import load_imagenet
from .models.pixels import normalise
from .models.precision import half_where_fast
from .training.batches import Batches, LoadedSet, load_set
from .training.joint import Ema, Recipe
from .training.losses import mask_loss
from .training.validate import dice_scores

#: AutoMed's modules that this trains and the joint training starts from.
TRAINED = ("auto_prompt.", "up8.", "up4.", "up2.")


class PromptsAlone(nn.Module):
    """float32 [B, 3, S, S] -> mask logits float32 [B, T, S, S] from the automatic prompts alone."""

    def __init__(self, automed: AutoMed) -> None:
        super().__init__()
        self.automed = automed
        self.kernels = nn.Sequential(
            nn.Conv2d(AutoMed.FEATURES, 4 * len(automed.config.targets), 1), nn.PixelShuffle(2)
        )

    def forward(self, image: Tensor) -> Tensor:
        prompts = self.automed.auto_prompt(image)
        x = self.automed.up8(prompts.dense, prompts.lateral8)
        x = self.automed.up4(x, prompts.lateral4)
        x = self.automed.up2(x, prompts.lateral2)
        return self.kernels(x)  # type: ignore[no-any-return]


@torch.no_grad()
def validate(model: PromptsAlone, sets: list[LoadedSet], limit: int) -> dict[str, float]:
    model.eval()
    scores = {}
    for data in sets:
        assert data.masks is not None
        target = model.automed.config.targets.index(data.spec.subject)
        with half_where_fast():
            parts = [
                model(normalise(chunk.float()))[:, target].float() for chunk in torch.split(data.images[:limit], 16)
            ]
        scores[data.spec.name] = round(float(dice_scores(torch.cat(parts), data.masks[:limit]).mean()), 3)
    model.train()
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trunk", type=Path, help="EfficientNet-Lite0 checkpoint for the finest features")
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--dim", type=int, default=192)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    specs = [spec for spec in SETS if spec.kind == "segmentation"]
    train = [load_set(spec, args.data, "train") for spec in specs]
    val = [load_set(spec, args.data, "val") for spec in specs]
    base = AutoMedConfig()
    config = replace(base, dim=args.dim, auto_prompt=replace(base.auto_prompt, dim=args.dim))
    model = PromptsAlone(AutoMed(config)).to(memory_format=torch.channels_last)
    if args.trunk:
        trunk = model.automed.auto_prompt.trunk
        load_imagenet(trunk, torch.load(args.trunk, weights_only=True))
        trunk.freeze(Recipe.trunk_frozen)
    recipe = Recipe(steps=args.steps, sizes=((0.55, 128), (0.25, 192), (0.2, 256)), warmup=100)
    shares = {"kvasir_seg": 1.6, "fuseg_wound": 1.3}
    batches = Batches(train, [], config.targets, args.batch, 0, args.seed, close_up=0.08, weights=shares)
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    trained = [p for name, p in named if name.startswith("kernels") or name[8:].startswith(TRAINED)]
    optimiser = torch.optim.AdamW(trained, lr=args.rate, weight_decay=0.05, betas=(0.9, 0.98))
    ema = Ema(model, 0.995)
    shown = 0.0
    progress = tqdm(range(args.steps), mininterval=10)
    for step in progress:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * recipe.rate_at(step)
        batch = batches.make(recipe.size_at(step))
        image = normalise(batch.pixels).contiguous(memory_format=torch.channels_last)
        with half_where_fast():
            logits = model(image)
        own = logits[torch.arange(len(image)), batch.target].float()
        loss = mask_loss(own, batch.masks).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(trained, 1.0)):
            optimiser.step()
            ema.update(model)
        shown = loss.item() if step == 0 else 0.98 * shown + 0.02 * loss.item()
        progress.set_postfix(loss=f"{shown:.3f}")
        if (step + 1) % 400 == 0 or step + 1 == args.steps:
            probe = PromptsAlone(AutoMed(config))
            probe.load_state_dict(ema.state)
            tqdm.write(f"step {step + 1}: {validate(probe, val, 60)}")
            state = {k[8:]: v for k, v in ema.state.items() if k[8:].startswith(TRAINED)}
            torch.save({"automed": state}, args.out)


if __name__ == "__main__":
    main()
