"""The door of hospital staff: pages in a browser."""
