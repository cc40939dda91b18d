"""What an encoder knows on the way to its embedding, and the embedding no longer says."""
