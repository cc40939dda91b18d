"""Embeddings with the encoder's stages beside them, channel by channel: a wider embedding on the same grid."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import Floats, Halves, Singles
from ..domain.pooling import pool
from ..embeddings.embeddings import Embeddings
from ..embeddings.format import EmbedFile, normalisation_of
from ..embeddings.rows import Row
from ..export.encoder import EncoderFile
from ..export.graph import check_same, open_session, run_model
from ..training import Clock, say
from .cut import Cut, cut_stages
from .widen import widen

#: Images that are run at once.
BATCH = 8
#: Share of the minutes that may be gone when all images have been looked at.
MOST_TIME = 0.5
#: Share of the free disk that may be taken.
SPARED = 0.8
#: By what share the probe's loss on val has to fall before a head reads the image too: its file is 4.7 MB larger then,
#: and it runs a part of the encoder once more.
WORTH = 0.05
#: The least that a channel counts as deviating by, as a share of what half of the channels do.
QUIET = 0.05


class Wide:
    """Read as `Embeddings` are. Stages are standardised, since a head's first step normalises all channels at once."""

    def __init__(self, embeddings: Embeddings, cut: Cut, rows: Sequence[Row], fitted_on: Sequence[Row]) -> None:
        self.embeddings, self.cut = embeddings, cut
        channels, height, width = embeddings.about.shape
        self.about: EmbedFile = replace(embeddings.about, shape=(channels + sum(cut.channels), height, width))
        self.session = open_session(cut.model)
        self.mean, self.std = normalisation_of(embeddings.about.preprocess)
        self.places = {row.number: place for place, row in enumerate(rows)}
        self.pooled = np.empty((len(rows), 2 * self.about.shape[0]))
        #: Nothing of a patient stays behind: the file has no name.
        self.kept = tempfile.TemporaryFile()  # noqa: SIM115
        self.maps: Any = np.memmap(self.kept, np.float16, "w+", shape=(len(rows), sum(cut.channels), height, width))
        self.center = np.zeros((sum(cut.channels), 1, 1), np.float32)
        self.scale = np.ones_like(self.center)
        self.rows, self.fitted_on = rows, fitted_on

    def look(self, clock: Clock) -> bool:
        """Runs the stages over all images. False where that would take too much of the time."""
        began = clock.seconds
        for start in range(0, len(self.rows), BATCH):
            part = self.rows[start : start + BATCH]
            self.maps[start : start + len(part)] = self.stages(self.images(part))
            done = (start + len(part)) / len(self.rows)
            if began + (clock.seconds - began) / done > MOST_TIME * 60 * clock.minutes and done < 1:
                return False
        self.standardise()
        for start in range(0, len(self.rows), BATCH):
            self.pooled[start : start + BATCH] = pool(self.take(self.rows[start : start + BATCH]))
        return True

    def standardise(self) -> None:
        channels = len(self.center)
        of_maps = np.concatenate([pool(self.maps[self.places[row.number]][None]) for row in self.fitted_on])
        means, deviations = of_maps[:, :channels], of_maps[:, channels:]
        spread = np.sqrt(np.square(deviations).mean(0) + means.var(0))
        # A channel that hardly moves on these images is not to explode on others.
        spread = np.maximum(spread, QUIET * np.median(spread) + 1e-6)
        self.center = means.mean(0).astype(np.float32)[:, None, None]
        self.scale = (1 / spread).astype(np.float32)[:, None, None]
        for place in range(len(self.rows)):
            self.maps[place] = (self.maps[place].astype(np.float32) - self.center) * self.scale

    def images(self, rows: Sequence[Row]) -> Singles:
        """As the encoder takes them: float32 [B, 3, H, W]."""
        return np.asarray((self.embeddings.images(rows) - self.mean) / self.std, np.float32)

    def stages(self, images: Singles) -> Singles:
        found = run_model(self.session, {"image": images})
        return np.concatenate([found[name] for name in self.cut.outputs], axis=1)

    def take(self, rows: Sequence[Row]) -> Halves:
        """float16 [N, C + c, h, w]"""
        maps = self.maps[[self.places[row.number] for row in rows]]
        return np.concatenate([self.embeddings.take(rows), maps], axis=1)

    def pooled_of(self, rows: Sequence[Row]) -> Floats:
        """float64 [N, 2 (C + c)]"""
        return np.asarray(self.pooled[[self.places[row.number] for row in rows]])

    def feeds(self, rows: Sequence[Row]) -> dict[str, Singles]:
        """Of the finished file."""
        return {"embedding": np.asarray(self.embeddings.take(rows), np.float32), "image": self.images(rows)}

    def exactly(self, rows: Sequence[Row]) -> Singles:
        """float32 [N, C + c, h, w], not rounded to half in between, as the finished file sees it."""
        feeds = self.feeds(rows)
        return np.concatenate([feeds["embedding"], (self.stages(feeds["image"]) - self.center) * self.scale], axis=1)

    def finish(self, head: Any, rows: Sequence[Row]) -> Any:
        """A head of the wide embedding as one of `embedding` and `image`; on `rows` it must answer the same."""
        finished = widen(head, self.cut, self.center, self.scale)
        check_same(
            run_model(open_session(finished), self.feeds(rows)),
            run_model(open_session(head), {"embedding": self.exactly(rows)}),
        )
        return finished

    def inputs(self, inputs: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        """Those of the finished head."""
        size = self.embeddings.about.preprocess["size"]
        return {**inputs, "image": ["batch", 3, size["height"], size["width"]]}


def look_wider(
    embeddings: Embeddings, encoder: EncoderFile | None, rows: Sequence[Row], fitted_on: Sequence[Row], clock: Clock
) -> Wide | None:
    """Nothing where the embeddings hold no images, the encoder no stages, or the time is short."""
    if encoder is None or not embeddings.has("images"):
        say(
            "The head reads the embedding alone. The encoder's stages may tell more: embed with --images, and give "
            "--encoder."
        )
        return None
    cut = cut_stages(encoder, embeddings.about.shape[1:])
    if cut is None:
        return None
    # In half precision, for as long as the training takes; a file that outgrows its disk would end the process.
    needed = 2 * len(rows) * sum(cut.channels) * embeddings.about.shape[1] * embeddings.about.shape[2]
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if needed > SPARED * free:
        say(
            f"The encoder's stages are left out: they need {needed / 1e9:.1f} GB in {tempfile.gettempdir()}, and "
            f"{free / 1e9:.1f} GB are free. Free some, or set TMPDIR to a larger disk."
        )
        return None
    wide = Wide(embeddings, cut, rows, fitted_on)
    if not wide.look(clock):
        say("The encoder's stages are left out: looking at all images takes more than half of the --minutes.")
        return None
    return wide


def is_worth_it(wide: float, plain: float) -> bool:
    """Losses of the probes on val, with the stages and without; says what follows."""
    if wide < (1 - WORTH) * plain:
        say("The head is this probe: it takes the image beside the embedding.")
        return True
    say(f"They are not worth it: the loss falls by less than {WORTH:.0%}. The head reads the embedding alone.")
    return False
