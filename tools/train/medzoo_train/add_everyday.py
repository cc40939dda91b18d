"""`python -m medzoo_train.add_everyday --weights W --trunk T --photographs P --data DIR --out F`: an everyday trunk in
AutoMed.

It answers as before until `medzoo_train.train_presence --everyday` has learnt to read it, from what
`medzoo_train.look` has seen with the weights that this command writes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from .data.photographs import load_photographs, photograph_picture
from .data.sets import SETS
from .models.system import system_of
from .training.batches import STORED, load_set
from .training.everyday import start_everyday

#: Pictures of each kind on which the rounded trunk keeps its means.
EACH = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument(
        "--trunk", type=Path, required=True, help="EfficientNet-Lite0's weights, as for medzoo_train.train"
    )
    parser.add_argument(
        "--photographs", type=Path, required=True, help="folder that medzoo_train.photographs has filled"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    saved = torch.load(args.weights, weights_only=False)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(saved, tasks, everyday=True).eval()
    assert system.automed.everyday is not None
    photographs, rng = load_photographs(args.photographs, "train"), np.random.default_rng(7)
    shown = [torch.from_numpy(photograph_picture(photographs, row, STORED, rng)) for row in range(EACH)]
    wounds = load_set(next(spec for spec in SETS if spec.subject == "wound"), args.data, "train")
    shown += list(wounds.images[rng.permutation(len(wounds))[:EACH]])
    start_everyday(
        system.automed.everyday, torch.load(args.trunk, weights_only=True, map_location="cpu"), torch.stack(shown)
    )
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    torch.save({**saved, "ema": state, "everyday": True}, args.out)


if __name__ == "__main__":
    main()
