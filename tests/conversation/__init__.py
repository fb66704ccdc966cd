"""Tests of the room of conversations."""
