"""Who comes late, tested."""
