"""`python -m medzoo_train.train_presence --weights W --seen DIR --out FILE`: whether AutoMed's targets are there at all.

Everything else of AutoMed stands still, so masks stay as they are to the last digit. Learns from the tokens that
`medzoo_train.look` has kept: images as they are and made harder, parts of them beside the target, photographs, endoscopy
without a polyp, made pictures. Held-out images (`--held`, of the split val) choose the thresholds and are reported, kind by kind.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .data.sets import SETS
from .models.system import system_of
from .training.joint import Ema
from .training.seen import KINDS, Seen

DROPOUT = 0.15
#: Share of the held-out pictures without a target in which it may be found in vain; thresholds are as low as this lets them. What
#: is missed has no mask at all, and what is found in vain has one that people see to be wrong.
IN_VAIN = 0.02
#: The same of the parts beside targets of each set, the hardest there are: an endoscopy without a polyp.
PARTS_IN_VAIN = 0.1
#: The same of photographs, of which people send the most.
PHOTOGRAPHS_IN_VAIN = 0.01
#: How often a photograph is drawn, against what its group's size would give it.
PHOTOGRAPHS_WEIGH = 4.0
#: Of the held-out images as they are that show it, no more than this share may be missed for it.
MISSED = 0.01


def load_rows(seen: Seen, targets: tuple[str, ...]) -> tuple[Tensor, Tensor, list[str]]:
    """Tokens float32 [N, W], presence float32 [N, T] and each row's group; collages say nothing of presence.

    Nor do parts beside the target say anything of it where masks are known to miss some (drop_empty).
    """
    rows = seen.rows(tuple(kind for kind in KINDS if kind != "collage"))
    tokens = torch.from_numpy(seen.arrays["tokens"][rows].astype(np.float32))
    known = torch.from_numpy(seen.arrays["presence"][rows].astype(np.float32))
    groups = [f"{seen.items[row].kind} {seen.items[row].set}" for row in rows]
    for spec in SETS:
        if spec.drop_empty:
            beside = torch.tensor([group == f"part {spec.name}" for group in groups])
            known[beside, targets.index(spec.subject)] = -1
    return tokens, known, groups


def joined(parts: Sequence[tuple[Tensor, Tensor, list[str]]]) -> tuple[Tensor, Tensor, list[str]]:
    tokens, known = (torch.cat([part[place] for part in parts]) for place in (0, 1))
    return tokens, known, [group for part in parts for group in part[2]]


def group_weights(groups: list[str]) -> Tensor:
    """Sampling weights: groups count by the square root of their size, photographs for more."""
    sizes: dict[str, int] = defaultdict(int)
    for group in groups:
        sizes[group] += 1
    return torch.tensor([(PHOTOGRAPHS_WEIGH if group.startswith("photo ") else 1) / math.sqrt(sizes[group]) for group in groups])


def train_head(head: nn.Module, tokens: Tensor, known: Tensor, weights: Tensor, steps: int, rate: float) -> None:
    """Leaves the moving average in `head`."""
    ema = Ema(head, 0.995)
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.1)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        picked = torch.multinomial(weights, 192, replacement=True)
        x, y = F.dropout(tokens[picked], DROPOUT), known[picked]
        loss = F.binary_cross_entropy_with_logits(head(x), y.clamp(min=0) * 0.98 + 0.01, reduction="none")
        loss = (loss * (y >= 0)).sum() / (y >= 0).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        ema.update(head)
    head.load_state_dict(ema.state)
    head.eval()


@torch.no_grad()
def thresholds(head: nn.Module, tokens: Tensor, known: Tensor, groups: list[str]) -> Tensor:
    """In logits, float32 [T], never above 0."""
    logits = head(tokens)
    plain = torch.tensor([group.startswith("plain ") for group in groups])
    found = []
    for k in range(known.shape[1]):
        least = [quantile(logits[known[:, k] == 0, k], IN_VAIN)]
        for kind, share in (("part ", PARTS_IN_VAIN), ("photo ", PHOTOGRAPHS_IN_VAIN)):
            for name in sorted({group for group in groups if group.startswith(kind)}):
                rows = torch.tensor([group == name for group in groups]) & (known[:, k] == 0)
                least.append(quantile(logits[rows, k], share))
        there = logits[plain & (known[:, k] == 1), k]
        found.append(min(0.0, max(least), quantile(there, 1 - MISSED) if len(there) else 0.0))
    return torch.tensor(found)


def quantile(logits: Tensor, share: float) -> float:
    """What `share` of the logits exceeds; minus infinity where there are none."""
    return torch.quantile(logits, 1 - share).item() if len(logits) else -math.inf


@torch.no_grad()
def report(head: nn.Module, tokens: Tensor, known: Tensor, groups: list[str], targets: tuple[str, ...]) -> None:
    """Of each group the share in which any absent target is called present, and in which each present one is."""
    found = head(tokens) > 0
    for group in sorted(set(groups)):
        rows = torch.tensor([g == group for g in groups])
        wrong = (found[rows] & (known[rows] == 0)).any(1).double().mean().item()
        there = [
            f"{target} {found[rows, k][known[rows, k] == 1].double().mean().item():.3f}"
            for k, target in enumerate(targets)
            if (known[rows, k] == 1).any()
        ]
        print(f"{group}: n {int(rows.sum())}, something in vain {wrong:.3f}; found {', '.join(there) or '-'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--seen", type=Path, nargs="+", required=True, help="folders that look has filled with these weights")
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="the same of the split val, for thresholds")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks).eval()
    head, targets = system.automed.presence_head, system.automed.config.targets
    tokens, known, groups = joined([load_rows(Seen(folder), targets) for folder in args.seen])
    held = joined([load_rows(Seen(folder), targets) for folder in args.held])
    print("before:", flush=True)
    report(head, *held, targets)
    head.train()
    train_head(head, tokens, known, group_weights(groups), args.steps, args.rate)
    shift = thresholds(head, *held)
    last = head.layers[-1]
    assert isinstance(last, nn.Linear)
    last.bias.data -= shift
    print(f"after, thresholds shifted by {[round(value, 2) for value in shift.tolist()]} logits:", flush=True)
    report(head, *held, targets)
    centred = sorted({*saved.get("centred", []), "presence"})
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    torch.save({**saved, "ema": state, "centred": centred}, args.out)


if __name__ == "__main__":
    main()
