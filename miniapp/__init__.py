"""The door of the mini-program and the H5 pages: JSON in, JSON out, and public article pages."""
