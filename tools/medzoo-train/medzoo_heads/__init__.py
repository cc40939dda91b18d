"""Trains a head for medzoo from embeddings: a linear probe first, then a head that has to beat it."""
