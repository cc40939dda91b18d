"""Heads that answer with a number for each label: regression, and several labels of one image."""
