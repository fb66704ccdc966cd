"""Planning (备孕): a handbook before there is a pregnancy, and so before there is any date."""
