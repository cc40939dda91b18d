"""One training loop for every arm: the same optimiser, schedule and moving average; only model, loss and rate
differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from ..models.precision import half_where_fast
from ..training.joint import Ema, Recipe

EMA_DECAY = 0.998
WEIGHT_DECAY = 0.05


def parameter_groups(model: nn.Module, rate: float, fast: tuple[str, ...], factor: float) -> list[dict[str, Any]]:
    """No weight decay on vectors and embeddings; modules named in `fast` learn at `factor` times the rate."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        bare = parameter.ndim < 2 or "embed" in name or "token" in name or "queries" in name
        key = (rate * (factor if name.startswith(fast) else 1.0), 0.0 if bare else WEIGHT_DECAY)
        groups.setdefault(key, []).append(parameter)
    return [{"params": p, "lr": lr, "peak": lr, "weight_decay": decay} for (lr, decay), p in groups.items()]


def fit(
    model: nn.Module,
    loss_of: Callable[[nn.Module], Tensor],
    steps: int,
    rate: float,
    title: str,
    fast: tuple[str, ...] = (),
    factor: float = 1.0,
) -> nn.Module:
    """Trains for `steps` steps, each on what `loss_of` draws, and returns the model with its moving average, in eval
    mode.
    """
    schedule = Recipe(steps=steps, warmup=max(1, min(100, steps // 10)))
    model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(parameter_groups(model, rate, fast, factor), betas=(0.9, 0.98))
    ema = Ema(model, EMA_DECAY)
    shown = 0.0
    progress = tqdm(range(steps), desc=title, mininterval=5)
    for step in progress:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * schedule.rate_at(step)
        with half_where_fast():
            loss = loss_of(model)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)):
            optimiser.step()
            ema.update(model)
        shown = loss.item() if step == 0 else 0.95 * shown + 0.05 * loss.item()
        progress.set_postfix(loss=f"{shown:.3f}", refresh=False)
    model.load_state_dict(ema.state)
    return model.eval()


def remembered(
    path: Path, settings: dict[str, Any], model: nn.Module, train: Callable[[nn.Module], nn.Module]
) -> nn.Module:
    """The trained model of `path`, trained now if it is not there; an error if it was trained with other settings."""
    if path.is_file():
        saved = torch.load(path, weights_only=True)
        if saved["settings"] != settings:
            raise SystemExit(f"{path} was trained with other settings; give another --out or remove it.")
        model.load_state_dict(saved["model"])
        return model.eval()
    trained = train(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({"settings": settings, "model": trained.state_dict()}, partial)
    os.replace(partial, path)
    return trained
