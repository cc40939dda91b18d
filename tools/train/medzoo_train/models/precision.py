"""Half precision where the processor has it: without bfloat16 in hardware it is up to forty times slower than
float32.
"""

from __future__ import annotations

import torch


def has_fast_half(device: str) -> bool:
    """Whether bfloat16 is faster than float32 there: on every accelerator, and on CPUs with AMX or AVX512-BF16."""
    if device != "cpu":
        return True
    asked = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, name)() for name in asked if hasattr(torch.cpu, name))


def half_where_fast(device: str = "cpu") -> torch.autocast:
    """Autocast to bfloat16, or a context that changes nothing where that would be slow."""
    return torch.autocast(device, torch.bfloat16, enabled=has_fast_half(device))
