"""The steps that make the promptable head."""

from __future__ import annotations

from pathlib import Path

from .settings import Settings, Step, module

#: Pictures that show something that a point can mean, or that regions are found in.
POINTED_KINDS = ["plain", "hard", "close", "framed", "limb", "collage", "nothing"]


def promptable(settings: Settings, weights: Path) -> list[Step]:
    """Boxes, then points, then points twice further on more pictures."""
    out, quick = settings.out, settings.quick
    seen, many, boxed, pointed, again = (
        out / name for name in ("seen", "seen-many", "promptable", "pointed", "pointed-again")
    )
    minutes, minutes_further = (0.05, 0.05) if quick else (120, 62)
    common: dict[str, object] = {"seen": many, "finder": True, "boxes": 0.2, "minutes": minutes_further}
    return [
        Step("promptable head", module("train_promptable", weights=weights, seen=seen, out=boxed, minutes=minutes),
             [boxed / "weights.pth"]),
        Step(
            "promptable head, a first look at points",
            module(
                "train_promptable", weights=boxed / "weights.pth", seen=seen, out=pointed, finder=True, boxes=0.25,
                rate=1e-3, minutes=minutes,
            ),
            [pointed / "weights.pth"],
        ),
        Step(
            "more pictures to learn points from",
            module(
                "look", weights=weights, data=settings.data, negatives=settings.negatives, out=many, many=True,
                photographs=settings.photographs or out / "photographs", kinds=POINTED_KINDS,
                limit=40 if quick else None,
            ),
            [many / "complete"],
        ),
        Step(
            "promptable head, points further",
            module("train_promptable", weights=pointed / "weights.pth", out=again, rate=8e-4, **common),
            [again / "weights.pth"],
        ),
        Step(
            "promptable head, points once more",
            module(
                "train_promptable", weights=again / "weights.pth", out=further_file(settings).parent, rate=6e-4,
                seed=12, **common,
            ),
            [further_file(settings)],
        ),
    ]  # fmt: skip


def further_file(settings: Settings) -> Path:
    return settings.out / "further" / "weights.pth"
