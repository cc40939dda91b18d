"""`python -m medzoo_train.look --weights W --data DIR --negatives DIR --out DIR`: pictures, embeddings and tokens onto disk.

The encoder and AutoMed stand still, so each picture is looked at once; presence, domains and the promptable head learn from what
is kept. Stops and resumes: call it again with the same --out.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from tqdm import tqdm

from .data.augment import affine_maps, relight, warp
from .data.collage import collage
from .data.harden import Hardening, harden, turn_and_letterbox
from .data.limbs import bare_limb, limb_with_wound
from .data.negatives import clear_boxes
from .data.nothing import load_negatives, made_pictures, negative_folders
from .data.objects import Box, box_of, components
from .data.photographs import Photograph, frame_box, ground, load_photographs, photograph_picture, recolour
from .data.sets import ANY_WAY_UP, COLOURED, SETS, SetSpec
from .models.automed import AutoMed
from .models.pixels import normalise
from .models.system import System, system_of
from .training.batches import STORED, LoadedSet, load_set
from .training.onnx_encoder import OnnxEncoder, session_of
from .training.seen import KINDS, SIDE, Item, Seen

#: How many pictures of each kind of a segmentation set, of a classification set, and of the rest. Few say most: what the encoder
#: sees of a set's images is much alike.
SEGMENTED = {"plain": 300, "hard": 220}
CLASSIFIED = {"plain": 120, "hard": 80}
#: Parts beside the target; more where other images of the kind show no target at all.
PARTS = {"kvasir_seg": 500, "fuseg_wound": 250, "dsb2018_nuclei": 100}
NEGATIVE_COPIES, MADE, COLLAGES = 4, 240, 300
#: Pictures made of photographs for training and for thresholds, and targets with a photograph or a cloth around them.
PHOTOGRAPHS, HELD_PHOTOGRAPHS = 1200, 360
FRAMED = {"fuseg_wound": 400, "kvasir_seg": 150}
LIMBS, BARE = {"fuseg_wound": 450}, 250
MARK_EVERY = 50
#: A picture uint8 [3, S, S], its mask bool [S, S], and for each target 1 (there), 0 (absent) or -1 (unknown).
Made = tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.int8]]


class Tokens(nn.Module):
    """What AutoMed's presence is read from, without the masks."""

    def __init__(self, automed: AutoMed) -> None:
        super().__init__()
        self.automed = automed

    def forward(self, embedding: Tensor, image: Tensor) -> Tensor:
        tokens, _ = self.automed.attend(embedding, self.automed.auto_prompt(image))
        return self.automed.presence_features(tokens, embedding)


class Looker:
    """The encoder and AutoMed's tokens in ONNX Runtime, which takes half of PyTorch's time on a CPU."""

    def __init__(self, system: System, threads: int = 1) -> None:
        config = system.sam.image_encoder.config
        image, embedding = torch.zeros(1, 3, SIDE, SIDE), torch.zeros(1, config.out_chans, config.grid, config.grid)
        self.encode = OnnxEncoder(system, threads)
        names = ["embedding", "image"]
        self.tokens = session_of(Tokens(system.automed), [embedding, image], names, "tokens", threads)

    def look(self, pixels: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
        """uint8 [3, 256, 256] -> embedding float16 [C, 16, 16] and tokens float16 [(T + 3) * C]."""
        shown = torch.from_numpy(pixels[None]).float()
        embedding, image = self.encode(shown).numpy(), normalise(shown).numpy()
        tokens = self.tokens.run(None, {"embedding": embedding, "image": image})[0]
        return {"embedding": embedding[0].astype(np.float16), "tokens": tokens[0].astype(np.float16)}


def plan(sets: dict[str, LoadedSet], negatives: int, photographs: int) -> list[Item]:
    """What is looked at, shuffled, so that a run cut short has some of everything."""
    rng = np.random.default_rng(3)
    items = [Item("nothing", "negatives", row) for row in range(negatives)]
    items += [Item("hard", "negatives", row) for row in range(NEGATIVE_COPIES * negatives)]
    items += [Item("made", "made", row) for row in range(MADE)] + [Item("collage", "collage", row) for row in range(COLLAGES)]
    for name, data in sets.items():
        for kind, count in (SEGMENTED if data.masks is not None else CLASSIFIED).items():
            items += [Item(kind, name, int(row)) for row in rng.permutation(len(data))[:count]]
        # As many parts around the target, or every close-up would be taken for one without it.
        for kind in ("part", "close"):
            items += [Item(kind, name, int(row)) for row in rng.permutation(len(data))[: PARTS.get(name, 0)]]
    if photographs:
        items += [Item("photo", "photographs", row) for row in range(PHOTOGRAPHS)]
        items += [Item("framed", name, row) for name in sets for row in range(FRAMED.get(name, 0))]
        items += [Item("limb", name, row) for name in sets for row in range(LIMBS.get(name, 0))]
        items += [Item("bare", "photographs", row) for row in range(BARE)]
    return [items[i] for i in rng.permutation(len(items))]


def plan_held_out(sets: dict[str, LoadedSet], photographs: int) -> list[Item]:
    """Held-out images as they are and harder, parts of them, made pictures, photographs: what thresholds are chosen on."""
    rng = np.random.default_rng(4)
    items = [Item("made", "made", MADE + row) for row in range(MADE // 2)]
    if photographs:
        items += [Item("photo", "photographs", row) for row in range(HELD_PHOTOGRAPHS)]
        items += [Item("framed", name, row) for name in sets for row in range(FRAMED.get(name, 0) // 4)]
        items += [Item("limb", name, row) for name in sets for row in range(LIMBS.get(name, 0) // 5)]
        items += [Item("bare", "photographs", row) for row in range(BARE // 4)]
    for name, data in sets.items():
        count = len(data) if data.masks is not None else CLASSIFIED["plain"]
        kinds = ("plain", "hard", "part") if name in PARTS else ("plain", "hard")
        items += [Item(kind, name, int(row)) for kind in kinds for row in rng.permutation(len(data))[:count]]
    return [items[i] for i in rng.permutation(len(items))]


def middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


class Pictures:
    """Makes the picture of an item, its mask, and which targets are there (1, 0, or -1 for unknown)."""

    def __init__(
        self, sets: dict[str, LoadedSet], negatives: Tensor, targets: tuple[str, ...], photographs: Sequence[Photograph] = ()
    ) -> None:
        self.sets, self.negatives, self.targets, self.photographs = sets, negatives, targets, photographs

    def make(self, item: Item) -> Made:
        seed = zlib.crc32(f"{item.kind} {item.set} {item.row}".encode())
        rng = np.random.default_rng(seed)
        empty = np.zeros((SIDE, SIDE), bool)
        absent = np.zeros(len(self.targets), np.int8)
        if item.kind == "made":
            return made_pictures(6, SIDE, np.random.default_rng([seed, 1])).numpy()[item.row % 6], empty, absent
        if item.kind == "collage":
            grounds = [data.images for data in self.sets.values()]
            pair = [
                images[int(rng.integers(len(images)))].numpy() for images in (grounds[rng.integers(len(grounds))] for _ in "ab")
            ]
            return *collage(pair[0], pair[1], rng), absent - 1
        if item.kind == "photo":
            return photograph_picture(self.photographs, item.row, SIDE, rng), empty, absent
        if item.kind == "bare":
            return recolour(bare_limb(self.photographs, SIDE, rng), rng).transpose(2, 0, 1), empty, absent
        if item.kind in ("framed", "limb"):
            return self.elsewhere(self.sets[item.set], item, rng)
        if item.set == "negatives":
            picture = self.negatives[item.row % len(self.negatives)]
            return (picture.numpy() if item.kind == "nothing" else self.bend(picture, None, None, seed)[0]), empty, absent
        data = self.sets[item.set]
        if item.kind == "part":
            return self.part(data, item, rng)
        if item.kind == "close":
            return self.close(data, item, rng)
        # A row beyond the last is another copy.
        row = item.row % len(data)
        mask = None if data.masks is None else data.masks[row]
        known = self.presence(data.spec, mask)
        if item.kind == "plain":
            return data.images[row].numpy(), empty if mask is None else mask.numpy() > 127, known
        pixels, cover = self.bend(data.images[row], mask, data.spec, seed)
        if mask is not None and cover.mean() < 0.3 * max(float((mask > 127).float().mean()), 1e-6):
            known[self.targets.index(data.spec.subject)] = -1
        return pixels, cover, known

    def presence(self, spec: SetSpec, mask: Tensor | None) -> npt.NDArray[np.int8]:
        there = spec.shows if mask is None else ((spec.subject,) if bool((mask > 127).any()) else ())
        return np.array([target in there for target in self.targets], np.int8)

    def part(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A part of the image beside its mask; a piece of one colour where there is none to be had."""
        assert data.masks is not None
        boxes = clear_boxes(data.masks[item.row].numpy(), 1, rng)
        empty, absent = np.zeros((SIDE, SIDE), bool), np.zeros(len(self.targets), np.int8)
        if not boxes:
            return np.full((3, SIDE, SIDE), rng.integers(0, 255), np.uint8), empty, absent
        x0, y0, x1, y1 = boxes[0]
        part = data.images[item.row][None, :, y0:y1, x0:x1].float()
        grown = nn.functional.interpolate(part, size=(SIDE, SIDE), mode="bilinear").round().to(torch.uint8)[0]
        return grown.numpy(), empty, absent

    def close(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A part of the image around one of its targets, from all of it filled to a seventh."""
        assert data.masks is not None
        whole = data.masks[item.row] > 127
        parts = components(whole.numpy(), rng)
        known = self.presence(data.spec, data.masks[item.row])
        if not parts:
            return data.images[item.row].numpy(), whole.numpy(), known
        box = box_of(parts[int(rng.integers(len(parts)))])
        grow = rng.uniform(1.0, 2.5)
        half = np.clip(grow * max(box.x1 - box.x0, box.y1 - box.y0) / 2, 12, SIDE / 2)
        x, y = (np.clip(centre + rng.uniform(-0.3, 0.3) * half, half, SIDE - half) for centre in middle(box))
        x0, y0, x1, y1 = (round(float(v)) for v in (x - half, y - half, x + half, y + half))
        cut = data.images[item.row][None, :, y0:y1, x0:x1].float()
        grown = nn.functional.interpolate(cut, size=(SIDE, SIDE), mode="bilinear").round().to(torch.uint8)[0]
        cover = nn.functional.interpolate(whole[None, None, y0:y1, x0:x1].float(), size=(SIDE, SIDE), mode="bilinear")[0, 0]
        return grown.numpy(), cover.numpy() > 0.5, known

    def elsewhere(self, data: LoadedSet, item: Item, rng: np.random.Generator) -> Made:
        """A target and what is around it, in another light, as a piece of a picture of something else; or on a limb."""
        pixels, mask, known = self.close(data, Item("close", item.set, item.row % len(data)), rng)
        picture = recolour(np.ascontiguousarray(pixels.transpose(1, 2, 0)), rng)
        if item.kind == "limb":
            whole, cover = limb_with_wound(picture, mask, self.photographs, SIDE, rng)
            return whole.transpose(2, 0, 1), cover, known
        whole, cover = ground(self.photographs, SIDE, rng).copy(), np.zeros((SIDE, SIDE), bool)
        left, top, width, height = frame_box(SIDE, rng)
        place = np.s_[top : top + height, left : left + width]
        whole[place] = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR))
        cover[place] = np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST))
        return whole.transpose(2, 0, 1), cover, known

    def bend(self, image: Tensor, mask: Tensor | None, spec: SetSpec | None, seed: int) -> Any:
        """One copy as training bends and hardens it: uint8 [3, S, S], bool [S, S]."""
        generator = torch.Generator().manual_seed(seed)
        settings = [spec.augmentation if spec else ANY_WAY_UP]
        hardening = Hardening(damage=0.6, grey=0.35, invert=0.08, turn=0.12, letterbox=0.1)
        maps = turn_and_letterbox(affine_maps(settings, generator), settings, hardening, generator)
        pixels, cover = warp(image[None], None if mask is None else mask[None], maps, SIDE)
        pixels = harden(relight(pixels, settings, generator), [spec is None or spec.modality in COLOURED], hardening, generator)
        covered = np.zeros((SIDE, SIDE), bool) if cover is None else cover[0].numpy() > 0.5
        return pixels[0].round().to(torch.uint8).numpy(), covered


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is used")
    parser.add_argument("--photographs", type=Path, help="folder that medzoo_train.photographs has filled")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, help="look at these kinds of pictures alone")
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
        "embedding": (config.out_chans, config.grid, config.grid),
        "tokens": ((len(targets) + 3) * config.out_chans,),
    }
    count = len(photographs)
    items = plan(sets, len(negatives), count) if args.split == "train" else plan_held_out(sets, count)
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
