"""Numbers measured of a body, held against published standards, and the curves drawn of them."""
