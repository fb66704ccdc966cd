"""Tests of her reminders: the page, and why a message was sent."""
