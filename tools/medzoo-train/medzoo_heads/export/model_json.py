"""model.json of a head: what the file is, and what is known of it. What people wrote into an earlier one is kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arrays import Json
from ..embeddings.format import EncoderIdentity
from ..errors import TrainError
from .variants import kept_variants

SCHEMA = 1
#: As the licence of a data set of which nobody said one.
NOT_STATED = "not stated"
LICENCE = "Apache-2.0 (weights); see trainedOn for the licences of the data. Not for diagnosis."
#: What people know and a training does not: kept where it is there and no option says otherwise.
KEPT = ("concepts",)
#: Of a head without code, by option: what would else stand in its code.
MANIFEST = {"id": "--id", "title": "--title", "intendedUse": "--intended-use", "modalities": "--modalities"}
HEAD_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_before(out: Path) -> Json:
    """The model.json that is in the folder already, or nothing."""
    path = out / "model.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise TrainError(
            f"{path} cannot be read ({error}). Mend it or delete it; its labels and name are kept."
        ) from None
    if not isinstance(content, dict):
        raise TrainError(f"{path} is no model.json. Delete it, or give another --out.")
    return content


def check_encoder_of(before: Json, encoder: EncoderIdentity, out: Path) -> None:
    """A head's package is made for one encoder: other embeddings would be refused when the head is served."""
    known = before.get("encoder") or {}
    if known and known.get("sha256") != encoder.sha256:
        raise TrainError(
            f"{out / 'model.json'} is of a head on the encoder {known.get('id')} with the digest "
            f"{str(known.get('sha256'))[:12]}, and the embeddings are of {encoder.id} with {encoder.sha256[:12]}. "
            "Run `medzoo embed` again with the encoder of the head, or give another --out."
        )


@dataclass(frozen=True)
class About:
    """What the command line says of a head; nothing where it leaves the word to the model.json that is there."""

    name: str | None
    version: str | None
    licence: str | None
    dataset: str
    data_licence: str | None
    source: str | None
    grouping: str | None
    #: Entries of `manifest` that were given.
    manifest: Json


def trained_on(about: About, before: Json, n: int, seen: str | None) -> Json:
    """The entry of the data set: licence and source as said now, or before of the same set.

    seen: as embed.json has it.
    """
    earlier: Json = next((entry for entry in before.get("trainedOn", []) if entry.get("dataset") == about.dataset), {})
    entry: Json = {
        "dataset": about.dataset,
        "licence": about.data_licence or earlier.get("licence") or NOT_STATED,
        "n": n,
    }
    for key, said in (("source", about.source), ("grouping", about.grouping)):
        if said or earlier.get(key):
            entry[key] = said or earlier[key]
    return entry | ({"seen": seen} if seen else {})


def manifest_of(about: About, before: Json) -> Json:
    """What a head without code says of itself, as said now or before; empty for one with code, which says it there."""
    manifest: Json = {**before.get("manifest", {}), **about.manifest}
    missing = [option for key, option in MANIFEST.items() if key not in manifest]
    if manifest and missing:
        raise TrainError(
            f"A head without code needs all of {', '.join(MANIFEST.values())}: {', '.join(missing)} is missing. "
            "A head with code says these there, and needs none of them here."
        )
    if manifest and (len(str(manifest["id"])) > 64 or not HEAD_ID.fullmatch(str(manifest["id"]))):
        raise TrainError(f"--id {manifest['id']!r}: expected lower-case words joined by hyphens, such as skin-lesions.")
    return manifest


def model_json(
    file: Path, inputs: Mapping[str, Sequence[Any]], outputs: Mapping[str, Sequence[Any]], encoder: EncoderIdentity,
    labels: Sequence[str], about: About, before: Json, n: int, extra: Json, domains: Sequence[Json],
    metrics: Sequence[Json], seen: str | None,
) -> Json:  # fmt: skip
    """The whole content. `extra` stands between labels and metrics: calibration, thresholds, quantities."""

    def declare(tensors: Mapping[str, Sequence[Any]]) -> list[Json]:
        return [{"name": name, "dtype": "float32", "shape": list(shape)} for name, shape in tensors.items()]

    content = file.read_bytes()
    kept = {key: before[key] for key in KEPT if key in before}
    sha256 = hashlib.sha256(content).hexdigest()
    return {
        "schema": SCHEMA,
        "name": about.name or before.get("name") or about.dataset,
        "version": about.version or before.get("version") or "0.1.0",
        "model": {
            "url": f"./{file.name}",
            "sha256": sha256,
            "bytes": len(content),
            "inputs": declare(inputs),
            "outputs": declare(outputs),
        },
        **kept_variants(before, sha256),
        "encoder": {"id": encoder.id, "sha256": encoder.sha256},
        **({"manifest": manifest} if (manifest := manifest_of(about, before)) else {}),
        "labels": list(labels),
        **extra,
        **({"domains": list(domains)} if domains else {}),
        **kept,
        "metrics": list(metrics),
        "trainedOn": [trained_on(about, before, n, seen)],
        "licence": about.licence or before.get("licence") or LICENCE,
    }


def write_json(path: Path, content: Json) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
