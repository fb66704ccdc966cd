"""The ground floor: clock, database, identifiers, errors, words, settings, log and crypto."""
