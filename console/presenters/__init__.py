"""What templates are given: plain values in Beijing time and Chinese, never models."""
