"""The rules of speaking: what is said when, to whom, in which words; data, and pure functions."""
