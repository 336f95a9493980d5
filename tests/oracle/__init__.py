"""A second computation of the numbers, with git and plain Python alone."""
