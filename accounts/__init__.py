"""Who is who: hospitals, families, staff, roles, sign-ins, consent and the audit trail."""
