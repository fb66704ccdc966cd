"""The room of plannings, tested."""
