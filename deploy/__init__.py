"""What sets the house up on a machine: start, migrate, fill, build the client."""
