"""`python -m medzoo_train.look --weights W --data DIR --negatives DIR --out DIR`: pictures, embeddings and tokens onto
disk.

The encoder and AutoMed stand still, so each picture is looked at once; presence, domains and the promptable head learn
from what is kept. Stops and resumes: call it again with the same --out.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from tqdm import tqdm

from .data.nothing import load_negatives, negative_folders
from .data.photographs import load_photographs
from .data.sets import SETS
from .models.automed.automed import AutoMed
from .models.pixels import normalise
from .models.system import System, system_of
from .training.batches import STORED, LoadedSet, load_set
from .training.onnx_encoder import OnnxEncoder, session_of
from .training.pictures import Pictures
from .training.seen import KINDS, SIDE, Item, Seen

#: How many pictures of each kind of a classification set.
CLASSIFIED = {"plain": 120, "hard": 80}


@dataclass(frozen=True)
class Amounts:
    """How many pictures of each kind of the segmentation sets."""

    segmented: dict[str, int]
    #: Parts beside the target; more where other images of the kind show no target at all.
    parts: dict[str, int]
    #: Sets of which every image is made harder and shown close, and so many are made harder twice.
    wider: dict[str, int]
    #: Targets with a photograph or a cloth around them.
    framed: dict[str, int]


#: Few say most: what the encoder sees of a set's images is much alike. Without wider ones the domain of polyps is so
#: narrow, and its threshold so wide, that .33 of inverted ones are refused and not .95 (val).
USUAL = Amounts(
    {"plain": 300, "hard": 220},
    {"kvasir_seg": 500, "fuseg_wound": 250, "dsb2018_nuclei": 100},
    {"fuseg_wound": 400, "kvasir_seg": 400},
    {"fuseg_wound": 400, "kvasir_seg": 150},
)
#: What a point means is learnt from many (EXPERIMENTS.md, 27).
MANY = Amounts(
    {"plain": 700, "hard": 220},
    {"kvasir_seg": 500, "fuseg_wound": 250, "dsb2018_nuclei": 481},
    {"fuseg_wound": 2400, "kvasir_seg": 2400, "dsb2018_nuclei": 1600},
    {"fuseg_wound": 1000, "kvasir_seg": 600},
)
NEGATIVE_COPIES, MADE, COLLAGES = 4, 240, 300
#: Pictures made of photographs for training and for thresholds.
PHOTOGRAPHS, HELD_PHOTOGRAPHS = 1200, 360
LIMBS, BARE = {"fuseg_wound": 450}, 250
#: Close-ups among the held-out pictures: without them, thresholds of domains would be looser.
HELD_CLOSE = {"fuseg_wound": 60, "kvasir_seg": 60, "dsb2018_nuclei": 60}
MARK_EVERY = 50


class Tokens(nn.Module):
    """What AutoMed's presence is read from."""

    def __init__(self, automed: AutoMed) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: Tensor, image: Tensor) -> Tensor:
        prompts = self.automed.auto_prompt(image)
        tokens, cells = self.automed.attend(embedding, prompts)
        return self.automed.presence_features(tokens, embedding, image, self.automed.draw(tokens, cells, prompts))


class Looker:
    """The encoder and AutoMed's tokens in ONNX Runtime, which takes half of PyTorch's time on a CPU."""

    def __init__(self, system: System, threads: int = 1, encoder: Path | None = None) -> None:
        """`encoder`: a file that is asked in the place of the system's own encoder."""
        config = system.sam.image_encoder.config
        image, embedding = torch.zeros(1, 3, SIDE, SIDE), torch.zeros(1, config.channels, config.grid, config.grid)
        self.encode = OnnxEncoder(encoder or system, threads)
        names = ["embedding", "image"]
        self.tokens = session_of(Tokens(system.automed), [embedding, image], names, "tokens", threads)

    def look(self, pixels: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
        """uint8 [3, 256, 256] -> embedding float16 [C, 16, 16] and what presence is read from, float16 [W]."""
        shown = torch.from_numpy(pixels[None]).float()
        embedding, image = self.encode(shown).numpy(), normalise(shown).numpy()
        tokens = self.tokens.run(None, {"embedding": embedding, "image": image})[0]
        return {"embedding": embedding[0].astype(np.float16), "tokens": tokens[0].astype(np.float16)}


def plan(sets: dict[str, LoadedSet], negatives: int, photographs: int, amounts: Amounts = USUAL) -> list[Item]:
    """What is looked at, shuffled, so that a run cut short has some of everything."""
    rng = np.random.default_rng(3)
    items = [Item("nothing", "negatives", row) for row in range(negatives)]
    items += [Item("hard", "negatives", row) for row in range(NEGATIVE_COPIES * negatives)]
    items += [Item("made", "made", row) for row in range(MADE)] + [
        Item("collage", "collage", row) for row in range(COLLAGES)
    ]
    for name, data in sets.items():
        for kind, count in (amounts.segmented if data.masks is not None else CLASSIFIED).items():
            items += [Item(kind, name, int(row)) for row in rng.permutation(len(data))[:count]]
        # As many parts around the target, or every close-up would be taken for one without it.
        for kind in ("part", "close"):
            items += [Item(kind, name, int(row)) for row in rng.permutation(len(data))[: amounts.parts.get(name, 0)]]
    if photographs:
        items += [Item("photo", "photographs", row) for row in range(PHOTOGRAPHS)]
        items += [Item("framed", name, row) for name in sets for row in range(amounts.framed.get(name, 0))]
        items += [Item("limb", name, row) for name in sets for row in range(LIMBS.get(name, 0))]
        items += [Item("bare", "photographs", row) for row in range(BARE)]
    for name, again in amounts.wider.items():
        rows = len(sets[name]) if name in sets else 0
        # A row beyond the last is another copy.
        wider = [Item("hard", name, row) for row in range(rows and rows + again)]
        items += sorted({*wider, *(Item("close", name, row) for row in range(rows))} - {*items}, key=repr)
    return [items[i] for i in rng.permutation(len(items))]


def plan_held_out(sets: dict[str, LoadedSet], photographs: int) -> list[Item]:
    """Held-out images as they are and harder, parts of them, made pictures, photographs: what thresholds are
    chosen on.
    """
    rng = np.random.default_rng(4)
    items = [Item("made", "made", MADE + row) for row in range(MADE // 2)]
    if photographs:
        items += [Item("photo", "photographs", row) for row in range(HELD_PHOTOGRAPHS)]
        items += [Item("framed", name, row) for name in sets for row in range(USUAL.framed.get(name, 0) // 4)]
        items += [Item("limb", name, row) for name in sets for row in range(LIMBS.get(name, 0) // 5)]
        items += [Item("bare", "photographs", row) for row in range(BARE // 4)]
    for name, data in sets.items():
        count = len(data) if data.masks is not None else CLASSIFIED["plain"]
        kinds = ("plain", "hard", "part") if name in USUAL.parts else ("plain", "hard")
        items += [Item(kind, name, int(row)) for kind in kinds for row in rng.permutation(len(data))[:count]]
    for name, data in sets.items():
        items += [Item("close", name, int(row)) for row in rng.permutation(len(data))[: HELD_CLOSE.get(name, 0)]]
    return [items[i] for i in rng.permutation(len(items))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is used"
    )
    parser.add_argument("--photographs", type=Path, help="folder that medzoo_train.photographs has filled")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, help="look at these kinds of pictures alone")
    parser.add_argument("--many", action="store_true", help="more of the segmentation sets, to learn points from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=("train", "val"), default="train", help="val: what thresholds are chosen on")
    parser.add_argument("--limit", type=int, help="stop after this many pictures")
    args = parser.parse_args()
    torch.set_num_threads(1)
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(torch.load(args.weights, weights_only=False), tasks).eval()
    sets = {spec.name: load_set(spec, args.data, args.split) for spec in SETS}
    negatives = load_negatives(args.negatives, negative_folders(args.negatives), training=True, size=STORED)
    targets = system.automed.config.targets
    photographs = load_photographs(args.photographs, args.split) if args.photographs else []
    pictures, looker = Pictures(sets, negatives, targets, photographs), Looker(system)
    config = system.sam.image_encoder.config
    widths = {
        "embedding": (config.channels, config.grid, config.grid),
        "tokens": (system.automed.presence_width(),),
    }
    count = len(photographs)
    amounts = MANY if args.many else USUAL
    items = plan(sets, len(negatives), count, amounts) if args.split == "train" else plan_held_out(sets, count)
    items = [item for item in items if not args.kinds or item.kind in args.kinds]
    seen = Seen(args.out, items, widths)
    last = min(len(items), args.limit or len(items))
    for row in tqdm(range(seen.done, last), initial=seen.done, total=last, mininterval=15):
        pixels, mask, presence = pictures.make(items[row])
        seen.put(row, {"pixels": pixels, "mask": np.packbits(mask), "presence": presence, **looker.look(pixels)})
        if (row + 1) % MARK_EVERY == 0 or row + 1 == last:
            seen.mark(row + 1)


if __name__ == "__main__":
    main()
