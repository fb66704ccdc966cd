"""The ways to a person: chosen, metered, and what their refusals mean."""
