"""A text arrives: crisis, compliance, router, reply, in that order, decided by one function."""
