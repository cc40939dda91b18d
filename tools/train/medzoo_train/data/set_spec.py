"""What is known of a data set, and how far its images may be bent in augmentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Augmentation:
    """Ranges are symmetric; angles in degrees, the rest as fractions."""

    rotate: float = 15.0
    scale: float = 0.2
    aspect: float = 0.08
    shift: float = 0.08
    flip_x: bool = True
    flip_y: bool = False
    colour: float = 0.0
    gamma: float = 0.35
    contrast: float = 0.25


@dataclass(frozen=True)
class SetSpec:
    """One data set. A segmentation set is labelled for one target, a classification set for one task."""

    name: str
    kind: Literal["segmentation", "classification"]
    #: DICOM modality code.
    modality: str
    licence: str
    #: As the licence asks to be named.
    source: str
    #: What its splits keep together.
    grouping: str
    augmentation: Augmentation
    #: What the masks show, or the name of the classification task.
    subject: str
    classes: tuple[str, ...] = ()
    #: Targets certainly in the image though no mask says where (a chest film shows lungs).
    shows: tuple[str, ...] = ()
    #: Rows whose empty mask contradicts the picture are left out of training (see the set's SOURCE.md).
    drop_empty: bool = False
    #: Training rows are left out whose picture is in val or test again, mirrored or turned (data/copies.py).
    drop_copies: bool = False
