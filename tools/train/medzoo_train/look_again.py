"""`python -m medzoo_train.look_again --seen DIR ... --weights W --out DIR`: the same pictures by the encoder file that
ships.

What `medzoo_train.look` has kept of the reference is asked of the file that a CPU runs, so that domains and thresholds
are fitted on the embeddings that people get. Each folder gets one of its name below --out. Stops and resumes.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import torch
from tqdm import tqdm

from .data.sets import SETS
from .export.model_json import file_that_runs, read_encoder
from .look import MARK_EVERY, Looker
from .models.system import system_of
from .training.seen import Seen

#: What of a folder no encoder has made.
PICTURES = ("pixels.npy", "mask.npy", "presence.npy")


def begin(before: Path, after: Path, variant: str, width: int) -> Seen:
    """A folder of the same pictures, of which none is looked at yet; or as an interrupted run left it.

    `variant`: the digest of a variant, or nothing where the reference is what ships. `width`: of what presence is read
    from.
    """
    known = after / "encoder"
    if known.is_file() and known.read_text() != variant:
        raise SystemExit(f"{after} holds embeddings of another encoder; give another --out or remove it.")
    after.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        if not (after / name).exists():
            try:
                os.link(before / name, after / name)
            except OSError:
                shutil.copy(before / name, after / name)
    old = Seen(before)
    widths = {"embedding": old.arrays["embedding"].shape[1:], "tokens": (width,)}
    known.write_text(variant)
    return Seen(after, old.items, widths)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seen", type=Path, nargs="+", required=True, help="folders that medzoo_train.look has filled")
    parser.add_argument("--weights", type=Path, required=True, help="whose AutoMed reads the embeddings")
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    file = args.packages / "sam-med2d" / "weights" / "model.json"
    content = read_encoder(file)
    running = file_that_runs(content)
    variant = "" if running["sha256"] == content["model"]["sha256"] else str(running["sha256"])
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    system = system_of(torch.load(args.weights, weights_only=False), tasks).eval()
    looker = Looker(system, encoder=file.parent / running["url"])
    for folder in args.seen:
        seen = begin(folder, args.out / folder.name, variant, system.automed.presence_width())
        last = Seen(folder).done
        for row in tqdm(range(seen.done, last), desc=folder.name, initial=seen.done, total=last, mininterval=15):
            seen.put(row, looker.look(seen.arrays["pixels"][row]))
            if (row + 1) % MARK_EVERY == 0 or row + 1 == last:
                seen.mark(row + 1)


if __name__ == "__main__":
    main()
