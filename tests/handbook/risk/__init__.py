"""The tests of risk work."""
