"""`python -m medzoo_train.train_presence --weights W --data DIR --out FILE`: what AutoMed says of whether a target is there.

Where masks are learnt, few images lack their own target. Here the last layers of presence see, beside whole images, parts of
them without the target and pictures of nothing. All that is before them stands still, masks too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from .data.sets import SETS
from .models.system import system_of
from .training.batches import Batches, load_set
from .training.joint import Ema
from .training.presence import Tokens, hard_negatives, held_images, held_negatives, presence_tokens, report, whole_images

#: Weight of each kind of answer for one target: it is there; not in an image of other things, not beside it, not in nothing.
WEIGHTS = {"present": 0.5, "elsewhere": 0.2, "beside": 0.22, "nothing": 0.08}


def weights_of(tokens: Tokens) -> Tensor:
    """float32 [N, T]: every kind of answer has its share of WEIGHTS for each target, however many there are."""
    beside, nothing = (torch.tensor([kind == name for kind in tokens.kind])[:, None] for name in ("beside", "nothing"))
    present, absent = tokens.presence == 1, tokens.presence == 0
    groups = {
        "present": present,
        "elsewhere": absent & ~beside & ~nothing,
        "beside": absent & beside,
        "nothing": absent & nothing,
    }
    return sum(
        (WEIGHTS[name] * group / group.sum(0).clamp(min=1) for name, group in groups.items()), torch.zeros(tokens.presence.shape)
    )


def fit(head: nn.Module, tokens: Tokens, steps: int, rate: float, batch: int, seed: int) -> None:
    torch.manual_seed(seed)
    weights = weights_of(tokens) * len(tokens.token)
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.05, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    ema = Ema(head, 0.995)
    for _ in tqdm(range(steps), desc="presence", leave=False):
        rows = torch.randint(len(tokens.token), (batch,))
        loss = F.binary_cross_entropy_with_logits(head(tokens.token[rows]), tokens.presence[rows].clamp(min=0), weights[rows])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        ema.update(head)
    head.load_state_dict(ema.state)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True, help="weights.pth of train_automed")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=150, help="augmented batches of 24 whole images")
    parser.add_argument("--each", type=int, default=2, help="parts beside the target, of an image")
    parser.add_argument("--blanks", type=int, default=500)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks).to(memory_format=torch.channels_last).eval().requires_grad_(False)
    targets = list(system.automed.config.targets)
    train, val = ([load_set(spec, args.data, split) for spec in SETS] for split in ("train", "val"))
    masked = [data for data in train if data.masks is not None]
    others = [data for data in train if data.masks is None]

    pixels, presence = whole_images(Batches(masked, others, targets, 16, 8, args.seed, close_up=0.3), args.batches)
    whole = Tokens(presence_tokens(system, pixels), presence, ["whole"] * len(pixels))
    hard, known, kinds = hard_negatives(masked, targets, args.each, args.blanks, args.seed)
    beside = Tokens(presence_tokens(system, hard), known, kinds)
    held_whole, held_hard = held_images(system, val, targets), held_negatives(system, val, targets)
    print("before", *report(system.automed, held_whole, held_hard), sep="\n  ")
    head = system.automed.presence_head.requires_grad_(True)
    joined = Tokens(
        torch.cat([whole.token, beside.token]), torch.cat([whole.presence, beside.presence]), whole.kind + beside.kind
    )
    fit(head, joined, args.steps, args.rate, 256, args.seed)
    print("after", *report(system.automed, held_whole, held_hard), sep="\n  ")
    torch.save({**saved, "ema": {name: tensor.clone() for name, tensor in system.state_dict().items()}}, args.out)


if __name__ == "__main__":
    main()
