"""Fair places: protecting."""
