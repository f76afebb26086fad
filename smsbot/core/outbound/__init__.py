"""A text leaves: the outbox's states and their moves."""
