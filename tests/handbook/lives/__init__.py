"""Tests of lives and records: births, children, datings, visits, doses, measurements."""
