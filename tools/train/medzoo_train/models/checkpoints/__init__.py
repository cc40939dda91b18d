"""Checkpoints of others: read, checked and brought to our sizes."""
