"""Regression: a number with a unit and an interval."""
