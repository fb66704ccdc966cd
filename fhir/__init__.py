"""The door of a hospital's own systems: schedules, slots and appointments, read in FHIR R4."""
