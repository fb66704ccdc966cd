"""Tests of the door of a hospital's own systems."""
