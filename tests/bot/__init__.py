"""Tests of the chat of the Official Account."""
