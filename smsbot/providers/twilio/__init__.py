"""Twilio: signatures, webhook forms, TwiML, sending, error codes."""
