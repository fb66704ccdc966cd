"""Tests of what the house and a hospital's own system tell one another."""
