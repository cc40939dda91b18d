"""SAM-Med2D's prompts, its decoder, and the closer look."""
