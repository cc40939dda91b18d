"""`python -m medzoo_train.read_packages --out FILE`: the weights that the npm packages ship, to train on from.

What serves training alone is in no package and begins anew: the embeddings that stand for a dropped prompt.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from .data.sets import SETS
from .export.graph.read_back import constants_of, read_back
from .export.head_files import prompt_example
from .export.wrappers import MEDCLS_OUTPUTS, AutoMedFile, PromptableDecoder
from .models.config import SAM_MED2D_TINY, TINY_DECODER, EncoderConfig
from .models.system import System


def read_packages(packages: Path) -> dict[str, Any]:
    """The content of a weights file; throws ReadBackError where a package holds another model than this code makes."""
    tasks = {spec.subject: len(spec.classes) for spec in SETS if spec.kind == "classification"}
    described = json.loads((packages / "sam-med2d" / "weights" / "decoder.json").read_text(encoding="utf-8"))
    closer = any(tensor["name"] == "image" for tensor in described["model"]["inputs"])
    automed = packages / "automed" / "weights" / "automed.onnx"
    everyday = any(name.startswith("automed.everyday.") for name, _ in constants_of(automed))
    # What looks closer looks at points first.
    system = System(tasks, encoder_of(packages), closer=closer, finder=closer, everyday=everyday).eval()
    config = system.sam.image_encoder.config
    image = torch.rand(1, 3, config.image_size, config.image_size)
    embedding = torch.rand(1, config.channels, config.grid, config.grid)
    read_back(
        system.sam.image_encoder, [image], ["image"], ["embedding"], packages / "sam-med2d" / "weights" / "encoder.onnx"
    )
    prompts = {"embedding": embedding, **prompt_example(config.grid)} | ({"image": image} if closer else {})
    decoder = packages / "sam-med2d" / "weights" / "decoder.onnx"
    read_back(
        PromptableDecoder(system.sam, system.closer), list(prompts.values()), list(prompts), ["masks", "iou"], decoder
    )
    names = ["embedding", "image"], ["masks", "iou", "presence"]
    read_back(AutoMedFile(system.automed), [embedding, image], *names, automed)
    with torch.no_grad():
        system.automed.no_dense.weight.zero_()
        system.automed.no_sparse.weight.copy_(system.automed.auto_prompt.queries.weight)
    for task, head in system.medcls.items():
        file = packages / "medcls" / "weights" / task / "medcls.onnx"
        read_back(head, [embedding], ["embedding"], MEDCLS_OUTPUTS, file)
    state = {name: tensor.clone() for name, tensor in system.state_dict().items()}
    sizes = {"encoder": config.to_json(), "decoder": asdict(TINY_DECODER)}
    return {
        "ema": state,
        **sizes,
        "folded": True,
        "closer": closer,
        "finder": closer,
        "everyday": everyday,
        "centred": ["masks", "presence"],
    }


def encoder_of(packages: Path) -> EncoderConfig:
    """Our encoder, with as many channels of the trunk's stages as the packages' has beside the neck's."""
    described = json.loads((packages / "sam-med2d" / "weights" / "model.json").read_text(encoding="utf-8"))
    channels = described["model"]["outputs"][0]["shape"][1]
    return replace(SAM_MED2D_TINY, stage_chans=channels - SAM_MED2D_TINY.out_chans)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--packages", type=Path, default=Path(__file__).parents[3] / "packages")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.save(read_packages(args.packages), args.out)


if __name__ == "__main__":
    main()
