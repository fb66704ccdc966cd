"""Tests of what can be booked: weeks, days, slots, rules."""
