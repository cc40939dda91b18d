"""`python -m medzoo_train.ablation.deletion --data DIR --weights W`: which map of MedCls shows what its answer rests
on.

Cells of the embedding are replaced by its mean, those first that a map rates highest. The more of the margin (the logit
of the most probable class less the mean of the others') is lost, the better the map (deletion, after Petsiuk 2018);
random cells are the floor.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from ..data.sets import SETS
from ..training.batches import load_set
from ..training.validate import embed
from .experiment import load_system

SHARES = (0.1, 0.25, 0.5)


def margin_of(logits: Tensor, label: Tensor) -> Tensor:
    """float32 [B, K] -> [B]."""
    own = logits.gather(1, label[:, None])[:, 0]
    return own - (logits.sum(1) - own) / (logits.shape[1] - 1)


@torch.no_grad()
def margins_lost(model: nn.Module, embedding: Tensor, seed: int = 0) -> dict[str, list[float]]:
    """By map: the mean margin lost, as a share of the whole, when each of SHARES of the cells is deleted."""
    count, _, height, width = embedding.shape
    logits, attention, evidence = model(embedding)
    label = logits.argmax(1)
    chance = torch.rand(attention.shape, generator=torch.Generator().manual_seed(seed))
    mean = embedding.mean((2, 3), keepdim=True)
    whole = margin_of(logits, label).mean()
    lost = {}
    for name, rating in (("evidence", evidence), ("attention", attention), ("random", chance)):
        order = rating.flatten(1).argsort(1, descending=True)
        losses = []
        for share in SHARES:
            gone = torch.zeros(count, height * width).scatter_(1, order[:, : round(share * height * width)], 1.0)
            gone = gone.reshape(count, 1, height, width)
            left = model(embedding * (1 - gone) + mean * gone)[0]
            losses.append(float(1 - margin_of(left, label).mean() / whole))
        lost[name] = losses
    return lost


def main(arguments: Sequence[str] | None = None) -> None:
    what = (__doc__ or "").split("\n\n")[0]
    parser = argparse.ArgumentParser(prog="python -m medzoo_train.ablation.deletion", description=what)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--split", default="val")
    args = parser.parse_args(arguments)
    system = load_system(args.weights)
    print("| set | map | " + " | ".join(f"{share:.0%} deleted" for share in SHARES) + " |")
    print("| --- | --- |" + " --- |" * len(SHARES))
    for spec in SETS:
        if spec.kind == "classification":
            data = load_set(spec, args.data, args.split)
            for name, losses in margins_lost(system.medcls[spec.subject], embed(system, data)[0]).items():
                print(
                    f"| {spec.name} (n {len(data)}) | {name} | " + " | ".join(f"{loss:+.1%}" for loss in losses) + " |"
                )


if __name__ == "__main__":
    main()
