"""`python -m medzoo_train.domain background|head|ours`: domains into model.json, for our heads and for anybody's.

`background` writes what the encoder knows of the world, `head` the domain and the thresholds of one head, from a folder
of images in the layout of our data sets (index.csv with splits train and val). `ours` does `head` for every head of the
packages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.background import Background
from medzoo_heads.domain.pooling import pool
from medzoo_heads.domain.score import USE, HeadDomain, fit_head, fit_own, golden_domains, head_domain_from_json, score
from medzoo_heads.export.golden import draw_picture
from PIL import UnidentifiedImageError

from ..data.corrupt import corrupt
from ..data.index import DataError, read_index
from ..export.head_files import golden_input
from ..export.model_json import read_encoder
from ..models.config import SAM_MED2D_TINY
from ..training.seen import Seen
from .arguments import make_parser
from .background import FINE_DIRECTIONS, fit_background, fit_background_of_first
from .damaged import damaged_kinds, turned_of
from .entries import check_asked, put, write
from .gather import APART, HARD, bearable_rows, parts_of, plain_domains, plain_rows, pooled_of_seen
from .kinds import COVERED, HEADS, REFUSED, TARGETS, USES, damaged_name, damaged_names
from .light import copies_of
from .of_encoder import background_of, fine_background_of
from .pooled import Pixels, PooledEncoder, pool_rows, read_pixels
from .thresholds import renew_file

#: Of an image that a head is fitted on, what happens to files on their way and is no reason to refuse them.
MILD = ("jpeg20", "blur", "darker", "brighter", "contrast-low", "contrast-high", "crop", "letterbox")
#: With fewer held-out images no threshold can vouch for .05.
ENOUGH = 32


def folders(paths: Sequence[Path]) -> list[Seen]:
    return [Seen(path) for path in paths]


def bend(image: Pixels, place: int) -> Pixels:
    return corrupt(image, MILD[place % len(MILD)], place)


def check_seen(encoder: PooledEncoder, seen: Sequence[Seen]) -> None:
    """Ends the command where what was kept comes from another file of the encoder than what is fitted here."""
    other = [folder.folder.name for folder in seen if folder.encoder != encoder.variant]
    if other:
        wanted = "medzoo_train.look_again" if encoder.variant else "medzoo_train.look"
        raise SystemExit(
            f"{', '.join(other)}: embeddings of another file of the encoder than the one that domains are fitted for; "
            f"give folders that `python -m {wanted}` has filled, or another --precision."
        )


def write_background(
    packages: Path, data: Path, negatives: Path, seen: Sequence[Seen], kept: Path | None, is_reference: bool = False
) -> Background:
    file = packages / "sam-med2d" / "weights" / "model.json"
    content = read_encoder(file)
    looker = PooledEncoder(file, content, is_reference=is_reference)
    check_seen(looker, seen)
    channels = min(SAM_MED2D_TINY.out_chans, content["model"]["outputs"][0]["shape"][1])
    known, damaged = plain_domains(looker, data, negatives, seen, kept), damaged_kinds(looker, data, kept)
    fitted = fit_background_of_first(channels, known, damaged)
    fine = fit_background(known, damaged, FINE_DIRECTIONS)
    content.pop("furtherDomains", None)
    write(file, {**content, "domain": fitted.to_json(), "furtherDomains": [fine.to_json()]})
    for gaussian in fitted.known:
        print(f"{gaussian.name}: n {gaussian.n}, {', '.join(gaussian.datasets)}")
    return fitted


def put_golden(file: Path, background: Background, domains: Sequence[HeadDomain], pooled: Floats) -> None:
    """What a head's domains say of the golden picture, into its golden record."""
    record = json.loads(file.read_text(encoding="utf-8"))
    record["domains"] = golden_domains(background, domains, pooled)
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def describe(name: str, domain: HeadDomain, held_out: Floats, background: Background) -> None:
    scores, _ = score(background, domain.own, domain.covers, held_out)
    thresholds = ", ".join(f"{rate:g}: {value:.2f}" for rate, value in sorted(domain.thresholds.items()))
    middle = f"median score {np.median(scores):.1f}"
    print(f"{name}: thresholds {thresholds}; n {domain.n}; {middle}; covers {', '.join(domain.covers) or 'none'}")


def write_head(args: argparse.Namespace) -> None:
    """Somebody's head, from their images."""
    encoder = read_encoder(args.encoder)
    background = background_of(encoder)
    labels, covers = args.label or [], args.covers
    check_asked(json.loads(args.model.read_text(encoding="utf-8")), background, args.name, labels, covers or [])
    golden = args.golden or args.model.with_name("golden.json")
    looker = PooledEncoder(args.encoder, encoder)
    rows, held_rows = read_index(args.data, "train")[: args.most], read_index(args.data, "val")
    plain = pool_rows(looker, rows, "train")
    bent = pool_rows(looker, rows, "train, bent", change=bend)
    own = fit_own(background, np.concatenate([plain, bent]), [row.label for row in rows] * 2, args.name, args.data.name)
    held = pool_rows(looker, held_rows, "val")
    domain = fit_head(background, own, held, [args.data.name], args.use, covers, labels)
    without = put(args.model, domain)
    if golden.is_file():
        renew_golden(golden, args.model, background, PooledEncoder(args.encoder, encoder, is_reference=True))
    describe(args.name, domain, held, background)
    if domain.n < ENOUGH:
        print(
            f"With {domain.n} held-out images about 1 in {domain.n + 1} images of its own kind is refused: expected "
            f"{ENOUGH} or more in the split val."
        )
    if without:
        print(
            f"Without a domain, so answered on images of any kind: {', '.join(without)}. Give each of them one, "
            "with --label."
        )


def renew_golden(golden: Path, model: Path, background: Background, reference: PooledEncoder) -> None:
    """What all domains of a head say of its golden picture, which the head's tests look at."""
    record = json.loads(golden.read_text(encoding="utf-8"))
    entries = json.loads(model.read_text(encoding="utf-8"))["domains"]
    picture = read_pixels(golden.with_name(record["image"]))
    put_golden(
        golden, background, [head_domain_from_json(entry) for entry in entries], reference.pooled_exactly(picture)
    )


def write_ours(
    packages: Path,
    data: Path,
    seen: Sequence[Seen],
    held_seen: Sequence[Seen],
    kept: Path | None,
    is_reference: bool = False,
) -> None:
    """Our heads. A classifier's own kinds are its classes, as they are and with light damage: as strict as can be.

    A target's are wider, and its thresholds are chosen on harder images too: what masks and presence can do, the domain
    may not refuse. Golden records learn of it all, and speak of the reference: a variant's numbers differ a little by
    processor.
    """
    file = packages / "sam-med2d" / "weights" / "model.json"
    encoder = read_encoder(file)
    background, fine = background_of(encoder), fine_background_of(encoder)
    looker = PooledEncoder(file, encoder, is_reference=is_reference)
    check_seen(looker, [*seen, *held_seen])
    reference = PooledEncoder(file, encoder, is_reference=True)
    golden = pool(reference.session.run(None, {"image": golden_input(draw_picture()).numpy()})[0])[0]

    def held_out(dataset: str) -> Floats:
        return pool_rows(looker, read_index(data / dataset, "val"), dataset, kept and kept / f"{dataset}.val.clean.npz")

    for task, (kinds, dataset) in HEADS.items():
        held = held_out(dataset)
        rows, pooled = plain_rows(looker, data, dataset, kept)
        pooled = np.concatenate([pooled, copies_of(looker, data, dataset, kept)])
        own = fit_own(fine, pooled, [row.label for row in rows] * 2, kinds[0], dataset)
        covers = [*kinds, *(damaged_name(subject, damage) for subject, damage in COVERED.get(task, ()))]
        domain = fit_head(fine, own, held, [dataset], USE, covers)
        put(packages / "medcls" / "weights" / task / "model.json", domain)
        put_golden(packages / "medcls" / "golden" / task / "golden.json", fine, [domain], golden)
        describe(task, domain, held, fine)
    automed, targets = packages / "automed" / "weights" / "model.json", []
    for target, (kinds, dataset) in TARGETS.items():
        refused = REFUSED[target]
        parts = parts_of(looker, data, dataset, seen, kept, refused)
        if refused and "turned" not in refused:
            # Turns are borne. Without these, wounds on their side are like inverted ones: .13 refused, now .02 (val).
            parts.append((kinds[0], turned_of(looker, data, dataset, kept)))
        own_kinds = [background.fit(part, kind, [dataset]) for kind, part in parts if kind in kinds]
        harder = [
            pooled_of_seen(folder, bearable_rows(folder, (HARD, *APART), dataset, refused)) for folder in held_seen
        ]
        held = np.concatenate([held_out(dataset), *harder])
        borne = () if refused else damaged_names()
        use, covers = USES.get(target, USE), [*kinds, *borne]
        domain = fit_head(background, own_kinds, held, [dataset], use, covers, [target], sure={})
        put(automed, domain)
        describe(target, domain, held, background)
        targets.append(domain)
    put_golden(packages / "automed" / "golden" / "golden.json", background, targets, golden)


def main() -> None:
    parser = make_parser()
    args = parser.parse_args()
    if args.command == "head":
        if args.most < 1:
            parser.error("--most: expected a whole number from 1")
        try:
            write_head(args)
        except (DataError, UnidentifiedImageError, FileNotFoundError) as error:
            raise SystemExit(f"Nothing was written. {error}") from None
    elif args.command == "thresholds":
        if (args.data is None) != (args.encoder is None):
            parser.error("expected --data and --encoder together, or neither of them")
        renew_file(args.model, args.golden, (args.encoder, args.data) if args.data else None)
    elif args.command == "background":
        write_background(
            args.packages, args.data, args.negatives, folders(args.seen), args.kept, args.precision == "reference"
        )
    else:
        seen, held = folders(args.seen), folders(args.held)
        write_ours(args.packages, args.data, seen, held, args.kept, args.precision == "reference")


if __name__ == "__main__":
    main()
