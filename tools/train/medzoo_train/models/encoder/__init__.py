"""Image encoders, ours and those of others."""
