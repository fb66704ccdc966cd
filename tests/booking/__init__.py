"""Tests of the appointment desk."""
