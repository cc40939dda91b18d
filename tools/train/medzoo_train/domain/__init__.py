"""Whether an image is of the kind that a head was trained on: relative Mahalanobis distance on pooled embeddings."""
