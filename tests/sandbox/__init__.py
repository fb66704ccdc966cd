"""Tests of the WeChat stand-in."""
