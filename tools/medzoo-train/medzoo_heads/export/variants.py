"""`variants` of a model.json: files of the same model in another precision, which hold for these very weights."""

from __future__ import annotations

from ..arrays import Json


def kept_variants(before: Json, sha256: str) -> Json:
    """The entry `variants` of an earlier model.json, where it is of the same weights; else nothing."""
    same = before.get("model", {}).get("sha256") == sha256
    return {"variants": before["variants"]} if same and before.get("variants") else {}


def say_dropped(before: Json, content: Json) -> str | None:
    """Which variants an earlier model.json had and the new one has not; None if there are none."""
    if "variants" in content or not before.get("variants"):
        return None
    named = ", ".join(f"{one.get('precision')} ({one.get('url')})" for one in before["variants"])
    return (
        f"The model.json that was there names files in other precisions, and the new one does not: {named}. Delete "
        "them, and make them again from the weights that it describes now."
    )
