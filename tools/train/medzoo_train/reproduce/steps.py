"""The steps from data to the weights that the packages ship, as commands."""

from __future__ import annotations

from pathlib import Path

from .promptable import further_file, promptable
from .settings import INITIAL, TRUNK_PACKAGE, Settings, Step, module, trunk_file, words


def first_weights(settings: Settings, trunk: Path) -> list[Step]:
    """The encoder and all heads from ImageNet's trunk, then AutoMed further."""
    data, out, quick = settings.data, settings.out, settings.quick
    first = out / "first"
    few: dict[str, object] = {"steps": 2, "batch": 12, "processes": 1, "validate_every": 100}
    return [
        Step(
            "auto-prompt encoder alone",
            module("pretrain_prompts", data=data, out=out / "prompts.pth", trunk=trunk, steps=2 if quick else None),
            [out / "prompts.pth"],
        ),
        Step(
            "encoder and heads together",
            module("train", data=data, out=first, trunk=trunk, prompts=out / "prompts.pth", steps=2 if quick else 3000),
            [first / "weights.pth"],
        ),
        Step(
            "AutoMed further, on harder images and with negatives",
            module(
                "train_automed", weights=first / "weights.pth", data=data, out=out / "automed", hard=True,
                negatives=settings.negatives, **(few if quick else {"steps": 4000}),
            ),
            [out / "automed" / "weights.pth"],
        ),
    ]  # fmt: skip


def looks(settings: Settings, weights: Path, trunk: Path | None = None) -> list[Step]:
    """Everything that the encoder is asked for: pictures of both splits, with photographs among them.

    `trunk`: ImageNet's weights, where AutoMed has no everyday trunk yet; it gets one before anything is looked at.
    """
    data, out, quick = settings.data, settings.out, settings.quick
    given, fetched = settings.photographs, out / "photographs"
    few = {"limit": 40} if quick else {}
    everyday = everyday_file(settings)
    fetch = Step("photographs", module("photographs", out=fetched), [fetched / "index.csv"])
    folders = (("train", out / "seen"), ("val", out / "seen-val"))
    shown: dict[str, object] = {"data": data, "photographs": given or fetched}
    options: dict[str, object] = {"negatives": settings.negatives, "photographs": given or fetched, **few}
    add_everyday = module("add_everyday", weights=weights, trunk=trunk, out=everyday, **shown)
    add = [Step("an everyday trunk", add_everyday, [everyday])] if trunk else []
    weights = everyday if trunk else weights
    return [
        *([] if given else [fetch]),
        *add,
        *(
            Step(
                f"pictures of {split}",
                module("look", weights=weights, data=data, out=folder, split=split, **options),
                [folder / "complete"],
            )
            for split, folder in folders
        ),
    ]


def everyday_file(settings: Settings) -> Path:
    return settings.out / "everyday.pth"


def heads(settings: Settings, weights: Path) -> list[Step]:
    """Presence, promptable head and classifiers on an encoder that stands still and whose domains are in the
    packages.
    """
    data, out, quick = settings.data, settings.out, settings.quick
    seen, held = out / "seen", out / "seen-val"
    tokens, presence = out / "tokens.pth", out / "presence.pth"
    final = out / "final.pth"
    presences: dict[str, object] = {
        "seen": seen,
        "held": held,
        "packages": settings.packages,
        "steps": 20 if quick else 2000,
    }
    short: dict[str, object] = {"epochs": 1, "seeds": 1, "copies": 2}
    classes = short if quick else {"epochs": 30, "copies": 5}
    return [
        Step(
            "presence",
            module("train_presence", weights=weights, out=tokens, **presences),
            [tokens],
        ),
        Step(
            "presence of wounds, by the everyday trunk",
            module("train_presence", weights=tokens, out=presence, everyday="wound", **presences),
            [presence],
        ),
        *promptable(settings, presence),
        Step(
            "classifiers",
            module(
                "train_medcls", weights=further_file(settings), data=data, out=final, hard=True, onnx=True,
                embedded=out / "embedded", **classes,
            ),
            [final],
        ),
    ]  # fmt: skip


def export(settings: Settings, weights: Path, keep: bool, heads: str | None = None) -> Step:
    options: dict[str, object] = {"keep_encoder": True} if keep else {"initialised_from": INITIAL}
    options |= {"heads": heads} if heads else {}
    options |= {"data": settings.data, "packages": settings.packages, "version": settings.version}
    return Step(f"export of {weights.stem}", module("export_packages", weights=weights, **options))


def domains(settings: Settings, precision: str = "reference") -> list[Step]:
    """What the encoder knows of the world, then each head's own part of it.

    `auto`: on the embeddings that a CPU gives, for which pictures were looked at again.
    """
    out = settings.out
    at, kept = (out, "pooled") if precision == "reference" else (out / "ships", "pooled-ships")
    common = {"packages": settings.packages, "data": settings.data, "precision": precision, "seen": at / "seen"}
    common |= {"kept": out / kept}
    ground, ours = words({**common, "negatives": settings.negatives}), words({**common, "held": at / "seen-val"})
    return [
        Step(f"what the encoder knows, {precision}", [*module("domain"), "background", *ground]),
        Step(f"domains of the heads, {precision}", [*module("domain"), "ours", *ours]),
    ]


def ships(settings: Settings, weights: Path) -> list[Step]:
    """The encoder in int8 beside the reference, then everything that is fitted on embeddings by the file that a CPU
    runs, and AutoMed in int8 last.

    The encoder's gate is asked twice: whether there may be such a file, and whether it still holds with what was fitted
    since.
    """
    out, data, packages, at = settings.out, settings.data, settings.packages, settings.out / "ships"
    common: dict[str, object] = {"data": data, "packages": packages, "precision": "int8-static"}
    variant = module("export_packages", **common, variant_of="encoder")
    of_automed = module("export_packages", **common, variant_of="automed", negatives=settings.negatives)
    seen = [out / "seen", out / "seen-val"]
    again = module("look_again", seen=seen, weights=weights, packages=packages, out=at)
    fit, quick, classes = module("fit"), settings.quick, out / "classes.pth"
    anew = module(
        "train_medcls", weights=weights, data=data, packages=packages, out=classes, tasks="brain-mri", light=True,
        epochs=1 if quick else 30, copies=2 if quick else 5, seeds=1 if quick else [1, 2],
    )  # fmt: skip
    return [
        Step("the encoder in int8", variant, may_be_refused=True),
        Step("the same pictures by the encoder that ships", again, [at / "complete"]),
        Step("the classifier of brain MRI, by the encoder that ships", anew, [classes]),
        export(settings, classes, keep=True, heads="medcls"),
        *domains(settings, "auto"),
        Step("temperatures and conformal sets", [*fit, "classes", *words({"data": data, "packages": packages})]),
        Step(
            "presence thresholds",
            [*fit, "presence", *words({"weights": weights, "held": at / "seen-val", "packages": packages})],
        ),
        Step("the encoder in int8, once more", variant, may_be_refused=True),
        Step("AutoMed in int8", of_automed, may_be_refused=True),
    ]


def plan(settings: Settings) -> list[Step]:
    """Presence asks what domains let in, so they come before it; golden records of an export lack them, so they come
    last too.
    """
    final = settings.out / "final.pth"
    if settings.start == "packages":
        weights = settings.out / "shipped.pth"
        steps = [
            Step("weights of the packages", module("read_packages", packages=settings.packages, out=weights), [weights])
        ]
        steps += looks(settings, weights)
    else:
        weights = settings.out / "automed" / "weights.pth"
        trunk = trunk_file() or Path(f"<{TRUNK_PACKAGE}>")
        staged = settings.out / "staged.pth"
        added = module("add_stage", weights=weights, data=settings.data, out=staged)
        steps = [
            *first_weights(settings, trunk),
            Step("a stage of the trunk beside the neck's channels", added, [staged]),
        ]
        steps += looks(settings, staged, trunk)
        weights = everyday_file(settings)
        steps.append(export(settings, weights, keep=False))
    before = domains(settings)
    exported = [export(settings, final, keep=True), before[-1]]
    return [*steps, *before, *heads(settings, weights), *exported, *ships(settings, final)]
