"""Tests of the articles' room."""
