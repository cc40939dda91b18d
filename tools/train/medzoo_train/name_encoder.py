"""`python -m medzoo_train.name_encoder --encoder E HEAD ...`: into model files of heads, which encoder they were
trained on.

For model files of heads that were exported before this was kept; the exporters write it themselves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .export.model_json import encoder_identity, read_encoder


def name_encoder(encoder: Path, head: Path) -> None:
    """Adds the `encoder` entry behind `model`; an error if the file already names another."""
    identity = encoder_identity(read_encoder(encoder))
    content = json.loads(head.read_text())
    if content.get("encoder", identity) != identity:
        raise SystemExit(f"{head} was trained on {content['encoder']}, not on {identity}; export it anew instead.")
    named = {}
    for key, value in content.items():
        if key != "encoder":
            named[key] = value
        if key == "model":
            named["encoder"] = identity
    head.write_text(json.dumps(named, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--encoder", type=Path, required=True, help="model.json of the encoder")
    parser.add_argument("heads", type=Path, nargs="+", help="model.json of each head")
    args = parser.parse_args()
    for head in args.heads:
        name_encoder(args.encoder, head)


if __name__ == "__main__":
    main()
