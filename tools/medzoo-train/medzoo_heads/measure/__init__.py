"""Metrics and their intervals, by the same rules as `medzoo evaluate`."""
