"""Tests of the mini-program's and the H5 pages' door."""
