"""Places kept for women whose window would close before the next free place (孕周优先)."""
