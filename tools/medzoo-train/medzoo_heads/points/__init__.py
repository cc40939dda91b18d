"""Keypoints: the linear probe, the light decoder, and how a map of logits becomes a place."""
