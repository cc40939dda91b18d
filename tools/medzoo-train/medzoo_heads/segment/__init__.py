"""Segmentation: the linear probe, the light decoder, presence and quality."""
