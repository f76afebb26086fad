"""Text as it travels: matching form, segments, phone numbers."""
