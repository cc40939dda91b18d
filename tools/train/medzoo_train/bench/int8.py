"""`python -m medzoo_train.bench.int8`: what int8 saves at ViT-B and tiny size, and with --data what it costs the
weights we ship.

Both files of an encoder run in turns in one process. `--encoder` measures an exported file of your own instead.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import onnx
from torch import Tensor

from ..data.sets import SETS
from ..export.graph.half import store_half
from ..export.graph.onnx_file import export_onnx, open_onnx, write
from ..export.graph.quantize import to_int8
from ..export.int8.gate import HeadFiles, measure_changes
from ..models.fold import fold_batch_norms
from ..training.batches import load_set
from .encoders import SIZES, random_encoder, random_image
from .timing import median_ms

PACKAGES = Path(__file__).parents[4] / "packages"


def write_int8(encoder: Path, out: Path) -> None:
    """An exported encoder, stored in float32 or half, as `export_onnx` writes it in int8."""
    model = to_int8(onnx.load(str(encoder)))
    store_half(model)
    write(model, out)


def time_ratio(before: Path, after: Path, image: Tensor, rounds: int, threads: int) -> tuple[float, float]:
    """Median milliseconds of the file as it was and of the other."""
    sessions = {"before": open_onnx(before, threads), "after": open_onnx(after, threads)}
    feeds = {"image": image}
    times = median_ms({name: lambda run=session: run(feeds) for name, session in sessions.items()}, rounds)  # type: ignore[misc]
    return times["before"], times["after"]


def shipped_heads(packages: Path) -> HeadFiles:
    automed = packages / "automed" / "weights"
    medcls = {path.parent.name: path for path in sorted((packages / "medcls" / "weights").glob("*/medcls.onnx"))}
    return HeadFiles(automed / "automed.onnx", json.loads((automed / "model.json").read_text())["labels"], medcls)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--encoder", type=Path, help="an exported encoder.onnx instead of random ones of both sizes")
    parser.add_argument("--data", type=Path, help="measure Dice and accuracy of the packages' heads on val as well")
    parser.add_argument("--limit", type=int, help="images of each set")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        after = folder / "int8.onnx"
        files = [args.encoder] if args.encoder else list(SIZES)
        for file in files:
            config = SIZES["tiny"]
            before = Path(file)
            if file in SIZES:
                config, before = SIZES[file], folder / "float.onnx"
                encoder = random_encoder(config)
                fold_batch_norms(encoder)
                export_onnx(encoder, [random_image(config)], ["image"], ["embedding"], before)
            write_int8(before, after)
            was, now = time_ratio(before, after, random_image(config), args.rounds, args.threads)
            print(
                f"{file}: {was:.1f} ms -> {now:.1f} ms in int8, ratio {now / was:.3f}, "
                f"{after.stat().st_size / 1e6:.1f} MB"
            )
        if args.data:
            shipped = PACKAGES / "sam-med2d" / "weights" / "encoder.onnx"
            write_int8(shipped, after)
            held = [load_set(spec, args.data, "val") for spec in SETS if (args.data / spec.name).is_dir()]
            for change in measure_changes(shipped, after, shipped_heads(PACKAGES), held, args.limit, args.threads):
                print(change)


if __name__ == "__main__":
    main()
