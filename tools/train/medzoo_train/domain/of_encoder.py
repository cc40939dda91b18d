"""What an encoder's model.json says of the world: the usual domain, and finer ones beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medzoo_heads.domain.background import Background, background_from_json
from medzoo_heads.domain.score import HeadDomain
from medzoo_heads.errors import TrainError


def backgrounds_of(encoder: Mapping[str, Any]) -> list[Background]:
    """All of them, the usual one first."""
    entries = [encoder["domain"], *encoder.get("furtherDomains", [])] if "domain" in encoder else []
    return [background_from_json(entry) for entry in entries]


def background_for(backgrounds: Sequence[Background], domain: HeadDomain) -> Background:
    """The one whose directions a head's domain was fitted in; the usual one for a domain that names none."""
    if not domain.projection:
        return backgrounds[0]
    found = next((one for one in backgrounds if one.digest == domain.projection), None)
    if found is None:
        raise TrainError("The head's domain was fitted for another domain of its encoder: fit it again.")
    return found


def background_of(encoder: Mapping[str, Any]) -> Background:
    """The usual one: what the neck's channels say."""
    return all_of(encoder)[0]


def fine_background_of(encoder: Mapping[str, Any]) -> Background:
    """The one that sees texture: for classifiers, which are to be strict. The usual one where there is no other.

    A target that read it would refuse what another camera took (EXPERIMENTS.md, 25).
    """
    return all_of(encoder)[-1]


def all_of(encoder: Mapping[str, Any]) -> list[Background]:
    """All of them; ends the command where there is none, or one that cannot be read."""
    try:
        found = backgrounds_of(encoder)
    except TrainError as error:
        raise SystemExit(str(error)) from None
    if not found:
        raise SystemExit(
            "This encoder's model.json has no domain: write it first, with `python -m medzoo_train.domain background`."
        )
    return found
