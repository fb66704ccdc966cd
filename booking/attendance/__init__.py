"""The day of a visit: checking in, the line, being called, and who did not come (爽约)."""
