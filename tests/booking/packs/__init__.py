"""A clinic's day taken along without a network."""
