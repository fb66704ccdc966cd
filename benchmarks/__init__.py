"""Benchmarks: each compares the house with a bare program that does the least, in one run."""
