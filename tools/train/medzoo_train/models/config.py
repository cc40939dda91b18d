"""Sizes of the models. One implementation serves every size; nothing below reads a size from anywhere else."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class EncoderConfig:
    """SAM-Med2D's image encoder. The defaults are the reference's ViT-B (OpenGVLab/SAM-Med2D, `vit_b`)."""

    embed_dim: int = 768
    depth: int = 12
    num_heads: int = 12
    global_attn_indexes: tuple[int, ...] = (2, 5, 8, 11)
    image_size: int = 256
    patch_size: int = 16
    window_size: int = 14
    out_chans: int = 256
    mlp_ratio: float = 4.0
    #: `conv` is the reference's adapter; `light` swaps its two dense convolutions for a depthwise one (our decision).
    adapter: Literal["conv", "light"] = "conv"
    #: `patch` is ViT's one convolution; `mobile` is the trunk of EfficientNet-Lite0 (our decision, see
    #: mobile_trunk.py).
    stem: Literal["patch", "mobile"] = "patch"
    rel_pos: bool = True
    drop_path: float = 0.0
    #: Channels of the embedding after the neck's, which say what the trunk knows (stage.py); 0: there are none.
    stage_chans: int = 0

    @property
    def grid(self) -> int:
        """Tokens along one side of the embedding."""
        return self.image_size // self.patch_size

    @property
    def channels(self) -> int:
        """Of the embedding."""
        return self.out_chans + self.stage_chans

    def window_of(self, block: int) -> int:
        """Window side of a block; 0 where it attends globally."""
        return 0 if block in self.global_attn_indexes else self.window_size

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> EncoderConfig:
        """Fields that are not the encoder's (such as the fixture's seed) are passed over."""
        known = {k: v for k, v in data.items() if k in EncoderConfig.__dataclass_fields__}
        if "global_attn_indexes" in known:
            known["global_attn_indexes"] = tuple(known["global_attn_indexes"])
        return EncoderConfig(**known)


@dataclass(frozen=True)
class DecoderConfig:
    """SAM's mask decoder. The defaults are the reference's."""

    dim: int = 256
    depth: int = 2
    num_heads: int = 8
    mlp_dim: int = 2048
    multimask_outputs: int = 3
    mask_in_chans: int = 16
    iou_head_hidden: int = 256


@dataclass(frozen=True)
class AutoPromptConfig:
    """The improved MobileNetV3 that stands where SAM-Med2D has its prompt encoder (our design, see auto_prompt.py)."""

    width: float = 1.0
    sparse_prompts: int = 4
    dim: int = 192
    attention: Literal["coordinate", "squeeze-excite"] = "coordinate"


@dataclass(frozen=True)
class AutoMedConfig:
    """SAM-AutoMed's decoder and its targets."""

    targets: tuple[str, ...] = ("lungs", "fetal_head", "nuclei", "wound", "polyp")
    dim: int = 192
    depth: int = 2
    num_heads: int = 6
    mlp_dim: int = 512
    auto_prompt: AutoPromptConfig = field(default_factory=AutoPromptConfig)
    #: Presence reads a trunk from ImageNet too (everyday.py).
    everyday: bool = False


#: Trained by us on the open data, from an ImageNet trunk; 256 tokens attend globally, since windows cost more than they
#: save.
SAM_MED2D_TINY = EncoderConfig(
    embed_dim=192,
    depth=4,
    num_heads=3,
    global_attn_indexes=tuple(range(4)),
    out_chans=192,
    adapter="light",
    stem="mobile",
    rel_pos=False,
    drop_path=0.1,
)
TINY_DECODER = DecoderConfig(dim=192, num_heads=6, mlp_dim=512, iou_head_hidden=192)
