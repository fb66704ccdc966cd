"""The tests of the worklist."""
