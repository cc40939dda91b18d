"""From data to the weights that the packages ship, step by step."""
