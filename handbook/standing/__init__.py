"""What is due, open, done or missed for a mother or child, and why."""
