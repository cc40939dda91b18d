"""One training from the folder of embeddings to the files of the head."""

from __future__ import annotations

from dataclasses import replace

from .classify.run import train_classifier
from .finish import write_head
from .points.run import train_points
from .prepare import open_all
from .regress.run import train_regressor
from .segment.run import train_segmenter
from .settings import Settings
from .several.run import train_several
from .training import Clock, say

TASKS = {
    "classification": train_classifier,
    "segmentation": train_segmenter,
    "regression": train_regressor,
    "keypoints": train_points,
    "multilabel": train_several,
}


def run(settings: Settings, began: float) -> None:
    """`began` is when the command did, by time.monotonic.

    Throws TrainError for what a user has to mend; --out is as it was then, but for an old leaks.csv, or else the
    error says so.
    """
    clock = Clock(settings.minutes, began)
    opened = open_all(settings)
    about = opened.embeddings.about
    name = settings.about.dataset or about.dataset or settings.embeddings.resolve().name
    settings = replace(settings, about=replace(settings.about, dataset=name))
    say(f"Embeddings of {about.encoder.id}, {' x '.join(map(str, about.shape))}; {about.rows} rows of {name}.")
    if failed := opened.embeddings.failed:
        say(
            f"warning: {failed} of the images could not be read, and the head learns nothing from them: see failed.csv."
        )
    train = TASKS[settings.task]
    trained = train(opened, settings, clock)
    write_head(trained, opened, settings, clock)
