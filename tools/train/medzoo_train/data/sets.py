"""The data sets we train on: what each one is labelled for, and how far its images may be bent in augmentation."""

from __future__ import annotations

import os
from pathlib import Path

from .own_sets import VARIABLE, read_own_sets
from .set_spec import Augmentation as Augmentation
from .set_spec import SetSpec as SetSpec

COLOUR = Augmentation(rotate=45, scale=0.25, colour=0.2)
ANY_WAY_UP = Augmentation(rotate=180, scale=0.3, flip_y=True, colour=0.2)
#: Fields come at any magnification.
MICROSCOPE = Augmentation(rotate=180, scale=0.5, aspect=0.15, flip_y=True, colour=0.2)
#: Films come in any shape, and every image is stretched to a square.
FILM = Augmentation(aspect=0.15)
#: Normal films of the training set are squarer than those with pneumonia (median width to height 1.20 and 1.50), which
#: a classifier learns and which is not so elsewhere. Stretched at random, the shape says nothing.
SHAPELESS_FILM = Augmentation(aspect=0.35)

#: Modalities whose images may lose their colour and still be what they are; the others are grey.
COLOURED = ("SM", "XC", "ES")
PATIENT = "patient"
#: The source names no patients; what is known of look-alikes was kept together.
LOOK_ALIKE = "look-alike images, since the source names no patients"

OURS: tuple[SetSpec, ...] = (
    SetSpec(
        "cxr_lung", "segmentation", "DX", "CC BY 4.0 and other free licences, per image",
        "V7 Labs COVID-19 X-ray dataset (masks); Kermany et al., Mendeley Data rscbjbr9sj v2; Cohen et al., "
        "arXiv:2003.11597",
        PATIENT, FILM, "lungs",
    ),
    SetSpec(
        "hc18_fetal_head", "segmentation", "US", "CC BY 4.0",
        "van den Heuvel et al., PLoS ONE 13(8): e0200412, 2018; Zenodo 1322001",
        PATIENT, Augmentation(rotate=30), "fetal_head",
    ),
    SetSpec(
        "dsb2018_nuclei", "segmentation", "SM", "CC0 1.0",
        "Caicedo et al., Nature Methods 16, 2019; BBBC038v1, with corrected masks",
        LOOK_ALIKE, MICROSCOPE, "nuclei",
    ),
    SetSpec(
        "fuseg_wound", "segmentation", "XC", "shared publicly (CC0, second-hand)",
        "Wang et al., FUSeg: The Foot Ulcer Segmentation Challenge, arXiv:2201.00414",
        LOOK_ALIKE, COLOUR, "wound", drop_empty=True,
    ),
    SetSpec(
        "kvasir_seg", "segmentation", "ES", "research and education",
        "Jha et al., Kvasir-SEG: A Segmented Polyp Dataset, MMM 2020",
        LOOK_ALIKE, ANY_WAY_UP, "polyp",
    ),
    SetSpec(
        "cxr_pneumonia", "classification", "DX", "CC BY 4.0",
        "Kermany et al., Cell 172(5), 2018; Mendeley Data rscbjbr9sj v2",
        PATIENT, SHAPELESS_FILM, "chest-xray-pneumonia", ("normal", "pneumonia"), shows=("lungs",),
    ),
    SetSpec(
        "busi_breast_us", "classification", "US", "CC BY 4.0",
        "Al-Dhabyani et al., Data in Brief 28:104863, 2020",
        LOOK_ALIKE, Augmentation(rotate=12), "breast-ultrasound", ("normal", "benign", "malignant"),
    ),
    SetSpec(
        "brain_mri4", "classification", "MR", "CC0 (second-hand)",
        "Nickparvar, Brain Tumor MRI Dataset, Kaggle 2021; Cheng, figshare 10.6084/m9.figshare.1512427",
        LOOK_ALIKE, Augmentation(rotate=15), "brain-mri", ("glioma", "meningioma", "notumor", "pituitary"),
        drop_copies=True,
    ),
)  # fmt: skip

#: Ours, and those of the file that MEDZOO_OWN_SETS names: every command of this package looks at all of them.
SETS = OURS + (read_own_sets(Path(os.environ[VARIABLE]), OURS) if os.environ.get(VARIABLE) else ())
