"""Conversations: what was said in chat, alarms, and the inbox of staff."""
