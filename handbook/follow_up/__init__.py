"""Follow-up (随访): the worklist of staff, whoever put a task on it."""
