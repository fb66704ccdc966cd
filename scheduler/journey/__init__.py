"""What a family hears, sees and leads to in a given history: for people who judge the rules."""
