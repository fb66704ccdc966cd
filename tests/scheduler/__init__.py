"""Tests of reminders and ticks."""
