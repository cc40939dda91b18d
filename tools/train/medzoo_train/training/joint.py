"""Joint training of one encoder with all its heads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.encoder.mobile_trunk import MobileTrunk
from ..models.pixels import normalise
from ..models.precision import half_where_fast
from ..models.system import System
from .batches import Batch
from .losses import iou_of, mask_loss, presence_loss

#: Modules of small convolutions on pixels that learn at a higher rate than the transformers behind them.
PIXEL_READERS = ("automed.auto_prompt", "sam.image_encoder.patch_embed")
#: Trunks that were trained before: they learn at a lower rate than what is new.
TRUNKS = ("sam.image_encoder.patch_embed", "automed.auto_prompt.trunk")


@dataclass(frozen=True)
class Recipe:
    """What decides a run; written into the checkpoint."""

    steps: int = 3000
    segmentation_per_batch: int = 15
    classification_per_batch: int = 9
    #: Classification images that AutoMed sees in each batch, for presence alone.
    negatives_per_batch: int = 3
    learning_rate: float = 6e-4
    branch_factor: float = 1.5
    #: The rate of a pretrained trunk, and how many of its first blocks stand still.
    trunk_factor: float = 0.5
    trunk_frozen: int = 3
    weight_decay: float = 0.05
    warmup: int = 150
    clip: float = 1.0
    ema: float = 0.998
    #: (share of the steps, image side) in order.
    sizes: tuple[tuple[float, int], ...] = ((0.4, 128), (0.25, 192), (0.35, 256))
    #: Until this share of the steps there are no automatic prompts at all and few lateral features: the encoder learns
    #: to be what the decoder reads. A branch that joins from the start does all the work alone (see EXPERIMENTS.md).
    prompts_from: float = 0.4
    keep_laterals_before: float = 0.5
    #: Relative share of a set in a batch, by its name; 1 where not named. Hard sets get more.
    shares: tuple[tuple[str, float], ...] = ()
    #: How often the automatic prompts and the lateral features are kept afterwards.
    keep_prompts: float = 0.6
    keep_laterals: float = 0.85
    prompted_weight: float = 0.5
    coarse_weight: float = 0.4
    classification_weight: float = 0.5
    label_smoothing: float = 0.05
    seed: int = 7

    def size_at(self, step: int) -> int:
        done = 0.0
        for share, size in self.sizes:
            done += share
            if step < done * self.steps:
                return size
        return self.sizes[-1][1]

    def keep_at(self, step: int) -> tuple[float, float]:
        """Probabilities that a sample keeps its automatic prompts and its lateral features."""
        if step < self.prompts_from * self.steps:
            return 0.0, self.keep_laterals_before
        return self.keep_prompts, self.keep_laterals

    def rate_at(self, step: int) -> float:
        """Factor on the learning rate: linear warm-up, then a cosine down to 1 %."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        progress = (step - self.warmup) / max(1, self.steps - self.warmup)
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


class CoarseMasks(nn.Module):
    """Masks straight from the embedding, in training only: it makes the encoder say where things are by itself."""

    def __init__(self, dim: int, targets: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(dim, targets * 16, 1)

    def forward(self, embedding: Tensor) -> Tensor:
        """float32 [B, dim, G, G] -> logits float32 [B, T, 4G, 4G]."""
        return F.pixel_shuffle(self.project(embedding), 4)


def parameter_groups(system: System, coarse: nn.Module, recipe: Recipe) -> list[dict[str, object]]:
    """No weight decay on vectors and embeddings; a higher rate for the convolutions that read pixels."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    named = [*system.named_parameters(), *coarse.named_parameters(prefix="coarse")]
    pretrained = isinstance(system.sam.image_encoder.patch_embed, MobileTrunk)
    for name, parameter in named:
        if not parameter.requires_grad:
            continue
        factor = recipe.branch_factor if name.startswith(PIXEL_READERS) else 1.0
        factor = recipe.trunk_factor if pretrained and name.startswith(TRUNKS) else factor
        bare = parameter.ndim < 2 or "embed" in name or "token" in name or "queries" in name
        groups.setdefault((factor, 0.0 if bare else recipe.weight_decay), []).append(parameter)
    return [
        {"params": parameters, "lr": recipe.learning_rate * factor, "factor": factor, "weight_decay": decay}
        for (factor, decay), parameters in groups.items()
    ]


class Ema:
    """Exponential moving average of weights and buffers; what is validated and shipped."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.step = 0
        self.state = {k: v.detach().clone().float() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.step += 1
        decay = min(self.decay, (1 + self.step) / (10 + self.step))
        for k, v in module.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].lerp_(v.float(), 1 - decay)
            else:
                self.state[k].copy_(v)


def step_losses(system: System, coarse: CoarseMasks, batch: Batch, recipe: Recipe, step: int) -> dict[str, Tensor]:
    """All losses of one batch, weighted; computed where the batch is."""
    with batch.pixels.device:
        return losses_of(system, coarse, batch, recipe, step)


def losses_of(system: System, coarse: CoarseMasks, batch: Batch, recipe: Recipe, step: int) -> dict[str, Tensor]:
    masked = len(batch.masks)
    image = normalise(batch.pixels).contiguous(memory_format=torch.channels_last)
    rows = torch.arange(masked)
    with half_where_fast(image.device.type):
        embedding = system.encode(image)
        seen = masked + recipe.negatives_per_batch
        extra = torch.randperm(len(image) - masked)[: recipe.negatives_per_batch] + masked
        chosen = torch.cat([rows, extra])
        keep = (torch.rand(seen, 2) < torch.tensor(recipe.keep_at(step))).float()
        masks, iou, presence = system.automed(embedding[chosen], image[chosen], keep)
        rough = coarse(embedding[:masked])
        prompted, prompted_iou = system.sam.decode(
            embedding[:masked],
            batch.coords,
            batch.prompt_labels,
            torch.zeros(masked, 1, embedding.shape[-1] * 4, embedding.shape[-1] * 4),
            torch.zeros(masked),
        )
        scores = [
            (system.medcls[task](embedding[first : first + len(labels)])[0], labels)
            for task, first, labels in batch.tasks
        ]
    own = masks[rows, batch.target].float()
    losses = {"masks": mask_loss(own, batch.masks).mean()}
    found = iou_of(own.detach(), batch.masks)
    losses["iou"] = 0.5 * F.mse_loss(iou[rows, batch.target].float(), found)
    losses["presence"] = 0.2 * presence_loss(presence.float(), batch.presence[chosen])
    small = F.avg_pool2d(batch.masks[:, None], 4)[:, 0]
    losses["coarse"] = recipe.coarse_weight * mask_loss(rough[rows, batch.target].float(), small).mean()
    losses["prompted"] = recipe.prompted_weight * prompted_loss(prompted.float(), prompted_iou.float(), batch)
    per_task = [
        F.cross_entropy(logits.float(), labels, label_smoothing=recipe.label_smoothing) for logits, labels in scores
    ]
    losses["classes"] = recipe.classification_weight * torch.stack(per_task).sum()
    return losses


def prompted_loss(logits: Tensor, iou: Tensor, batch: Batch) -> Tensor:
    """Mask 0 always; of masks 1..3 only the best, as SAM trains them; iou of each against what it reached."""
    truth = batch.prompt_truth
    count = len(truth)
    valid = (truth.sum((1, 2)) > 0).float()
    each = torch.stack([mask_loss(logits[:, k], truth) for k in range(logits.shape[1])], dim=1)
    reached = torch.stack([iou_of(logits[:, k].detach(), truth) for k in range(logits.shape[1])], dim=1)
    best = each[:, 1:].min(dim=1).values
    total = each[:, 0] + 0.5 * best + 0.2 * (iou - reached).pow(2).mean(1)
    return (total * valid).sum() / max(count, 1)
