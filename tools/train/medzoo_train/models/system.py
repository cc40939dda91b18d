"""Everything that is trained together: one encoder, its promptable decoder, SAM-AutoMed, and a SAM-MedCls for each
task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from .automed.automed import AutoMed
from .config import SAM_MED2D_TINY, TINY_DECODER, AutoMedConfig, DecoderConfig, EncoderConfig
from .fold import fold_batch_norms
from .medcls import MedCls
from .promptable.closer import Closer
from .promptable.refiner import RefinerConfig
from .promptable.sam_med2d import SamMed2d


class System(nn.Module):
    """One encoder, any number of heads."""

    def __init__(
        self,
        tasks: Mapping[str, int],
        encoder: EncoderConfig = SAM_MED2D_TINY,
        decoder: DecoderConfig = TINY_DECODER,
        automed: AutoMedConfig | None = None,
        closer: bool = False,
        finder: bool = False,
        everyday: bool = False,
    ) -> None:
        """`everyday`: AutoMed's presence reads a trunk from ImageNet too.

        `closer`: the promptable head looks at the image around its box once more; `finder`: and around points first.
        """
        super().__init__()
        automed = automed or AutoMedConfig(everyday=everyday)
        # SAM's 256 channels do not divide by the small size's six heads; 32 channels a head then, as there.
        heads = automed.num_heads if encoder.out_chans % automed.num_heads == 0 else encoder.out_chans // 32
        prompt = replace(automed.auto_prompt, dim=encoder.out_chans)
        self.sam = SamMed2d(encoder, replace(decoder, dim=encoder.out_chans))
        self.closer = Closer(RefinerConfig(dim=encoder.out_chans), finder) if closer else None
        self.automed = AutoMed(replace(automed, dim=encoder.out_chans, num_heads=heads, auto_prompt=prompt))
        #: Task names hold hyphens and module names may not hold dots; hyphens are fine.
        self.medcls = nn.ModuleDict({task: MedCls(encoder.out_chans, classes) for task, classes in tasks.items()})

    def encode(self, image: Tensor) -> Tensor:
        return self.sam.image_encoder(image)  # type: ignore[no-any-return]


def system_of(saved: Mapping[str, Any], tasks: Mapping[str, int], everyday: bool | None = None) -> System:
    """The system of a weights file, at the sizes it was trained with; `folded` where its batch norms are in its
    convolutions.

    `everyday`: whether presence reads an everyday trunk; as the file has it by default.
    """
    decoder = DecoderConfig(**saved["decoder"]) if "decoder" in saved else TINY_DECODER
    closer, finder = bool(saved.get("closer")), bool(saved.get("finder"))
    everyday = bool(saved.get("everyday")) if everyday is None else everyday
    system = System(tasks, EncoderConfig.from_json(saved["encoder"]), decoder, None, closer, finder, everyday)
    if saved.get("folded"):
        fold_batch_norms(system.eval())
    system.load_state_dict(widen_presence(system, saved["ema"]))
    return system


def widen_presence(system: System, state: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Weights of before 0.6, whose presence was read from its own token alone, or without an everyday trunk.

    The other inputs count nothing until trained.
    """
    name = "automed.presence_head.layers.0.weight"
    own = system.state_dict()
    old, new = state[name], own[name]
    everyday = {key: own[key] for key in own if key.startswith("automed.everyday.") and key not in state}
    if old.shape == new.shape:
        return {**state, **everyday}
    wide = torch.zeros_like(new)
    wide[:, : old.shape[1]] = old
    return {**state, **everyday, name: wide}
