"""`python -m medzoo_train.domain background|head|ours`: domains into model.json, for our heads and for anybody's.

`background` writes what the encoder knows of the world, `head` the domain and the thresholds of one head, from a folder of images
in the layout of our data sets (index.csv with splits train and val). `ours` does `head` for every head of the packages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.corrupt import corrupt
from ..data.index import read_index
from ..export.golden import golden_picture
from ..export.model_json import read_encoder
from ..export.package import golden_input
from ..training.seen import Seen
from .background import Background, background_from_json, fit_background
from .gather import gather_domains, pooled_of_seen
from .gaussian import Floats, Gaussian
from .kinds import HEADS, TARGETS
from .pooled import Pixels, PooledEncoder, pool, pool_rows
from .score import HeadDomain, fit_head, score

#: Of an image that a head is fitted on, what happens to files on their way and is no reason to refuse them.
MILD = ("jpeg20", "blur", "darker", "brighter", "contrast-low", "contrast-high", "crop", "letterbox")
#: Default rates: a classifier that refuses is safe; a target whose image is refused has no mask, and presence guards it too.
REFUSE_CLASS, REFUSE_TARGET = 0.05, 0.01


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def bend(image: Pixels, place: int) -> Pixels:
    return corrupt(image, MILD[place % len(MILD)], place)


def write_background(packages: Path, data: Path, negatives: Path, seen: Seen | None, kept: Path | None) -> Background:
    file = packages / "sam-med2d" / "weights" / "model.json"
    content = read_encoder(file)
    domains = gather_domains(PooledEncoder(file, content), data, negatives, seen, kept)
    fitted = fit_background(domains)
    write(file, {**content, "domain": fitted.to_json()})
    for gaussian in fitted.known:
        print(f"{gaussian.name}: n {gaussian.n}, {', '.join(gaussian.datasets)}")
    return fitted


def background_of(encoder: dict[str, Any]) -> Background:
    if "domain" not in encoder:
        raise SystemExit("This encoder's model.json has no domain: write it first, with `python -m medzoo_train.domain background`.")
    return background_from_json(encoder["domain"])


def put(file: Path, domain: HeadDomain) -> None:
    """Into the head's model.json, in the place of an entry about the same labels; before the metrics, which are long."""
    content = json.loads(file.read_text(encoding="utf-8"))
    others = [entry for entry in content.pop("domains", []) if tuple(entry.get("labels", ())) != domain.labels]
    order = {label: i for i, label in enumerate(content["labels"])}
    entries = sorted([*others, domain.to_json()], key=lambda entry: order.get((entry.get("labels") or [""])[0], -1))
    items = list(content.items())
    place = list(content).index("metrics") if "metrics" in content else len(items)
    write(file, dict([*items[:place], ("domains", entries), *items[place:]]))


def put_golden(file: Path, background: Background, domains: Sequence[HeadDomain], pooled: Floats) -> None:
    """What a head's domains say of the golden picture, into its golden record."""
    record = json.loads(file.read_text(encoding="utf-8"))
    record["domains"] = []
    for domain in domains:
        values, nearest = score(background, domain.own, domain.covers, pooled[None])
        labels = {"labels": list(domain.labels)} if domain.labels else {}
        said = {"score": float(values[0]), "threshold": domain.threshold, "inDomain": bool(values[0] <= domain.threshold)}
        record["domains"].append(labels | said | {"nearest": nearest[0]})
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def describe(name: str, domain: HeadDomain, held_out: Floats, background: Background) -> None:
    scores, _ = score(background, domain.own, domain.covers, held_out)
    thresholds = ", ".join(f"{rate:g}: {value:.2f}" for rate, value in sorted(domain.thresholds.items()))
    print(f"{name}: thresholds {thresholds}; n {domain.n}; scores {np.median(scores):.1f} in the middle; covers {list(domain.covers)}")


def write_head(args: argparse.Namespace) -> None:
    """Somebody's head, from their images."""
    encoder = read_encoder(args.encoder)
    background = background_of(encoder)
    looker = PooledEncoder(args.encoder, encoder)
    rows = read_index(args.data, "train")[: args.most]
    plain = pool_rows(looker, rows, "train")
    bent = pool_rows(looker, rows, "train, bent", change=bend)
    own = background.fit(np.concatenate([plain, bent]), args.name, [args.data.name])
    held = pool_rows(looker, read_index(args.data, "val"), "val")
    domain = fit_head(background, [own], held, [args.data.name], args.use, args.covers, args.label or [])
    put(args.model, domain)
    describe(args.name, domain, held, background)


def write_ours(packages: Path, data: Path, held_seen: Seen | None, kept: Path | None) -> None:
    """Our heads: their own are kinds that the encoder knows by name. Their golden records learn of it too."""
    file = packages / "sam-med2d" / "weights" / "model.json"
    encoder = read_encoder(file)
    background, looker = background_of(encoder), PooledEncoder(file, encoder)
    known = {gaussian.name: gaussian for gaussian in background.known}
    golden = pool(looker.session.run(None, {"image": golden_input(golden_picture()).numpy()})[0][0])

    def one(target: Path, kinds: Sequence[str], dataset: str, use: float, labels: Sequence[str], hard: bool) -> HeadDomain:
        rows = read_index(data / dataset, "val")
        held = pool_rows(looker, rows, dataset, kept and kept / f"{dataset}.val.clean.npz")
        if hard and held_seen is not None:
            # A target answers harder images too: what presence and masks can do, the domain may not refuse.
            held = np.concatenate([held, pooled_of_seen(held_seen, held_seen.rows(("hard",), (dataset,)))])
        own: list[Gaussian] = [known[kind] for kind in kinds]
        domain = fit_head(background, own, held, [dataset], use, kinds, labels)
        put(target, domain)
        describe(f"{target.parent.name} {' '.join(labels)}", domain, held, background)
        return domain

    for task, (kinds, dataset) in HEADS.items():
        domain = one(packages / "medcls" / "weights" / task / "model.json", kinds, dataset, REFUSE_CLASS, (), hard=False)
        put_golden(packages / "medcls" / "golden" / task / "golden.json", background, [domain], golden)
    automed = packages / "automed" / "weights" / "model.json"
    targets = [one(automed, kinds, dataset, REFUSE_TARGET, (name,), hard=True) for name, (kinds, dataset) in TARGETS.items()]
    put_golden(packages / "automed" / "golden" / "golden.json", background, targets, golden)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m medzoo_train.domain", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    packages = Path(__file__).parents[4] / "packages"
    ground = commands.add_parser("background", help="what the encoder knows of the world, into its model.json")
    ours = commands.add_parser("ours", help="domains and thresholds of our own heads, into theirs")
    for command in (ground, ours):
        command.add_argument("--packages", type=Path, default=packages)
        command.add_argument("--data", type=Path, required=True)
        command.add_argument("--seen", type=Path, help="what medzoo_train.look has kept (for `ours`: of the split val)")
        command.add_argument("--kept", type=Path, help="folder that remembers pooled embeddings of this encoder")
    ground.add_argument("--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is used")
    head = commands.add_parser("head", help="the domain of any head, from its images")
    head.add_argument("--encoder", type=Path, required=True, help="model.json of the encoder, which has a background")
    head.add_argument("--model", type=Path, required=True, help="model.json of the head, to write into")
    head.add_argument("--data", type=Path, required=True, help="folder with index.csv; train is fitted, val sets the thresholds")
    head.add_argument("--name", required=True, help='the kind of image in words, such as "chest film of a child"')
    head.add_argument("--label", nargs="+", help="labels that it is about; the whole head if left out")
    head.add_argument("--covers", nargs="+", help="known domains that are its own by another name; found by itself if left out")
    head.add_argument("--use", type=float, choices=(0.01, 0.05), default=REFUSE_CLASS, help="which false refusals are the default")
    head.add_argument("--most", type=int, default=1000, help="training images that are looked at")
    args = parser.parse_args()
    if args.command == "head":
        write_head(args)
    elif args.command == "background":
        write_background(args.packages, args.data, args.negatives, args.seen and Seen(args.seen), args.kept)
    else:
        write_ours(args.packages, args.data, args.seen and Seen(args.seen), args.kept)


if __name__ == "__main__":
    main()
