"""`python -m medzoo_train.photographs --out DIR`: photographs that Debian's packages ship, to learn what shows no
target.

Downloads the packages below with apt-get, unpacks them without installing anything, and writes pictures of at most 512
pixels with an index.csv that names package, licence and file of each. Needs Debian's package tools and a registry;
`--packages DIR` takes .deb files that are there already.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

#: Longest side of what is kept, and the shortest side of what is taken at all.
LONGEST, LEAST = 512, 96
#: Paths to drawings, letters, screens, the same in other sizes, and pictures of our own kinds.
DRAWN = re.compile(
    r"cartoon|alphabets/(english|german|spanish)|symbols/(math|music|shapes|chess|money/00)|naturalforces|seasonal|roadsigns|flags|newyears|"
    r"contents/images|_dark|skimage/data/(retina|microaneurysms|cell|ihc|phantom|chess|logo|text|page|horse|truncated|color|"
    r"Original|Transformed|foo)|data/(pic\d|left\d|right\d|shape_|opencv|gradient|ela_|blank|text|Linux|H\d|Blender|dnn/)|logo|mask|chess",
)


@dataclass(frozen=True)
class Source:
    package: str
    version: str
    #: As the package's own debian/copyright has it.
    licence: str
    #: Where its photographs lie.
    folder: str


SOURCES = (
    Source("mate-backgrounds", "1.26.0-1", "GPL-2+, CC BY-SA 4.0", "usr/share/backgrounds/mate"),
    Source("ukui-wallpapers", "20.04.3-1.1", "CC BY-SA 3.0", "usr/share/backgrounds"),
    Source("plasma-workspace-wallpapers", "4:5.27.5-2", "GPL-2+, LGPL-3", "usr/share/wallpapers"),
    Source("lomiri-wallpapers-16.04", "20.04.0-2", "CC BY 4.0, CC BY-SA 3.0 and 4.0, CC0", "usr/share/backgrounds"),
    Source("lomiri-wallpapers-20.04", "20.04.0-2", "CC BY 4.0, CC BY-SA 3.0 and 4.0, CC0", "usr/share/backgrounds"),
    Source("palapeli-data", "4:22.12.3-1", "GPL-2+, GFDL-1.2+, CC0", "usr/share/palapeli/collection"),
    Source("opencv-doc", "4.6.0+dfsg-12", "Apache-2.0, BSD-3-Clause", "usr/share/doc/opencv-doc/examples/data"),
    Source("python3-skimage", "0.19.3-8", "BSD-3-Clause", "usr/lib/python3/dist-packages/skimage/data"),
    Source("tuxpaint-stamps-default", "2022.06.04-1", "GPL-2", "usr/share/tuxpaint/stamps"),
    Source("gcompris-qt-data", "3.1-2", "CC BY, CC BY-SA, CC0, by picture", "usr/share/gcompris-qt/rcc"),
)
#: Activities of gcompris-qt that hold photographs.
ACTIVITIES = re.compile(r"categorization|explore_(monuments|world_animals|farm_animals|world_music)|details")
STARTS = re.compile(rb"\xff\xd8\xff[\xe0\xe1\xdb\xee]|RIFF....WEBP|\x89PNG\r\n\x1a\n", re.DOTALL)


def carve(file: Path) -> Iterator[bytes]:
    """Pictures of a Qt resource file: each stands whole behind its length, four bytes, big end first."""
    content = file.read_bytes()
    for match in STARTS.finditer(content):
        length = int.from_bytes(content[match.start() - 4 : match.start()], "big")
        if 2_000 < length < 5_000_000 and match.start() + length <= len(content):
            yield content[match.start() : match.start() + length]


def pictures_of(source: Source, unpacked: Path) -> Iterator[tuple[str, Image.Image]]:
    """Names within the package, and pictures; drawings and what cannot be read are passed over."""
    root = unpacked / source.folder
    for path in sorted(file for file in root.rglob("*") if file.is_file()):
        name = path.relative_to(unpacked).as_posix()
        if path.suffix == ".rcc" and ACTIVITIES.search(path.stem):
            files = [(f"{name}#{place}", io.BytesIO(content)) for place, content in enumerate(carve(path))]
        elif path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp") and not DRAWN.search(name):
            files = [(name, io.BytesIO(path.read_bytes()))]
        else:
            continue
        for place, file in files:
            try:
                with Image.open(file) as image:
                    yield place, image.convert("RGBA")
            except (OSError, ValueError):
                print(f"passed over, cannot be read: {place}")


def is_thing(image: Image.Image) -> bool:
    """Whether a good part of it is transparent."""
    alpha = image.getchannel("A").resize((32, 32))
    clear = sum(value < 32 for value in alpha.tobytes())
    return clear > 0.08 * 32 * 32


def keep(source: Source, unpacked: Path, out: Path, rows: list[dict[str, str]]) -> None:
    for name, image in pictures_of(source, unpacked):
        if min(image.size) < LEAST:
            continue
        image.thumbnail((LONGEST, LONGEST))
        kind = "thing" if is_thing(image) else "scene"
        row_id = f"{source.package}-{sum(row['package'] == source.package for row in rows):04d}"
        file = f"images/{row_id}.{'png' if kind == 'thing' else 'jpg'}"
        if kind == "thing":
            image.save(out / file)
        else:
            image.convert("RGB").save(out / file, quality=92)
        values = {"id": row_id, "image": file, "kind": kind, "package": source.package, "version": source.version}
        rows.append({**values, "licence": source.licence, "path": name})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--packages", type=Path, help="folder with the .deb files, to download nothing")
    args = parser.parse_args()
    (args.out / "images").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.packages or Path(scratch)
        if args.packages is None:
            wanted = [f"{source.package}={source.version}" for source in SOURCES]
            subprocess.run(["apt-get", "download", *wanted], cwd=folder, check=True)
        for source in SOURCES:
            files = sorted(folder.glob(f"{source.package}_*.deb"))
            if not files:
                raise SystemExit(f"{folder} holds no {source.package}_*.deb: expected version {source.version}.")
            unpacked = Path(scratch) / "unpacked" / source.package
            unpacked.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "-x", str(files[0]), str(unpacked)], check=True)
            before = len(rows)
            keep(source, unpacked, args.out, rows)
            print(f"{source.package} {source.version}: {len(rows) - before} pictures", flush=True)
    with (args.out / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
