"""The other files that this package wrote, in nibabel, pycocotools and readers of JSON and CSV."""

import csv
import json

import nibabel as nib
import numpy as np
from pycocotools.coco import COCO
from samples import HEIGHT, WIDTH, check, fill, folder, planes, source_frames


def check_nifti(sample):
    image = nib.load(folder / sample["file"])
    image.header.get_data_dtype()
    check(int(image.header["sform_code"]) == 1, sample, "sform")
    check(image.header.get_xyzt_units()[0] == "mm", sample, "units")
    data = np.asarray(image.dataobj)
    check(data.dtype == np.uint8, sample, "type")
    (label,) = sample["masks"]
    inverse = np.linalg.inv(image.affine)
    total = 0
    for plane, (_, _, position, orientation, spacing) in zip(planes(sample, label), source_frames(sample)):
        row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
        for y in range(HEIGHT):
            for x in range(WIDTH):
                lps = np.array(position, float) + row * spacing[1] * x + column * spacing[0] * y
                i, j, k = np.rint(inverse @ np.array([-lps[0], -lps[1], lps[2], 1]))[:3].astype(int)
                check((np.abs((image.affine @ [i, j, k, 1])[:3] - lps * [-1, -1, 1]) < 1e-3).all(), sample, "affine")
                check(data[i, j, k] == plane[y, x], sample, f"voxel of {label}")
                total += 1
    check(total == data.size, sample, "size")


def check_geojson(sample):
    features = json.loads((folder / sample["file"]).read_text())["features"]
    for label in sample["masks"]:
        for plane, name in zip(planes(sample, label), ("image 0.png", "image 1.png", "image 2.png")):
            of_image = [f for f in features if f["properties"]["image"] == name and f["properties"]["label"] == label]
            total = np.zeros((HEIGHT, WIDTH), int)
            for feature in of_image:
                for polygon in (feature["geometry"] or {"coordinates": []})["coordinates"]:
                    for index, ring in enumerate(polygon):
                        check(ring[0] == ring[-1], sample, "a ring is closed")
                        total += (1 if index == 0 else -1) * fill(np.array(ring[:-1], float) - 0.5, "even-odd")
            check((total == plane).all(), sample, f"{label} of {name}")


def check_coco(sample):
    coco = COCO(folder / sample["file"])
    check(len(coco.getImgIds()) == 3, sample, "images")
    for label in sample["masks"]:
        (category,) = coco.getCatIds(catNms=[label])
        for index, plane in enumerate(planes(sample, label)):
            (image,) = [i for i in coco.loadImgs(coco.getImgIds()) if i["file_name"] == f"image {index}.png"]
            annotations = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]], catIds=[category]))
            check(len(annotations) == (1 if plane.any() else 0), sample, "annotations")
            for annotation in annotations:
                check((coco.annToMask(annotation) == plane).all(), sample, f"{label} of image {index}")
                check(annotation["area"] == plane.sum(), sample, "area")
                ys, xs = np.nonzero(plane)
                box = [xs.min(), ys.min(), xs.max() + 1 - xs.min(), ys.max() + 1 - ys.min()]
                check(annotation["bbox"] == box, sample, "box")


def check_csv(sample):
    with open(folder / sample["file"], newline="") as file:
        rows = list(csv.DictReader(file))
    for index in range(3):
        of_image = [row for row in rows if row["image"] == f"'=image {index}.png, \"a\""]
        check(len(of_image) >= 2, sample, "rows of an image")
        for row in of_image:
            area = int(planes(sample, row["label"])[index].sum())
            check(int(row["area_px"]) == area, sample, "area")
