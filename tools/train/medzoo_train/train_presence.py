"""`python -m medzoo_train.train_presence --weights W --seen DIR --out FILE`: whether AutoMed's targets are there at
all.

Everything else of AutoMed stands still, so masks stay as they are to the last digit. Learns from the tokens that
`medzoo_train.look` has kept: images as they are and made harder, parts of them beside the target, photographs,
endoscopy without a polyp, made pictures. Held-out images (`--held`, of the split val) choose the thresholds and are
reported, kind by kind.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from medzoo_heads.domain.background import background_from_json
from medzoo_heads.domain.score import head_domain_from_json, score
from torch import Tensor, nn

from .data.sets import SETS
from .domain.gather import pooled_of_seen
from .export.model_json import read_encoder
from .models.automed.automed import AutoMed
from .models.system import system_of
from .training.joint import Ema
from .training.seen import KINDS, Seen

DROPOUT = 0.3
#: Of the beta distribution by which the tokens of two pictures are mixed.
MIX = 0.3
#: Share of the held-out pictures without a target in which it may be found in vain; thresholds are as low as this lets
#: them. What is missed has no mask at all, and what is found in vain has one that people see to be wrong. With
#: --packages, pictures that a target's domain refuses have nothing found in them: so it is in an answer.
IN_VAIN = 0.02
#: The same of the parts beside targets of each set, the hardest there are: an endoscopy without a polyp.
PARTS_IN_VAIN = 0.1
#: The same of photographs, for each target.
PHOTOGRAPHS_IN_VAIN = 0.01
#: In logits: where domains alone keep pictures out, presence still has to say something.
LOWEST = -3.0
#: How often a photograph is drawn, against what its group's size would give it.
PHOTOGRAPHS_WEIGH = 6.0
#: Of the held-out images as they are that show it, no more than this share may be missed for it.
MISSED = 0.01


@dataclass(frozen=True)
class Rows:
    """Tokens float32 [N, W]; presence [N, T] as 1, 0 or -1 (unknown); what the targets' domains let in, bool [N, T]."""

    tokens: Tensor
    known: Tensor
    inside: Tensor
    groups: list[str]


#: Of rows that were looked at, what each target's domain lets in, bool [N, T].
Gate = Callable[[Seen, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]


def load_rows(seen: Seen, targets: tuple[str, ...], gate: Gate | None = None) -> Rows:
    """All that was looked at but collages, which say nothing of presence.

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
    inside = torch.ones(known.shape, dtype=torch.bool) if gate is None else torch.from_numpy(gate(seen, rows))
    return Rows(tokens, known, inside, groups)


def gate_of(packages: Path, targets: tuple[str, ...]) -> Gate:
    """Which rows the targets' domains in `packages` let in: bool [N, T]."""
    background = background_from_json(read_encoder(packages / "sam-med2d" / "weights" / "model.json")["domain"])
    entries = json.loads((packages / "automed" / "weights" / "model.json").read_text(encoding="utf-8"))["domains"]
    domains = {domain.labels[0]: domain for domain in map(head_domain_from_json, entries)}

    def gate(seen: Seen, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        pooled = pooled_of_seen(seen, rows)
        own = [domains[target] for target in targets]
        return np.stack([score(background, d.own, d.covers, pooled)[0] <= d.threshold for d in own], axis=1)

    return gate


def joined(parts: Sequence[Rows]) -> Rows:
    tokens, known, inside = (torch.cat([getattr(one, name) for one in parts]) for name in ("tokens", "known", "inside"))
    return Rows(tokens, known, inside, [group for part in parts for group in part.groups])


def group_weights(groups: list[str]) -> Tensor:
    """Sampling weights: groups count by the square root of their size, photographs for more."""
    sizes: dict[str, int] = defaultdict(int)
    for group in groups:
        sizes[group] += 1
    return torch.tensor(
        [(PHOTOGRAPHS_WEIGH if group.startswith("photo ") else 1) / math.sqrt(sizes[group]) for group in groups]
    )


def train_head(head: nn.Module, tokens: Tensor, known: Tensor, weights: Tensor, steps: int, rate: float) -> None:
    """Leaves the moving average in `head`."""
    ema = Ema(head, 0.995)
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.1)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        picked = torch.multinomial(weights, 192, replacement=True)
        x, y = mixed(tokens[picked], known[picked])
        x = F.dropout(x, DROPOUT)
        loss = F.binary_cross_entropy_with_logits(head(x), y.clamp(min=0) * 0.98 + 0.01, reduction="none")
        loss = (loss * (y >= 0)).sum() / (y >= 0).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        ema.update(head)
    head.load_state_dict(ema.state)
    head.eval()


def mixed(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Each row with another one: tokens float32 [B, W], presence [B, T], which is unknown where it is of either (Zhang
    2018).
    """
    share = torch.distributions.Beta(MIX, MIX).sample((len(x), 1))
    share = torch.maximum(share, 1 - share)
    other = torch.randperm(len(x))
    unknown = (y < 0) | (y[other] < 0)
    return share * x + (1 - share) * x[other], torch.where(unknown, -1.0, share * y + (1 - share) * y[other])


def train_everyday(automed: AutoMed, rows: Rows, names: Sequence[str], steps: int, rate: float) -> None:
    """Reads the presence of these targets from the everyday trunk alone; the presence of all others stays as it is."""
    assert automed.everyday is not None
    seen = rows.tokens[:, automed.token_width() :]
    mean, deviation = seen.mean(0), seen.std(0) + 1e-4
    read = nn.Linear(seen.shape[1], rows.known.shape[1])
    train_head(read, (seen - mean) / deviation, rows.known, group_weights(rows.groups), steps, rate)
    last, own = automed.presence_head.last(), automed.everyday.read
    with torch.no_grad():
        for k in (automed.config.targets.index(name) for name in names):
            own.weight[k] = read.weight[k] / deviation
            own.bias[k] = read.bias[k] - own.weight[k] @ mean
            last.weight[k] = 0
            last.bias[k] = 0


@torch.no_grad()
def thresholds(head: Callable[[Tensor], Tensor], rows: Rows, lowest: float = LOWEST, highest: float = 0.0) -> Tensor:
    """In logits, float32 [T], never above `highest`; below `lowest` only where more would be missed."""
    logits = head(rows.tokens)
    plain = torch.tensor([group.startswith("plain ") for group in rows.groups])
    found = []
    for k in range(rows.known.shape[1]):
        absent = rows.known[:, k] == 0
        answered = torch.where(rows.inside[:, k], logits[:, k], -math.inf)
        least = [exceeded_by(answered[absent], IN_VAIN)]
        for kind, share in (("part ", PARTS_IN_VAIN), ("photo ", PHOTOGRAPHS_IN_VAIN)):
            for name in sorted({group for group in rows.groups if group.startswith(kind)}):
                own = torch.tensor([group == name for group in rows.groups]) & absent
                least.append(exceeded_by(answered[own], share))
        there = logits[plain & (rows.known[:, k] == 1) & rows.inside[:, k], k]
        found.append(min(highest, max(*least, lowest), missed_at(there)))
    return torch.tensor(found)


def exceeded_by(logits: Tensor, share: float) -> float:
    """The least of the logits that no more than `share` of them exceeds; minus infinity where there are none."""
    if not len(logits):
        return -math.inf
    return logits.sort().values[max(math.ceil(len(logits) * (1 - share) - 1e-9), 1) - 1].item()


def missed_at(logits: Tensor) -> float:
    """The highest threshold that misses no more than MISSED of the logits, and one in any case; 0 for none."""
    return logits.sort().values[max(int(len(logits) * MISSED), 1) - 1].item() if len(logits) else 0.0


@torch.no_grad()
def report(head: Callable[[Tensor], Tensor], rows: Rows, targets: tuple[str, ...]) -> None:
    """Of each group the share in which any absent target is called present, and in which each present one is."""
    known, found = rows.known, (head(rows.tokens) > 0) & rows.inside
    for name in sorted(set(rows.groups)):
        own = torch.tensor([group == name for group in rows.groups])
        wrong = (found[own] & (known[own] == 0)).any(1).double().mean().item()
        there = [
            f"{target} {found[own, k][known[own, k] == 1].double().mean().item():.3f}"
            for k, target in enumerate(targets)
            if (known[own, k] == 1).any()
        ]
        print(f"{name}: n {int(own.sum())}, something in vain {wrong:.3f}; found {', '.join(there) or '-'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--seen", type=Path, nargs="+", required=True, help="what look has filled with these weights")
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="the same of the split val, for thresholds")
    parser.add_argument("--packages", type=Path, help="packages with domains; what those refuse counts as absent")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--everyday", nargs="+", default=[], help="train these targets alone, by the everyday trunk")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks).eval()
    automed, targets = system.automed, system.automed.config.targets
    gate = gate_of(args.packages, targets) if args.packages else None
    rows = joined([load_rows(Seen(folder), targets) for folder in args.seen])
    held = joined([load_rows(Seen(folder), targets, gate) for folder in args.held])
    print("before:", flush=True)
    report(automed.presence, held, targets)
    if args.everyday:
        train_everyday(automed, rows, args.everyday, args.steps, args.rate)
    else:
        automed.presence_head.train()
        tokens = rows.tokens[:, : automed.token_width()]
        train_head(automed.presence_head, tokens, rows.known, group_weights(rows.groups), args.steps, args.rate)
    shift = thresholds(automed.presence, held)
    if args.everyday:
        shift[[k for k, name in enumerate(targets) if name not in args.everyday]] = 0
    read = automed.presence_head.last() if automed.everyday is None else automed.everyday.read
    read.bias.data -= shift
    print(f"after, thresholds shifted by {[round(value, 2) for value in shift.tolist()]} logits:", flush=True)
    report(automed.presence, held, targets)
    centred = sorted({*saved.get("centred", []), "presence"})
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    torch.save({**saved, "ema": state, "centred": centred}, args.out)


if __name__ == "__main__":
    main()
