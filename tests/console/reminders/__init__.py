"""Tests of the pages of reminders."""
