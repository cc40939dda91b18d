"""Classifiers: the linear probe, the head with attention, and what makes their probabilities honest."""
