"""The door of the Official Account's chat: pushes come in, one answer goes out."""
