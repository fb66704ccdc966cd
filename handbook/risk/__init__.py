"""Risk of a pregnancy: screening, assessment by clinicians, case management, referral."""
