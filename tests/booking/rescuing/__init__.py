"""Fair places: rescuing."""
