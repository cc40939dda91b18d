"""`python tests/export_mini.py OUT`: exports the small reference checkpoint, with its inputs and expected outputs as
raw float32.

The files stay out of the repository (the fixture may not be copied into it); the test of @medzoo/sam-med2d that runs
them in onnxruntime-node looks for them in tools/train/build/sam-med2d-mini.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(1, str(Path(__file__).parents[2] / "medzoo-train"))

from medzoo_train.convert import convert
from medzoo_train.models.checkpoints.read_checkpoint import read_checkpoint
from medzoo_train.models.promptable.sam_med2d import sam_med2d_from

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("MEDZOO_SHARED", REPOSITORY.parent / "shared"))


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "tools" / "train" / "build" / "sam-med2d-mini"
    mini = SHARED / "fixtures" / "sammed2d-mini"
    if not mini.is_dir():
        print("left out: the reference checkpoint is not beside the repository (shared/fixtures/sammed2d-mini)")
        return
    torch.set_num_threads(2)
    convert(sam_med2d_from(read_checkpoint(mini / "sam-med2d_mini.pth")), out, "sam-med2d-mini", "0.0.0", "fp32")
    shapes = {}
    for name, value in np.load(mini / "expected.npz").items():
        array = np.ascontiguousarray(value, dtype=np.uint8 if value.dtype == np.uint8 else np.float32)
        (out / f"{name}.bin").write_bytes(array.tobytes())
        shapes[name] = {"dtype": str(array.dtype), "shape": list(array.shape)}
    (out / "expected.json").write_text(json.dumps(shapes, indent=1) + "\n")


if __name__ == "__main__":
    main()
