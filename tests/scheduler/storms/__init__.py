"""Storms: workers killed while they send, a platform that fails in every way, and losses."""
