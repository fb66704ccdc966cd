"""The desk on the day of a clinic."""
