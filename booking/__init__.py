"""The appointment desk: clinics, slots (号源) and appointments (预约)."""
