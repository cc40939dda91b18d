"""What the encoder's trunk knows and its neck forgets, as more channels of the embedding."""

from __future__ import annotations

from torch import Tensor, nn

from .mobile_trunk import READ_CHANNELS


class Stage(nn.Module):
    """The map of a stage in the middle of the trunk, float32 [B, READ_CHANNELS, G, G] -> float32 [B, channels, G, G].

    The neck was taught a handful of tasks and keeps little else; the trunk still knows what ImageNet taught it, by
    which blood cells and moles are told apart (EXPERIMENTS.md, 22 and 23). Nothing here is trained:
    `medzoo_train.add_stage` fills it when the encoder is done, and has to run again when the trunk has changed.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(READ_CHANNELS, channels, 1)
        self.project.requires_grad_(False)

    def forward(self, found: Tensor) -> Tensor:
        return self.project(found)  # type: ignore[no-any-return]
