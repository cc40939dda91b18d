"""How much sums of several channels deviate over an image, beside what each channel does by itself."""
