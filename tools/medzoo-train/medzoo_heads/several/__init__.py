"""Several labels of one image, each by itself."""
