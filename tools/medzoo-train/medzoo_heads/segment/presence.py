"""When a target is there at all, by what its masks of val are worth."""

from __future__ import annotations

from ..arrays import Floats, Singles

#: A mask with less Dice is not worth having: to empty it takes nothing from anyone.
WORTH = 0.5
#: In logits, between the presence threshold and the least presence of a mask worth having: new images vary more than
#: val, and a target that is missed has no mask, while one found in vain has a mask that people see to be wrong.
MARGIN = 1.0


def presence_threshold(worth: Floats | Singles, absent: Floats | Singles) -> float:
    """The logit below which a target is called absent: MARGIN below all that is worth having.

    Where all that is absent lies lower still, the middle between the two, so that neither side stands at the edge;
    where there is no image without the target, the middle to a half.

    worth: [N], presence logits of images whose mask is worth having; absent: likewise, of images without the target.
    """
    if not len(worth):
        return 0.0
    cap = float(worth.min()) - MARGIN
    highest = float(absent.max()) if len(absent) else min(0.0, cap)
    return cap if highest >= cap else (highest + cap) / 2
