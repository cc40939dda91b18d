"""What `medzoo embed` wrote: read, checked, and split."""
