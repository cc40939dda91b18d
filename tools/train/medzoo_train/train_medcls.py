"""`python -m medzoo_train.train_medcls --weights W --data DIR --out FILE`: the SAM-MedCls heads anew, on a finished encoder.

The encoder stands still, so each image is encoded a few times under augmentation, and the heads then see thousands of embeddings
a second. Heads are trained from several seeds; the one with the best validation score is kept, where images count as they are and
probed: in another shape, light and sharpness.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from .data.augment import affine_maps, degrade, erase, relight, warp
from .data.sets import SETS, Augmentation
from .models.medcls import MedCls, PooledClassifier
from .models.pixels import normalise
from .models.precision import half_where_fast
from .models.system import System, system_of
from .training.batches import LoadedSet, load_set
from .training.joint import Ema
from .training.validate import device_of, embed

#: Share of the training copies that lose resolution.
DEGRADED = 0.6
#: How copies for validation are bent: what another scanner or another way of saving does to a whole image.
PROBE = Augmentation(rotate=0, scale=0, aspect=0.15, shift=0, flip_x=False, gamma=0.15, contrast=0.1)


@dataclass(frozen=True)
class Embedded:
    """float16 [copies, N, C, 16, 16] and int64 [N]; the first copy is the image as it is."""

    embedding: Tensor
    labels: Tensor


@torch.no_grad()
def embed_copies(system: System, data: LoadedSet, copies: int, seed: int, bent: bool, batch: int = 24) -> Embedded:
    """Encodes the set's images as they are, and `copies` - 1 times otherwise: `bent` by the set's augmentation, or probed."""
    assert data.labels is not None
    generator = torch.Generator().manual_seed(seed)
    rounds = [embed(system, data, batch=batch)[0].half()]
    for _ in tqdm(range(copies - 1), desc=f"{data.spec.name} copies", leave=False):
        parts = []
        for chunk in torch.split(data.images, batch):
            settings = [data.spec.augmentation if bent else PROBE] * len(chunk)
            pixels, _ = warp(chunk, None, affine_maps(settings, generator), chunk.shape[-1])
            pixels = relight(pixels, settings, generator)
            if bent:
                pixels = erase(pixels, 0.25, generator)
            pixels = degrade(pixels, DEGRADED if bent else 1.0, generator)
            device = device_of(system)
            with half_where_fast(device.type):
                parts.append(system.encode(normalise(pixels.to(device))).half().cpu())
        rounds.append(torch.cat(parts))
    return Embedded(torch.stack(rounds), data.labels)


def balanced_accuracy(logits: Tensor, labels: Tensor) -> float:
    right = (logits.argmax(1) == labels).double()
    recalls = [right[labels == k].mean() for k in range(logits.shape[1]) if (labels == k).any()]
    return torch.stack(recalls).mean().item()


def score(logits: Tensor, labels: Tensor) -> float:
    """What a head is chosen by: accuracy and balanced accuracy, and a little of the loss to break ties on small sets."""
    accuracy = (logits.argmax(1) == labels).double().mean().item()
    return accuracy + 0.5 * balanced_accuracy(logits, labels) - 0.1 * F.cross_entropy(logits, labels).item()


def fit_head(
    make: type[MedCls] | type[PooledClassifier], train: Embedded, val: Embedded, epochs: int, seed: int, rate: float = 1e-3
) -> tuple[nn.Module, float]:
    """One head from one seed; returns its moving average and its score on `val`, the mean over its copies."""
    torch.manual_seed(seed)
    classes = int(train.labels.max()) + 1
    head = make(train.embedding.shape[2], classes)
    ema = Ema(head, 0.995)
    copies, count = train.embedding.shape[:2]
    weight = torch.bincount(train.labels, minlength=classes).double().rsqrt()
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.05, betas=(0.9, 0.98))
    steps = max(1, epochs * count // 64)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        picked = torch.multinomial(weight[train.labels], 64, replacement=True)
        copy = torch.randint(copies, (64,))
        x, y = train.embedding[copy, picked].float(), F.one_hot(train.labels[picked], classes).float()
        share = float(torch.distributions.Beta(0.3, 0.3).sample())
        order = torch.randperm(64)
        with half_where_fast():
            logits = head(share * x + (1 - share) * x[order])[0].float()
        loss = F.cross_entropy(logits, share * y + (1 - share) * y[order], label_smoothing=0.03)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimiser.step()
        ema.update(head)
    head.load_state_dict(ema.state)
    head.eval()
    with torch.no_grad():
        scores = [score(head(copy.float())[0], val.labels) for copy in val.embedding]
    return head, sum(scores) / len(scores)


def best_head(train: Embedded, val: Embedded, epochs: int, seeds: Sequence[int]) -> MedCls:
    fitted = [fit_head(MedCls, train, val, epochs, seed) for seed in tqdm(seeds, desc="seeds", leave=False)]
    head, _ = max(fitted, key=lambda pair: pair[1])
    assert isinstance(head, MedCls)
    return head


def main() -> None:
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", type=torch.device, help="where the encoder runs: cpu or cuda; a GPU if there is one")
    parser.add_argument("--embedded", type=Path, help="folder that keeps encodings for the next call with the same encoder")
    parser.add_argument("--tasks", nargs="+", choices=tasks, help="heads to train; all if left out, the others stay as they are")
    parser.add_argument("--copies", type=int, default=6, help="encodings of each training image")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    args = parser.parse_args()
    saved = torch.load(args.weights, weights_only=False)
    device = args.device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    system = system_of(saved, tasks).to(device).eval()
    for spec in SETS:
        if spec.kind != "classification" or spec.subject not in (args.tasks or tasks):
            continue
        kept = args.embedded and args.embedded / f"{spec.name}-{args.copies}.pth"
        if kept and kept.is_file():
            train, val = (Embedded(*pair) for pair in torch.load(kept, weights_only=True))
        else:
            train = embed_copies(system, load_set(spec, args.data, "train"), args.copies, seed=5, bent=True)
            val = embed_copies(system, load_set(spec, args.data, "val"), 3, seed=5, bent=False)
        if kept and not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            torch.save([(train.embedding, train.labels), (val.embedding, val.labels)], kept)
        head = best_head(train, val, args.epochs, args.seeds)
        system.medcls[spec.subject].load_state_dict(head.state_dict())
        with torch.no_grad():
            answers = [head(copy.float())[0] for copy in val.embedding]
        accuracy = [(logits.argmax(1) == val.labels).double().mean().item() for logits in answers]
        balanced = [balanced_accuracy(logits, val.labels) for logits in answers]
        shown = ", ".join(f"{a:.3f} (balanced {b:.3f})" for a, b in zip(accuracy, balanced, strict=True))
        print(f"{spec.subject}: val accuracy, as it is and probed: {shown}; n {len(val.labels)}", flush=True)
        # After each task, so that a run cut short keeps the heads it finished.
        state = {name: tensor.cpu().clone() for name, tensor in system.state_dict().items()}
        torch.save({**saved, "ema": state}, args.out)


if __name__ == "__main__":
    main()
