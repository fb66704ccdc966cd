"""Care schedules as sourced data: how a published document is read, layered and put into words."""
