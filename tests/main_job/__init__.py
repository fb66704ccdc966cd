"""The main job, end to end: nine steps in a real browser against the real processes."""
