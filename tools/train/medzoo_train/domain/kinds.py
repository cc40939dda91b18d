"""The kinds of image that our encoder knows by name, and what of our data sets belongs to each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

CHILD_FILM, ADULT_FILM = "chest film of a child", "chest film of an adult"
#: By data set; cxr_lung holds films of both kinds.
KIND_OF = {
    "cxr_pneumonia": CHILD_FILM,
    "hc18_fetal_head": "ultrasound of a fetal head",
    "dsb2018_nuclei": "microscopy of cells",
    "fuseg_wound": "photograph of a foot ulcer",
    "kvasir_seg": "colonoscopy",
    "busi_breast_us": "breast ultrasound",
    "brain_mri4": "brain MRI",
    "none_colonoscopy": "colonoscopy",
    "none_photos": "photograph",
    "photographs": "photograph",
    "none_fundus": "photograph of the back of the eye",
    "none_synthetic": "drawing or noise",
    "made": "drawing or noise",
}
#: What each of our heads, or AutoMed's targets, was trained on: its own kinds, and the set that thresholds come from.
HEADS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "chest-xray-pneumonia": ((CHILD_FILM,), "cxr_pneumonia"),
    "breast-ultrasound": (("breast ultrasound",), "busi_breast_us"),
    "brain-mri": (("brain MRI",), "brain_mri4"),
}
TARGETS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "lungs": ((CHILD_FILM, ADULT_FILM), "cxr_lung"),
    "fetal_head": (("ultrasound of a fetal head",), "hc18_fetal_head"),
    "nuclei": (("microscopy of cells",), "dsb2018_nuclei"),
    "wound": (("photograph of a foot ulcer",), "fuseg_wound"),
    "polyp": (("colonoscopy",), "kvasir_seg"),
}


def adult_films(data: Path) -> set[str]:
    """Ids of the rows of cxr_lung that are not of the children's hospital."""
    with (data / "cxr_lung" / "index.csv").open(newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row.get("source", "kermany") != "kermany"}


def kind_of(dataset: str, row_id: str, adults: set[str]) -> str:
    if dataset == "cxr_lung":
        return ADULT_FILM if row_id in adults else CHILD_FILM
    return KIND_OF[dataset]
