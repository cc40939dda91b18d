"""The samples that `write-samples.ts` wrote: what each file should hold, and the images it is about."""

import json
import sys
from pathlib import Path

import numpy as np
import pydicom

folder = Path(sys.argv[1])
HEIGHT, WIDTH = 12, 20
samples = json.loads((folder / "samples.json").read_text())


def planes(sample, label):
    return np.array(sample["masks"][label], dtype=np.uint8).reshape(-1, HEIGHT, WIDTH)


def check(condition, sample, what):
    if not condition:
        raise AssertionError(f"{sample['file']}: {what}")


def sources(sample):
    return [pydicom.dcmread(folder / name) for name in sample["sources"]]


def source_frames(sample):
    """Of an enhanced file the samples are about the frames 2, 3 and 4."""
    read = sources(sample)
    if len(read) > 1:
        return [(ds.SOPInstanceUID, None, ds.ImagePositionPatient, ds.ImageOrientationPatient, ds.PixelSpacing) for ds in read]
    ds = read[0]
    shared = ds.SharedFunctionalGroupsSequence[0]
    return [
        (
            ds.SOPInstanceUID,
            frame + 1,
            ds.PerFrameFunctionalGroupsSequence[frame].PlanePositionSequence[0].ImagePositionPatient,
            shared.PlaneOrientationSequence[0].ImageOrientationPatient,
            shared.PixelMeasuresSequence[0].PixelSpacing,
        )
        for frame in (1, 2, 3)
    ]


def fill(points, rule):
    """Pixel centres at integers, x and y of a closed ring in pixels; by the even-odd or the non-zero rule."""
    filled = np.zeros((HEIGHT, WIDTH), int)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            winding = crossings = 0
            for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, axis=0)):
                if (ay <= y) != (by <= y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                    crossings += 1
                    winding += 1 if by > ay else -1
            filled[y, x] = crossings % 2 if rule == "even-odd" else winding != 0
    return filled
