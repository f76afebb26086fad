"""The outside world that carries our texts: Twilio, and a carrier simulator like it."""
