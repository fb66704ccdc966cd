"""From reasons that are due to letters that are sent, and what became of them."""
