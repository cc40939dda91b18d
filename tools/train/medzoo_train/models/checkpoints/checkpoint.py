"""SAM-Med2D checkpoints in the authors' format: sized from their tensors, loaded strictly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from torch import Tensor, nn

from ..config import DecoderConfig, EncoderConfig
from .read_checkpoint import CheckpointError

#: What names of a SAM or SAM-Med2D start with.
PARTS = ("image_encoder.", "prompt_encoder.", "mask_decoder.")


def check_names(state: Mapping[str, Tensor], file: str) -> None:
    """An error where all names are under a prefix, as DataParallel or Lightning put one, or those of another model."""
    strange = [name for name in state if not name.startswith(PARTS)]
    if len(strange) < len(state):
        return
    prefixes = Counter(
        found.group(1) for name in state if (found := re.match(rf"(.*?)(?:{'|'.join(map(re.escape, PARTS))})", name))
    )
    if prefixes:
        prefix, n = prefixes.most_common(1)[0]
        raise CheckpointError(
            f'{file}: {n} of {len(state)} names start with "{prefix}" before {", ".join(PARTS)} Save it without: '
            f'{{name.removeprefix("{prefix}"): tensor for name, tensor in state.items() '
            f'if name.startswith("{prefix}")}}.'
        )
    raise CheckpointError(
        f"{file} is another model: none of its {len(state)} names starts with {', '.join(PARTS)} as those of a SAM do. "
        f"The first are {', '.join(strange[:3])}."
    )


def load_strictly(module: nn.Module, state: Mapping[str, Tensor], assign: bool = False) -> None:
    """Fills a module from tensors of exactly its names and shapes; anything else is an error that names what differs.

    With `assign` the tensors themselves become the module's, without a copy.
    """
    wanted = module.state_dict()
    problems = [f"missing {name} {list(wanted[name].shape)}" for name in wanted if name not in state]
    problems += [f"unexpected {name} {list(state[name].shape)}" for name in state if name not in wanted]
    problems += [
        f"{name} has shape {list(state[name].shape)}, expected {list(wanted[name].shape)}"
        for name in wanted
        if name in state and state[name].shape != wanted[name].shape
    ]
    if problems:
        shown = "\n  ".join(problems[:20])
        more = f"\n  and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise CheckpointError(f"The checkpoint does not fit the model ({len(problems)} differences):\n  {shown}{more}")
    module.load_state_dict(state, strict=True, assign=assign)


def tensor_of(state: Mapping[str, Tensor], name: str) -> Tensor:
    if name not in state:
        raise CheckpointError(
            f"The checkpoint has no tensor {name}, from which the model's size is read; is it a SAM-Med2D?"
        )
    return state[name]


def count(state: Mapping[str, Tensor], pattern: str) -> int:
    """How many different numbers stand where `pattern` has its group."""
    return len({match.group(1) for name in state if (match := re.match(pattern, name))})


def encoder_config_of(state: Mapping[str, Tensor]) -> EncoderConfig:
    """The encoder's sizes, read from its tensors: a block attends globally if its relative positions span the whole
    grid.
    """
    positions = tensor_of(state, "image_encoder.pos_embed")
    patch = tensor_of(state, "image_encoder.patch_embed.proj.weight")
    grid, dim = positions.shape[1], positions.shape[3]
    depth = count(state, r"image_encoder\.blocks\.(\d+)\.")
    spans = [(tensor_of(state, f"image_encoder.blocks.{i}.attn.rel_pos_h").shape[0] + 1) // 2 for i in range(depth)]
    windows = {span for span in spans if span != grid}
    if len(windows) > 1:
        raise CheckpointError(
            f"Blocks of the encoder have windows of different sides, {sorted(windows)}; expected one."
        )
    return EncoderConfig(
        embed_dim=dim,
        depth=depth,
        num_heads=dim // tensor_of(state, "image_encoder.blocks.0.attn.rel_pos_h").shape[1],
        global_attn_indexes=tuple(i for i, span in enumerate(spans) if span == grid),
        image_size=grid * patch.shape[2],
        patch_size=patch.shape[2],
        window_size=windows.pop() if windows else grid,
        out_chans=tensor_of(state, "image_encoder.neck.0.weight").shape[0],
        mlp_ratio=tensor_of(state, "image_encoder.blocks.0.mlp.lin1.weight").shape[0] / dim,
    )


def decoder_config_of(state: Mapping[str, Tensor]) -> DecoderConfig:
    """The decoder's sizes; the number of heads leaves no trace in the tensors and is SAM's 8."""
    tokens = tensor_of(state, "mask_decoder.mask_tokens.weight")
    return DecoderConfig(
        dim=tokens.shape[1],
        depth=count(state, r"mask_decoder\.transformer\.layers\.(\d+)\."),
        mlp_dim=tensor_of(state, "mask_decoder.transformer.layers.0.mlp.lin1.weight").shape[0],
        multimask_outputs=tokens.shape[0] - 1,
        mask_in_chans=tensor_of(state, "prompt_encoder.mask_downscaling.3.weight").shape[0],
        iou_head_hidden=tensor_of(state, "mask_decoder.iou_prediction_head.layers.0.weight").shape[0],
    )
