"""Fair places: drawing."""
