"""Tests of the pages of clinics."""
