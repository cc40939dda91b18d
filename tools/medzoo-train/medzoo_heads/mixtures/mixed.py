"""What a probe of means, deviations and mixtures takes of rows, and whether a head is to read the mixtures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats
from ..embeddings.embeddings import Embeddings
from ..embeddings.rows import Row
from ..prepare import Data
from ..training import Clock, say
from .mixtures import Mixtures, draw_mixtures

#: Rows that are read at once: their mixtures take 0.4 MB each.
BATCH = 32
#: Share of the minutes that may be gone when the probe of mixtures is fitted.
MOST_TIME = 0.5
#: How many times as long as the plain probe its fit takes, at most: it reads 1.75 times as many numbers.
LONGER = 3
#: By what share the probe's loss on val has to fall before a head reads mixtures. They are 384 more numbers to be
#: fitted for each output: on tasks that gained less than this, some lost on other images.
WORTH = 0.02


class Mixed:
    """Means, deviations, and deviations of mixtures of rows."""

    def __init__(self, mixtures: Mixtures, data: Data, values: Floats, places: dict[int, int]) -> None:
        self.mixtures, self.data, self.values, self.places = mixtures, data, values, places

    def of(self, rows: Sequence[Row]) -> Floats:
        """float64 [N, 2C + M] in the order of `rows`."""
        mixed = self.values[[self.places[row.number] for row in rows]]
        return np.concatenate([self.data.pooled.of(rows), mixed], axis=1)


def look_closer(embeddings: Embeddings, data: Data, clock: Clock, fitting: float) -> Mixed | None:
    """Reads train and val once more; nothing where that and a fit take too much of the time.

    `fitting`: seconds that the fit of the plain probe took.
    """
    mixtures = draw_mixtures(data.look("train")[1])
    rows = [*data.splits.train, *data.splits.val]
    values = np.empty((len(rows), len(mixtures.signs)))
    began, latest = clock.seconds, MOST_TIME * 60 * clock.minutes - LONGER * fitting
    for start in range(0, len(rows), BATCH):
        whole = (clock.seconds - began) * len(rows) / start if start else 0.0
        if began + whole > latest:
            say("Mixtures of channels are left out: to read them and to fit a probe takes more than half of --minutes.")
            return None
        part = rows[start : start + BATCH]
        values[start : start + len(part)] = mixtures.deviations(embeddings.take(part))
    return Mixed(mixtures, data, values, {row.number: place for place, row in enumerate(rows)})


def is_worth_it(mixed: float, plain: float) -> bool:
    """Losses of the probes on val, with mixtures and without; says what follows."""
    if mixed < (1 - WORTH) * plain:
        say("The head reads the mixtures too.")
        return True
    say(f"They are not worth it: the loss falls by less than {WORTH:.0%}. The head does without mixtures.")
    return False
