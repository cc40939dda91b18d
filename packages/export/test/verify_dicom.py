"""The DICOM files that this package wrote, in pydicom and highdicom."""

import math

import highdicom as hd
import numpy as np
import pydicom
from samples import HEIGHT, WIDTH, check, fill, folder, planes, source_frames, sources


def check_patient(sample, ds):
    source = sources(sample)[0] if "sources" in sample else pydicom.dcmread(folder / "source-series-0.dcm")
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "StudyDate", "AccessionNumber"):
        check(getattr(ds, keyword) == getattr(source, keyword), sample, keyword)
    check(ds.SOPInstanceUID.startswith("2.25.") and ds.SeriesInstanceUID.startswith("2.25."), sample, "UIDs")
    check("ab" * 32 in str(ds.DeviceSerialNumber), sample, "digest of the weights")


def read_frames(sample, ds, seg):
    """By segment number and source frame, with what pydicom says of pixels."""
    pixels = ds.pixel_array.reshape(-1, HEIGHT, WIDTH)
    found = {}
    for index, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        reference = groups.DerivationImageSequence[0].SourceImageSequence[0]
        frame = getattr(reference, "ReferencedFrameNumber", None)
        number = None
        if "SegmentIdentificationSequence" in groups:
            number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        found[number, reference.ReferencedSOPInstanceUID, frame] = pixels[index]
    return found


def check_seg(sample):
    seg = hd.seg.segread(folder / sample["file"])
    ds = pydicom.dcmread(folder / sample["file"])
    check_patient(sample, ds)
    is_map = sample["kind"] == "LABELMAP"
    labels = {s.SegmentLabel: s.SegmentNumber for s in ds.SegmentSequence if s.SegmentNumber > 0}
    check(set(labels) == set(sample["masks"]), sample, f"labels {labels}")
    found = read_frames(sample, ds, seg)
    frames = source_frames(sample)
    for label, number in labels.items():
        expected = planes(sample, label)
        for plane, (uid, frame, position, _, _) in zip(expected, frames):
            got = found.get((None if is_map else number, uid, frame), np.zeros((HEIGHT, WIDTH), np.uint8))
            if sample["kind"] == "BINARY":
                check((got == plane).all(), sample, f"pixels of {label}")
            elif is_map:
                check(((got == number) == plane).all(), sample, f"pixels of {label}")
            else:
                check_fraction(sample, got, plane)
    if sample["kind"] == "FRACTIONAL":
        return
    # highdicom's own view: by source, and as a volume whose affine is that of the sources.
    numbers = sorted(labels.values())
    uids = [uid for uid, _, _, _, _ in frames]
    if frames[0][1] is None:
        by_source = seg.get_pixels_by_source_instance(uids, segment_numbers=numbers, assert_missing_frames_are_empty=True)
    else:
        numbers_of_frames = [frame for _, frame, _, _, _ in frames]
        by_source = seg.get_pixels_by_source_frame(
            uids[0], numbers_of_frames, segment_numbers=numbers, assert_missing_frames_are_empty=True
        )
    for label, number in labels.items():
        check((by_source[..., numbers.index(number)] == planes(sample, label)).all(), sample, f"highdicom's pixels of {label}")


def check_fraction(sample, got, plane):
    """Interpolated again, from what write-samples gives: 0.9 in the mask, else 0.1 + x / 100, on a grid of 10 x 6."""
    if plane.sum() == 0:
        check((got == 0).all(), sample, "an empty mask has no probabilities")
        return
    coarse = plane[::2, ::2]
    values = np.where(coarse == 1, 0.9, 0.1 + 0.01 * np.arange(10)[None, :]).astype(np.float32)
    logits = np.log(values / (1 - values))

    def taps(length, samples):
        at = np.clip((np.arange(length) + 0.5) * samples / length - 0.5, 0, samples - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, samples - 1), at - low

    y0, y1, fy = taps(HEIGHT, 6)
    x0, x1, fx = taps(WIDTH, 10)
    top = logits[y0][:, x0] * (1 - fx) + logits[y0][:, x1] * fx
    bottom = logits[y1][:, x0] * (1 - fx) + logits[y1][:, x1] * fx
    expected = 255 / (1 + np.exp(-(top * (1 - fy[:, None]) + bottom * fy[:, None])))
    check(np.abs(got - expected).max() <= 0.51, sample, "probabilities")


def check_rtstruct(sample):
    ds = pydicom.dcmread(folder / sample["file"])
    check_patient(sample, ds)
    rois = {roi.ROIName: roi.ROINumber for roi in ds.StructureSetROISequence}
    check(set(rois) == set(sample["masks"]), sample, f"structures {rois}")
    contours = {item.ReferencedROINumber: getattr(item, "ContourSequence", []) for item in ds.ROIContourSequence}
    for label, number in rois.items():
        for plane, (uid, frame, position, orientation, spacing) in zip(planes(sample, label), source_frames(sample)):
            for rule in ("even-odd", "non-zero"):
                total = np.zeros((HEIGHT, WIDTH), int)
                for contour in contours[number]:
                    image = contour.ContourImageSequence[0]
                    if image.ReferencedSOPInstanceUID != uid or getattr(image, "ReferencedFrameNumber", None) != frame:
                        continue
                    points = np.array(contour.ContourData, float).reshape(-1, 3) - np.array(position, float)
                    check(contour.NumberOfContourPoints == len(points), sample, "number of points")
                    row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
                    check(np.abs(points @ np.cross(row, column)).max() < 1e-3, sample, "a contour leaves its plane")
                    xy = np.stack([points @ row / spacing[1], points @ column / spacing[0]], axis=1)
                    total += fill(xy, rule)
                check((total == plane).all(), sample, f"{label} by {rule}")


def check_sr(sample):
    sr = hd.sr.srread(folder / sample["file"])
    check_patient(sample, sr)
    if "groups" not in sample["expected"]:
        return
    report = hd.sr.MeasurementReport.from_sequence(sr.content) if not hasattr(sr.content, "get_planar_roi_measurement_groups") else sr.content
    planar = report.get_planar_roi_measurement_groups()
    others = report.get_image_measurement_groups()
    check(len(planar) == sample["expected"]["regions"], sample, f"{len(planar)} regions")
    check(len(planar) + len(others) == sample["expected"]["groups"], sample, f"{len(others)} other groups")
    polyp = next(group for group in planar if group.tracking_identifier == "polyp")
    area = polyp.get_measurements(name=hd.sr.CodedConcept("42798000", "SCT", "Area"))[0]
    check(math.isclose(area.value, sample["expected"]["polypArea"], rel_tol=1e-6), sample, f"area {area.value}")
    check(area.unit.value == "mm2", sample, "unit")
    check(polyp.finding_type.value == "68496003", sample, "finding")
    check(polyp.roi.graphic_type.value == "POLYLINE", sample, "region")
    check((polyp.roi.value[0] == polyp.roi.value[-1]).all(), sample, "the region is closed")
    check(polyp.roi.value.min(axis=0).tolist() == [9, 6] and polyp.roi.value.max(axis=0).tolist() == [13, 11], sample, "place")


def check_sc(sample):
    ds = pydicom.dcmread(folder / sample["file"])
    check_patient(sample, ds)
    expected = np.array(sample["expected"]["pixels"], np.uint8).reshape(sample["expected"]["height"], -1, 3)
    check((ds.pixel_array == expected).all(), sample, "pixels")
