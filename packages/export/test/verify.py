"""Reads what this package wrote with other people's readers, and compares pixels. Called with a folder of samples."""

from samples import samples
from verify_dicom import check_rtstruct, check_sc, check_seg, check_sr
from verify_plain import check_coco, check_csv, check_geojson, check_nifti

CHECKS = {
    "BINARY": check_seg,
    "FRACTIONAL": check_seg,
    "LABELMAP": check_seg,
    "RTSTRUCT": check_rtstruct,
    "SR": check_sr,
    "SC": check_sc,
    "NIfTI": check_nifti,
    "GeoJSON": check_geojson,
    "COCO": check_coco,
    "CSV": check_csv,
}

for sample in samples:
    CHECKS[sample["kind"]](sample)
print(f"{len(samples)} files are as they were meant: " + ", ".join(sorted({s['kind'] for s in samples})))
