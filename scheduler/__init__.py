"""Reminders (提醒), and the hand of the clock."""
