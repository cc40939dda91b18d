"""`python -m medzoo_train.train_medcls --weights W --data DIR --out FILE`: the SAM-MedCls heads anew, on a finished
encoder.

The encoder stands still, so each image is encoded a few times under augmentation, and the heads then see thousands of
embeddings a second. Heads are trained from several seeds; the one with the best validation score is kept, where images
count as they are and probed: in another shape, light and sharpness.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from .data.sets import SETS
from .export.model_json import running_encoder
from .models.layers import first_channels
from .models.medcls import MedCls, PooledClassifier
from .models.pixels import normalise
from .models.precision import half_where_fast
from .models.system import System, system_of
from .training.batches import load_set, some_of
from .training.class_copies import HARD, LIGHT, Embedded, embed_copies, held_copies
from .training.joint import Ema
from .training.onnx_encoder import OnnxEncoder
from .training.validate import device_of


def balanced_accuracy(logits: Tensor, labels: Tensor) -> float:
    right = (logits.argmax(1) == labels).double()
    recalls = [right[labels == k].mean() for k in range(logits.shape[1]) if (labels == k).any()]
    return torch.stack(recalls).mean().item()


def score(logits: Tensor, labels: Tensor) -> float:
    """What a head is chosen by: accuracy and balanced accuracy, and a little of the loss to break ties on small
    sets.
    """
    accuracy = (logits.argmax(1) == labels).double().mean().item()
    return accuracy + 0.5 * balanced_accuracy(logits, labels) - 0.1 * F.cross_entropy(logits, labels).item()


def fit_head(
    make: type[MedCls] | type[PooledClassifier],
    train: Embedded,
    val: Embedded,
    epochs: int,
    seed: int,
    rate: float = 1e-3,
    start: nn.Module | None = None,
) -> tuple[nn.Module, float]:
    """One head from one seed; returns its moving average and its score on `val`, the mean over its copies.

    `start`: a head to go on from, whose weights are taken.
    """
    torch.manual_seed(seed)
    classes = int(train.labels.max()) + 1
    head = make(train.embedding.shape[2], classes)
    if start is not None:
        head.load_state_dict(start.state_dict())
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


def best_head(
    train: Embedded,
    val: Embedded,
    epochs: int,
    seeds: Sequence[int],
    start: nn.Module | None = None,
    rate: float = 1e-3,
) -> MedCls:
    fitted = [
        fit_head(MedCls, train, val, epochs, seed, rate, start) for seed in tqdm(seeds, desc="seeds", leave=False)
    ]
    head, _ = max(fitted, key=lambda pair: pair[1])
    assert isinstance(head, MedCls)
    return head


def torch_encoder(system: System) -> Callable[[Tensor], Tensor]:
    device = device_of(system)

    def encode(pixels: Tensor) -> Tensor:
        with half_where_fast(device.type):
            return system.encode(normalise(pixels.to(device))).float().cpu()

    return encode


def main() -> None:
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--device", type=torch.device, help="where the encoder runs: cpu or cuda; a GPU if there is one"
    )
    parser.add_argument(
        "--embedded", type=Path, help="folder that keeps encodings for the next call with the same encoder"
    )
    parser.add_argument(
        "--tasks", nargs="+", choices=tasks, help="heads to train; all if left out, the others stay as they are"
    )
    damage = parser.add_mutually_exclusive_group()
    damage.add_argument("--hard", action="store_true", help="damage, turn and invert some of the copies")
    damage.add_argument("--light", action="store_true", help="damage the copies no more than files are on their way")
    parser.add_argument(
        "--further", action="store_true", help="go on from the heads in --weights instead of from nothing"
    )
    parser.add_argument("--most", type=int, help="training images of a task; all if left out")
    parser.add_argument(
        "--onnx", action="store_true", help="encode by ONNX Runtime, twice as fast as PyTorch on a CPU without AMX"
    )
    parser.add_argument(
        "--packages", type=Path, help="encode by the file that a CPU runs of these packages, and not by --weights"
    )
    parser.add_argument("--only-embed", action="store_true", help="fill --embedded and stop")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--copies", type=int, default=6, help="encodings of each training image")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    args = parser.parse_args()
    saved = torch.load(args.weights, weights_only=False)
    device = args.device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    system = system_of(saved, tasks).to(device).eval()
    held_out: dict[str, dict[str, Tensor]] = dict(saved.get("held_out", {}))
    running = running_encoder(args.packages) if args.packages else None
    encode_all = OnnxEncoder(running or system) if args.onnx or running else torch_encoder(system)
    hardening = HARD if args.hard else LIGHT if args.light else None
    made = "-hard" if args.hard else "-light" if args.light else ""

    def encode(pixels: Tensor) -> Tensor:
        return first_channels(encode_all(pixels), system.sam.image_encoder.config.out_chans)

    for spec in SETS:
        if spec.kind != "classification" or spec.subject not in (args.tasks or tasks):
            continue
        name = f"{spec.name}-{args.copies}{made}"
        kept = args.embedded and args.embedded / f"{name}.pth"
        if kept and kept.is_file():
            train, val = (Embedded(*three) for three in torch.load(kept, weights_only=True))
        else:
            images = some_of(load_set(spec, args.data, "train"), args.most, 5)
            train = embed_copies(encode, images, args.copies, 5, bent=True, hardening=hardening)
            val = held_copies(encode, load_set(spec, args.data, "val"), hardening)
        if kept and not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            torch.save([tuple(vars(embedded).values()) for embedded in (train, val)], kept)
        if args.only_embed:
            continue
        start = system.medcls[spec.subject] if args.further else None
        head = best_head(train, val, args.epochs, args.seeds, start, args.rate)
        system.medcls[spec.subject].load_state_dict(head.state_dict())
        with torch.no_grad():
            answers = [head(copy.float())[0] for copy in val.embedding]
        accuracy = [(logits.argmax(1) == val.labels).double().mean().item() for logits in answers]
        balanced = [balanced_accuracy(logits, val.labels) for logits in answers]
        shown = ", ".join(f"{a:.3f} (balanced {b:.3f})" for a, b in zip(accuracy, balanced, strict=True))
        print(f"{spec.subject}: val accuracy, as it is and probed: {shown}; n {len(val.labels)}", flush=True)
        held_out[spec.subject] = {
            "logits": answers[0],
            "hard_logits": torch.cat(answers[1:]),
            "hard_labels": val.labels.repeat(len(answers) - 1),
        }
        # After each task, so that a run cut short keeps the heads it finished.
        state = {name: tensor.cpu().clone() for name, tensor in system.state_dict().items()}
        torch.save({**saved, "ema": state, "held_out": held_out}, args.out)


if __name__ == "__main__":
    main()
