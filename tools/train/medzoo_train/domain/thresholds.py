"""Thresholds of domains anew, where the rule has changed, or the file of the encoder that a CPU runs, and nothing else.

From the scores of held-out images that model.json has kept, which needs no image; or from the images.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.score import HeadDomain, fit_head, head_domain_from_json, thresholds_of

from ..data.index import read_index
from ..export.model_json import read_encoder
from .of_encoder import background_for, backgrounds_of
from .pooled import PooledEncoder, pool_rows

#: What model.json keeps of a score has two digits. Half a step more, and the image whose score it is stays within.
STEP = 0.01


def renewed(domain: HeadDomain) -> HeadDomain:
    """By the scores that were kept. A threshold that the rule does not move stays as it is, to the last digit."""
    if len(domain.scores) != domain.n:
        raise SystemExit(
            f"A domain keeps {len(domain.scores)} scores of the {domain.n} held-out images that its thresholds were "
            "chosen on; expected all of them. Give the images, with --data and --encoder."
        )
    found = thresholds_of(np.array(domain.scores) + STEP / 2)
    stays = {
        rate: before
        for rate, before in domain.thresholds.items()
        if rate in found and abs(found[rate] - before) <= STEP
    }
    return replace(domain, thresholds={**domain.thresholds, **found, **stays})


def measured(domain: HeadDomain, encoder: Path, data: Path) -> HeadDomain:
    """By the images of `data` that are held out, as the encoder's file that a CPU runs sees them."""
    if domain.datasets != (data.name,):
        raise SystemExit(
            f"The domain's thresholds were chosen on {', '.join(domain.datasets)}, and --data is another set. "
            "Expected the same, or `python -m medzoo_train.domain head`, which fits the domain as well."
        )
    content = read_encoder(encoder)
    held: Floats = pool_rows(PooledEncoder(encoder, content), read_index(data, domain.split), domain.split)
    background = background_for(backgrounds_of(content), domain)
    return fit_head(background, domain.own, held, domain.datasets, domain.use, domain.covers, domain.labels)


def renew_file(model: Path, golden: Path | None, images: tuple[Path, Path] | None = None) -> None:
    """Writes model.json, and the golden record's thresholds where there is one. `images`: the encoder's model.json, and
    a data set.
    """
    content = json.loads(model.read_text(encoding="utf-8"))
    before = [head_domain_from_json(entry) for entry in content.get("domains", [])]
    domains = [measured(domain, *images) if images else renewed(domain) for domain in before]
    for entry, domain in zip(content.get("domains", []), domains, strict=True):
        after = domain.to_json()
        entry.update({key: after[key] for key in ("thresholds", "n", "scores")})
        beyond = sum(score > domain.threshold + STEP / 2 for score in domain.scores)
        name = ", ".join(domain.labels) or model.parent.name
        print(
            f"{name}: threshold {domain.threshold:g} at {domain.use:g}; {beyond} of {domain.n} held-out images beyond"
        )
    model.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if golden is None:
        return
    record = json.loads(golden.read_text(encoding="utf-8"))
    for said, domain in zip(record.get("domains", []), domains, strict=True):
        said["threshold"] = domain.threshold
        said["inDomain"] = bool(said["score"] <= domain.threshold)
    golden.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
