"""A WeChat platform stand-in for one's own machine: its own program, useful without the rest."""
