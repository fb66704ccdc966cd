"""Tests of the channels letters go through."""
