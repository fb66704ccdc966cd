"""Tests of the life of appointments and of the waiting list."""
