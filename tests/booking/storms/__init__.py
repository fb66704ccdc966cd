"""Storms: many phones at few places, with processes killed; then everything is proved."""
