"""The rewrite of the windowed attention in the exported graph: fewer multiply-adds, the same numbers."""

from __future__ import annotations

from medzoo_train.bench.windows import compare
from medzoo_train.models.config import EncoderConfig


def test_the_exported_graph_has_the_rewrite_and_the_same_numbers() -> None:
    # ViT-B's layout at a fraction of its width.
    found = compare(EncoderConfig(embed_dim=96, depth=3, num_heads=4, global_attn_indexes=(2,)), rounds=1, threads=1)
    assert found.difference < 1e-4
    # Each windowed block projects 256 tokens and one row of padding to q, k, v, and 256 back, instead of 784 each time.
    assert found.padded_macs - found.rewritten_macs == 2 * 96 * 96 * (3 * (784 - 257) + (784 - 256))
    assert found.padded_ms > 0
    assert found.rewritten_ms > 0
