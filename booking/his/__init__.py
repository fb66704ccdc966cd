"""The hospital's own system (HIS) and this room: what it asks, its slots, what it is told."""
