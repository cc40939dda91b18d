"""A training step on a GPU, on tensors without values: no machine with one is needed to see that everything is on one
device.
"""

from __future__ import annotations

import warnings

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from medzoo_train.models.config import DecoderConfig, EncoderConfig
from medzoo_train.models.system import System
from medzoo_train.training.batches import Batch
from medzoo_train.training.joint import CoarseMasks, Recipe, step_losses

ENCODER = EncoderConfig(embed_dim=48, depth=2, num_heads=3, global_attn_indexes=(1,), out_chans=32)


def test_the_losses_of_a_step_are_computed_where_the_batch_is() -> None:
    recipe = Recipe(segmentation_per_batch=5, classification_per_batch=3, negatives_per_batch=2)
    with FakeTensorMode(), warnings.catch_warnings():
        # Autocast says that there is no GPU; then it does nothing.
        warnings.simplefilter("ignore")
        with torch.device("cuda"):
            system = System({"task": 2}, ENCODER, DecoderConfig(dim=32, mlp_dim=64, iou_head_hidden=32))
            coarse = CoarseMasks(32, 5)
        batch = Batch(
            pixels=torch.zeros(8, 3, 64, 64),
            masks=torch.zeros(5, 64, 64),
            target=torch.zeros(5, dtype=torch.int64),
            presence=torch.zeros(8, 5),
            tasks=[("task", 5, torch.zeros(3, dtype=torch.int64))],
            coords=torch.zeros(5, 2, 2),
            prompt_labels=torch.zeros(5, 2),
            prompt_truth=torch.zeros(5, 16, 16),
        )
        losses = step_losses(system, coarse, batch.to(torch.device("cuda")), recipe, 0)
    assert {loss.device.type for loss in losses.values()} == {"cuda"}
