"""The one kind of error that a user is to read."""

from __future__ import annotations


class TrainError(Exception):
    """The data or the command cannot be used as they are; the message says what was expected, what came, and what to
    do.
    """
