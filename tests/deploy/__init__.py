"""Tests of starting, migrating and checking the house."""
