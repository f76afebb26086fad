"""One file is one thing the system does: load, decide, save."""
