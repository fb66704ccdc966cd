"""Journeys: what a history leads to, and what must hold in every one."""
