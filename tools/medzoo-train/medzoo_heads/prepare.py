"""What both tasks begin with: read, split, look for leaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .arrays import Floats, Json
from .domain.background import Background, background_from_json
from .embeddings.embeddings import Embeddings
from .embeddings.leaks import find_leaks, forget_leaks, report_leaks
from .embeddings.pooled import Pooled
from .embeddings.rows import Row
from .embeddings.splits import Splits, split_rows
from .errors import TrainError
from .export.encoder import EncoderFile
from .export.golden_input import GoldenInput, golden_input
from .export.model_json import check_encoder_of, manifest_of, read_before
from .export.staged import check_writable
from .settings import Settings
from .training import say

NO_DOMAIN = (
    "No domain statistics are written, so the head answers about any image: give --encoder, the model.json of an "
    "encoder "
    "that has a `domain`."
)


@dataclass(frozen=True)
class Opened:
    """The folder of embeddings and what belongs to it."""

    embeddings: Embeddings
    splits: Splits
    encoder: EncoderFile | None
    background: Background | None
    golden: GoldenInput | None
    #: The model.json that is in --out already.
    before: Json


@dataclass(frozen=True)
class Data:
    """Rows to train on, without leaks, and their pooled embeddings."""

    splits: Splits
    pooled: Pooled

    def look(self, name: str) -> tuple[list[Row], Floats]:
        """Rows of a split, those of train with copies, and float64 [N, 2C]."""
        rows: list[Row] = getattr(self.splits, name)
        return rows, self.pooled.of(rows)


def open_all(settings: Settings) -> Opened:
    """Everything that can be refused before a minute is spent."""
    check_writable(settings.out)
    before = read_before(settings.out)
    manifest_of(settings.about, before)
    embeddings = Embeddings(settings.embeddings)
    forget_leaks(settings.embeddings, settings.out)
    about = embeddings.about
    check_encoder_of(before, about.encoder, settings.out)
    encoder = EncoderFile(settings.encoder, about) if settings.encoder else None
    domain = (encoder.domain if encoder else None) or about.domain
    background = background_from_json(domain, about.shape[0]) if domain else None
    return Opened(
        embeddings, split_rows(embeddings.rows), encoder, background, golden_input(embeddings, encoder), before
    )


def prepare(opened: Opened, settings: Settings, wanted: Callable[[Row], bool], check: Callable[[Splits], None]) -> Data:
    """Rows that are `wanted`, without images on both sides of a split; `check` says whether enough are left."""
    splits = opened.splits.keep(wanted)
    check(splits)
    left_out = len(opened.embeddings.rows) - sum(len(getattr(splits, name)) for name in ("train", "val", "test"))
    if left_out:
        say(f"Left out: {left_out} rows of other splits, without what is needed, or by --leave-out.")
    rows = [*splits.train, *splits.val, *splits.test]
    pooled = Pooled(opened.embeddings, rows)
    leaks = find_leaks(opened.embeddings, splits, {name: pooled.of(part) for name, part in splits.by_name().items()})
    if leaks and not settings.drop_leaks:
        report_leaks(leaks, settings.embeddings)
    if leaks:
        spared = {(leak.spared.split, leak.spared.file) for leak in leaks}
        splits = splits.keep(lambda row: (row.split, row.file) not in spared)
        say(f"Left out, as they are in a later split too: {len(spared)} images (--drop-leaks).")
        try:
            check(splits)
        except TrainError as error:
            raise TrainError(f"Without the leaks: {error}") from None
    counts = ", ".join(f"{name} {len(part)}" for name, part in splits.by_name().items())
    copies = len(splits.train) - len(splits.train_originals)
    say(f"Images: {counts}{f'; {copies} augmented copies of train' if copies else ''}.")
    return Data(splits, pooled)


def is_better(head: float, probe: float) -> bool:
    """Losses on val: a head that is no better than the probe is not worth its weights."""
    return head < probe


def groups_of(rows: Sequence[Row]) -> list[str]:
    return [row.group for row in rows]
