"""An encoder and AutoMed with weights of chance, as packages have them, and drawn pictures for both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from medzoo_train.data.sets import SETS
from medzoo_train.export.graph.onnx_file import export_onnx, open_onnx
from medzoo_train.export.model_json import TRAINED_PREPROCESS, model_json
from medzoo_train.export.wrappers import AutoMedFile
from medzoo_train.models.automed.automed import AutoMed
from medzoo_train.models.config import AutoMedConfig, AutoPromptConfig
from medzoo_train.models.fold import fold_batch_norms
from medzoo_train.models.pixels import normalise
from medzoo_train.training.batches import LoadedSet
from medzoo_train.training.everyday import round_trunk

TARGETS = ("lungs", "wound")
LUNGS = next(spec for spec in SETS if spec.subject == "lungs")
OUTPUTS = ["masks", "iou", "presence"]


class Small(nn.Module):
    """An encoder that says how bright each cell is."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cells = nn.Conv2d(3, 48, 16, 16)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.cells(image)
        return found


def pictures(count: int, seed: int) -> torch.Tensor:
    """uint8 [N, 3, 256, 256]: a bright square on noise."""
    rng = np.random.default_rng(seed)
    drawn = np.clip(rng.normal(90, 25, (count, 3, 256, 256)), 0, 255)
    for one in drawn:
        x, y = rng.integers(20, 140, 2)
        one[:, y : y + 90, x : x + 90] += 60
    return torch.from_numpy(np.clip(drawn, 0, 255).astype(np.uint8))


def small() -> AutoMed:
    """Weights of chance that are sure of what they say, since a decision at the brink changes with any rounding."""
    torch.manual_seed(1)
    prompt = AutoPromptConfig(width=0.5, dim=48)
    model = AutoMed(AutoMedConfig(targets=TARGETS, dim=48, num_heads=4, auto_prompt=prompt, everyday=True)).eval()
    fold_batch_norms(model)
    last: Any = model.presence_head.layers[-1]
    everyday: Any = model.everyday
    with torch.no_grad():
        last.bias.copy_(torch.tensor([3.0, -3.0]))
        model.mask_shift += 1000
        exact = AutoMed(model.config).everyday
        assert exact is not None
        fold_batch_norms(exact)
        exact.load_state_dict(everyday.state_dict())
        round_trunk(everyday.trunk, exact.trunk, torch.randn(1, 3, 64, 64))
    return model


def write_packages(root: Path) -> None:
    """Packages with an encoder and AutoMed."""
    image, embedding = torch.zeros(1, 3, 256, 256), torch.zeros(1, 48, 16, 16)
    encoder, automed = root / "sam-med2d" / "weights" / "encoder.onnx", root / "automed" / "weights" / "automed.onnx"
    export_onnx(Small().eval(), [image], ["image"], ["embedding"], encoder, "fp16-storage")
    export_onnx(AutoMedFile(small()), [embedding, image], ["embedding", "image"], OUTPUTS, automed, "fp16-storage")
    described = model_json(encoder, "small", "1.0.0", "CC0", [], preprocess=TRAINED_PREPROCESS)
    encoder.with_name("model.json").write_text(json.dumps(described))
    thresholds = dict.fromkeys(TARGETS, 0.5)
    content = model_json(automed, "head", "1.0.0", "CC0", [], TARGETS, described, presenceThresholds=thresholds)
    automed.with_name("model.json").write_text(json.dumps(content))


def images(count: int, seed: int = 5) -> list[Any]:
    return [normalise(one[None].float()).numpy() for one in pictures(count, seed)]


def feeds(root: Path, count: int = 4, seed: int = 5) -> list[dict[str, Any]]:
    encode = open_onnx(root / "sam-med2d" / "weights" / "encoder.onnx")
    return [
        {"embedding": encode({"image": torch.from_numpy(one)})["embedding"].numpy(), "image": one}
        for one in images(count, seed)
    ]


def tensors(feed: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in feed.items()}


def held(count: int = 6) -> LoadedSet:
    masks = torch.zeros(count, 256, 256, dtype=torch.uint8)
    masks[:, 60:160, 60:160] = 255
    return LoadedSet(LUNGS, pictures(count, 7), masks, None, [str(i) for i in range(count)])
