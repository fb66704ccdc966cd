"""Handbooks that stood elsewhere, brought in from a sheet."""
